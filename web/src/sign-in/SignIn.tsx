import { LoaderCircle } from "../ui/icons.tsx";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { chooseLanguage, LANGUAGE_CODES, LANGUAGES, languageNow, mark, t } from "../language.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { attempt } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import { Wordmark } from "../Wordmark.tsx";
import { offeredBy, type Provider, PROVIDERS } from "./offered.ts";
import styles from "./SignIn.module.css";

/** As in supabase/config.toml. A project that wants more says so itself. */
export const PASSWORD_LENGTH = 8;

const HEADINGS = {
  in: mark("Sign in"),
  up: mark("Make an account"),
  forgotten: mark("Forgotten password"),
  link: mark("Sign in by mail"),
};

/** Sign in, or sign up; on the embedded stack also as the demo user. */
export function SignIn(): React.JSX.Element {
  const { supabase, session, arrival, config } = useProject();
  const { demo } = config;
  const { data: offered } = useQuery({ queryKey: ["sign-in-offers"], queryFn: () => offeredBy(config) });
  const [mode, setMode] = useState<"in" | "up" | "forgotten" | "link">("in");
  const isNew = mode === "up";
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState<{ text: string; bad: boolean } | null>(() =>
    arrival.error
      ? { text: sentenceOf({ code: arrival.error, message: arrival.error }), bad: true }
      : session.hasEnded()
        ? { text: t("Your session has ended. Sign in to go on where you were."), bad: false }
        : null,
  );

  async function enter(email: string, password: string): Promise<void> {
    setBusy(true);
    setMessage(null);
    const { data, error } = isNew
      ? await supabase.auth.signUp({
          email,
          password,
          options: { emailRedirectTo: location.origin + location.pathname },
        })
      : await supabase.auth.signInWithPassword({ email, password });
    setBusy(false);
    if (error) setMessage({ text: sentenceOf(error), bad: true });
    else if (!data.session)
      setMessage({ text: t("We sent a link to {email}. Follow it to finish.", { email }), bad: false });
  }

  async function remind(email: string): Promise<void> {
    setBusy(true);
    const { error } = await supabase.auth.resetPasswordForEmail(email, {
      redirectTo: location.origin + location.pathname,
    });
    setBusy(false);
    // Whether there is such an account is nobody's business.
    setMessage(
      error
        ? { text: sentenceOf(error), bad: true }
        : {
            text: t("If {email} has an account, a link is on its way. It leads to a new password.", { email }),
            bad: false,
          },
    );
  }
  async function sendLink(email: string): Promise<void> {
    setBusy(true);
    const { error } = await supabase.auth.signInWithOtp({
      email,
      options: { emailRedirectTo: location.origin + location.pathname, shouldCreateUser: false },
    });
    setBusy(false);
    setMessage(
      // Whether there is such an account is nobody's business.
      error && error.code !== "otp_disabled" && error.code !== "signup_disabled"
        ? { text: sentenceOf(error), bad: true }
        : { text: t("If {email} has an account, a link is on its way. It signs you in.", { email }), bad: false },
    );
  }
  async function enterBy(provider: Provider): Promise<void> {
    setBusy(true);
    const { error } = await supabase.auth.signInWithOAuth({
      provider,
      options: { redirectTo: location.origin + location.pathname },
    });
    // Otherwise the browser is on its way.
    if (!error) return;
    setBusy(false);
    setMessage({ text: sentenceOf(error), bad: true });
  }
  const change = (next: typeof mode) => {
    setMode(next);
    setMessage(null);
  };

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (mode === "forgotten") return void remind(String(form.get("email")));
    if (mode === "link") return void sendLink(String(form.get("email")));
    void enter(String(form.get("email")), String(form.get("password")));
  }

  return (
    <div className={styles.view}>
      <main className={styles.main}>
        <Wordmark />
        <h1>{t(HEADINGS[mode])}</h1>
        {offered && offered.providers.length > 0 && (mode === "in" || mode === "up") && (
          <div className={styles.providers}>
            {offered.providers.map((provider) => (
              <Button key={provider} disabled={busy} onClick={() => void enterBy(provider)}>
                {t("Continue with {provider}", { provider: PROVIDERS[provider] })}
              </Button>
            ))}
            <p>{t("or")}</p>
          </div>
        )}
        <form onSubmit={submit}>
          <label>
            {t("Email")}
            <input className={ui.input} name="email" type="email" autoComplete="email" required autoFocus />
          </label>
          {(mode === "in" || mode === "up") && (
            <label>
              <span>
                {t("Password")}
                {isNew && <small>{t("{length} characters or more", { length: PASSWORD_LENGTH })}</small>}
              </span>
              <input
                className={ui.input}
                name="password"
                type="password"
                autoComplete={isNew ? "new-password" : "current-password"}
                minLength={isNew ? PASSWORD_LENGTH : undefined}
                required
              />
            </label>
          )}
          <p role="alert" data-bad={message?.bad || undefined} className={styles.message}>
            {message?.text}
          </p>
          <Button type="submit" look="primary" disabled={busy}>
            {busy && <LoaderCircle aria-hidden className={ui.spin} />}
            {isNew ? t("Sign up") : mode === "in" ? t("Sign in") : t("Send the link")}
          </Button>
        </form>
        {mode !== "in" ? (
          <p className={styles.other}>
            {t("You have an account?")} <button onClick={() => change("in")}>{t("Sign in")}</button>
          </p>
        ) : (
          <>
            {!offered?.closed && (
              <p className={styles.other}>
                {t("New here?")} <button onClick={() => change("up")}>{t("Sign up")}</button>
              </p>
            )}
            <p className={styles.other}>
              <button onClick={() => change("forgotten")}>{t("Forgotten password?")}</button>
            </p>
            <p className={styles.other}>
              <button onClick={() => change("link")}>{t("Mail me a link instead")}</button>
            </p>
          </>
        )}
        <p role="group" aria-label={t("Language")} className={styles.languages}>
          {LANGUAGE_CODES.map((code) => (
            <button
              key={code}
              lang={code}
              aria-pressed={code === languageNow()}
              onClick={() => attempt(chooseLanguage(code))}
            >
              {LANGUAGES[code]}
            </button>
          ))}
        </p>
        {demo && mode === "in" && (
          <p className={styles.demo}>
            <span>{t("Just looking? The samples are in the demo account.")}</span>
            <Button disabled={busy} onClick={() => void enter(demo.email, demo.password)}>
              {t("Open the demo")}
            </Button>
          </p>
        )}
      </main>
      <aside className={styles.aside} aria-hidden translate="no">
        <figure>
          <figcaption>download-3.pdf</figcaption>
          <i />
          <i />
          <i />
          <mark>Invoice date 17 March 2026</mark>
          <i />
          <i />
          <mark>Total due £965.76</mark>
          <i />
          <i />
          <i />
          <i />
        </figure>
        <p>
          <strong>Invoice - Quillmark Paper &amp; Print Ltd - 2026-03-17.pdf</strong>
          <span className={ui.tag}>invoice</span> <span className={ui.tag}>quillmark-paper-print</span>
        </p>
      </aside>
    </div>
  );
}
