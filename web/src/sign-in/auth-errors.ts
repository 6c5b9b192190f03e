import { mark, type Text } from "../language.ts";

/** What Auth refuses, by its codes: where somebody signs in, and in the account. */
export const AUTH_SENTENCES: Record<string, Text> = {
  invalid_credentials: mark("Email or password is not right."),
  user_already_exists: mark("There is an account with this address. Sign in instead."),
  email_exists: mark("There is an account with this address. Sign in instead."),
  email_not_confirmed: mark("Follow the link in the mail first."),
  email_address_invalid: mark("This is not an address that can get mail."),
  validation_failed: mark("This is not an address that can get mail."),
  weak_password: mark("This password is too easy to guess. Take a longer one."),
  same_password: mark("This is the password that you have. Take another one."),
  otp_expired: mark("This link has ended, or was used before. Ask for a new one."),
  access_denied: mark("This link has ended, or was used before. Ask for a new one."),
  reauthentication_needed: mark("Sign out and in again, then change it."),
  session_not_found: mark("Your session has ended. Sign in again."),
  signup_disabled: mark("This project takes no new accounts."),
  over_request_rate_limit: mark("Too many tries. Wait a moment."),
  over_email_send_rate_limit: mark("Too many mails in a short time. Wait a few minutes."),
  second_factor_required: mark("Sign in with the code of your authenticator app, too."),
  insufficient_aal: mark("Sign in with the code of your authenticator app, too."),
  mfa_verification_failed: mark("This code is not right. Codes change every 30 seconds: type the newest one."),
  mfa_challenge_expired: mark("That took too long. Type the newest code."),
  mfa_factor_not_found: mark("This device is not set up any more. Reload the page."),
  too_many_enrolled_mfa_factors: mark("An account has at most ten devices. Remove one first."),
  user_banned: mark("This account is locked."),
};
