import { bytes } from "./format.ts";

const OFFLINE = "You are offline. Try again when the connection is back.";
const SILENT = "The project does not answer. Try again in a moment.";
const UNKNOWN = "Something went wrong. Try again in a moment.";

/** Whether the project was not reached at all. Browsers say it each in its own words. */
export const isConnection = (error: unknown): boolean =>
  /failed to fetch|fetch failed|networkerror|load failed|network request failed|network connection was lost/i.test(
    messageOf(error),
  ) ||
  (error as { name?: string } | null)?.name === "AuthRetryableFetchError" ||
  (error as { code?: string } | null)?.code === "unreachable";

/** The one place where an error of any kind becomes a sentence for a reader. */
export function sentenceOf(error: unknown): string {
  if (isConnection(error)) return navigator.onLine ? SILENT : OFFLINE;
  const { code, hint } = (error ?? {}) as { code?: string; hint?: string | null };
  const message = messageOf(error);
  // A form that was filled in wrongly: the refusal says what is wanted, unless it speaks to developers.
  if ((hint ?? code) === "invalid_request" && isForPeople(message)) return message;
  // Our own SQL functions carry the code as a hint, with a code of their own for the status.
  const known = SENTENCES[hint ?? ""] ?? SENTENCES[code ?? ""];
  if (known) return known;
  const rule = Object.keys(RULES).find((name) => message.includes(name));
  if (rule) return RULES[rule]!;
  const plain = plainer(message);
  return isForPeople(plain) ? plain : UNKNOWN;
}

const messageOf = (error: unknown): string =>
  typeof error === "string" ? error : String((error as { message?: unknown } | null)?.message ?? "");

/** Sizes as people say them. */
const plainer = (message: string): string =>
  message
    .replace(/(\d{4,}) bytes(?: \([\d.]+ Mi?B\))?/g, (_all, size: string) => bytes(Number(size)))
    .replace(/of type [a-z]+\/[\w.+-]+/g, "of a type that is not known here");

/** A sentence: a capital, an end, and nothing that only a developer reads. */
const isForPeople = (message: string): boolean =>
  /^[\p{Lu}\p{N}“]/u.test(message) &&
  /[.?!”]$/.test(message) &&
  !/[A-Z]{2,}_[A-Z]|\b[a-z]+_[a-z_]+\b|\b(?:application|image|text)\/|[{}]|\b(?:JSON|SQL|JWT|uuid|null|undefined|boundary|multipart|SHA-256|npm run|docs\/)|Error:/.test(
    message,
  );

/** Where the project's own words are for developers. */
const SENTENCES: Record<string, string> = {
  unexpected_answer: SILENT,
  unauthorized: "Your session has ended. Sign in again.",
  invalid_request: "The project did not understand this. Reload the page and try again.",
  request_too_large: "This is more than can be sent at once.",
  empty_file: "The file is empty.",
  storage_limit_reached: "Your space is used up. Delete some documents, then send the file again.",
  too_many_requests: "That was a lot in a short time. Wait a minute, then go on.",
  internal_error: UNKNOWN,
  database_rejected: "The result could not be stored. Tell whoever runs this project.",
  database_unavailable: SILENT,
  storage_unavailable: "The file store does not answer. Try again in a moment.",
  lease_lost: "The work is done elsewhere. Look again in a moment.",
  not_found: "It is not here any more, or it belongs to somebody else.",
  file_differs: "What arrived is not the file that was announced. Send it again.",
  no_ocr_engine: "Nothing here reads pictures. Ask whoever runs this project to set up OCR, then retry.",
  no_language_model:
    "Nothing here reads this page's language. Ask whoever runs this project to install it, then retry.",
  ocr_engine_unavailable: "What reads pictures did not answer. Retry in a moment.",
  model_rejected: "Claude did not accept the request. Tell whoever runs this project.",
  worker_lost: "The work was cut off each time it was tried. Send a smaller copy of the file, or its parts.",
  // PostgREST and Postgres
  PGRST116: "It is not here any more, or it belongs to somebody else.",
  PGRST301: "Your session has ended. Sign in again.",
  PGRST303: "Your session has ended. Sign in again.",
  "22P02": "There is nothing at this address.",
  "42501": "You may not change this.",
  "57014": "That took too long and was stopped. Try again, or ask for less.",
  "40001": "Something else changed it at the same time. Try again.",
  "40P01": "Something else changed it at the same time. Try again.",
  // Auth
  invalid_credentials: "Email or password is not right.",
  user_already_exists: "There is an account with this address. Sign in instead.",
  email_exists: "There is an account with this address. Sign in instead.",
  email_not_confirmed: "Follow the link in the mail first.",
  email_address_invalid: "This is not an address that can get mail.",
  validation_failed: "This is not an address that can get mail.",
  weak_password: "This password is too easy to guess. Take a longer one.",
  same_password: "This is the password that you have. Take another one.",
  otp_expired: "This link has ended, or was used before. Ask for a new one.",
  access_denied: "This link has ended, or was used before. Ask for a new one.",
  reauthentication_needed: "Sign out and in again, then change it.",
  session_not_found: "Your session has ended. Sign in again.",
  signup_disabled: "This project takes no new accounts.",
  over_request_rate_limit: "Too many tries. Wait a moment.",
  over_email_send_rate_limit: "Too many mails in a short time. Wait a few minutes.",
  user_banned: "This account is locked.",
};

/** The rules of docs/api.md in words, by the name that a refusal has. */
const RULES: Record<string, string> = {
  a_user_has_a_rule_name_once: "There is a rule of this name already.",
  allowed_senders_are_addresses_or_domains:
    "Senders are addresses or domains, as billing@acme.example or acme.example.",
  display_name_is_not_blank: "A document needs a name.",
  completed_documents_have_a_name: "A document needs a name.",
  display_name_fits: "A name has at most 200 characters.",
  summary_fits: "A summary has at most 1,000 characters.",
  tags_are_few: "A document has at most 50 tags.",
  tags_are_short: "The tags are too long together.",
  amount_is_a_sum_of_money: "An amount is a number with at most four decimals.",
  currency_is_iso_4217: "A currency is a code of three letters, as EUR or CHF.",
  language_is_iso_639_1: "A language is a code of two letters, as en or de.",
};
