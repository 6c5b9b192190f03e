import { createClient, type Session } from "@supabase/supabase-js";
import { type FormEvent, type ReactNode, useState } from "react";
import { rich, t } from "../language.ts";
import { type Project, useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { hasPassword, WITH_PASSWORD } from "../sign-in/has-password.ts";
import { PASSWORD_LENGTH } from "../sign-in/SignIn.tsx";
import { signOut } from "../sign-in/sign-out.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog, DialogActions } from "../ui/Dialog.tsx";
import { LogOut, Trash2 } from "../ui/icons.tsx";
import { say, sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import styles from "./Account.module.css";
import { Export } from "./Export.tsx";
import { SecondFactors } from "./SecondFactors.tsx";

/** The reader's own account: address, password, sessions, and its end. */
export default function Account({ session }: { session: Session }): React.JSX.Element {
  const project = useProject();
  const { auth } = project.supabase;
  const email = session.user.email ?? "";
  const [deleting, setDeleting] = useState(false);

  async function changeAddress(form: FormData): Promise<string> {
    const address = String(form.get("email")).trim();
    const { error } = await auth.updateUser(
      { email: address },
      { emailRedirectTo: location.origin + location.pathname },
    );
    if (error) throw error;
    return t("We sent links to {email} and {address}. Your address changes once they were followed.", {
      email,
      address,
    });
  }
  const withPassword = hasPassword(session.user);
  async function changePassword(form: FormData): Promise<string> {
    // Whoever finds this page open must not take the account.
    if (withPassword) await checkPassword(project, email, String(form.get("current")));
    const { error } = await auth.updateUser({
      password: String(form.get("new")),
      ...(!withPassword && { data: WITH_PASSWORD }),
    });
    if (error) throw error;
    if (!withPassword) return t("You have a password now, beside the way in that you used before.");
    const { error: left } = await auth.signOut({ scope: "others" });
    if (left) throw left;
    return t("Your password is changed. Everywhere else you are signed out.");
  }
  async function leaveOthers(): Promise<void> {
    const { error } = await auth.signOut({ scope: "others" });
    if (error) sayError(error);
    else say(t("You are signed out everywhere else"));
  }

  return (
    <div className={styles.view}>
      <h1>{t("Account")}</h1>
      <p>{email}</p>
      <Section title={t("Address")} about={t("Where links and news of your account go, and what you sign in with.")}>
        <Form action={t("Change the address")} onSubmit={changeAddress}>
          <label>
            {t("New address")}
            <input className={ui.input} name="email" type="email" autoComplete="email" required />
          </label>
        </Form>
      </Section>
      <Section
        title={t("Password")}
        about={
          withPassword
            ? t("Changing it signs you out everywhere else.")
            : t("You sign in without one. With a password you can sign in by your address, too.")
        }
      >
        <Form action={withPassword ? t("Change the password") : t("Set a password")} onSubmit={changePassword}>
          <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
          {withPassword && (
            <label>
              {t("Current password")}
              <input className={ui.input} name="current" type="password" autoComplete="current-password" required />
            </label>
          )}
          <label>
            <span>
              {t("New password")} <small>{t("{length} characters or more", { length: PASSWORD_LENGTH })}</small>
            </span>
            <input
              className={ui.input}
              name="new"
              type="password"
              autoComplete="new-password"
              minLength={PASSWORD_LENGTH}
              required
            />
          </label>
        </Form>
      </Section>
      <Section
        title={t("Second factor")}
        about={t(
          "A code of an authenticator app beside the password: who learns your password alone sees nothing. API tokens go on without one.",
        )}
      >
        <SecondFactors />
      </Section>
      <Section
        title={t("Sessions")}
        about={t(
          "A lost phone, a computer that is not yours: end the sessions there. Who is signed in there sees nothing new within the hour.",
        )}
      >
        <div className={styles.buttons}>
          <Button onClick={() => void leaveOthers()}>{t("Sign out everywhere else")}</Button>
          <Button onClick={() => void signOut(project, "global")}>
            <LogOut aria-hidden />
            {t("Sign out everywhere")}
          </Button>
        </div>
      </Section>
      <Section
        title={t("Export")}
        about={t(
          "One ZIP with everything: files, texts, values with their proofs, histories, tags, tables, schemas, rules and views. Documents in the trash are not in it.",
        )}
      >
        <Export />
      </Section>
      <Section
        title={t("Delete the account")}
        about={t(
          "All documents, their files, texts and histories, and your account go. There is no way back: export what you want to keep first.",
        )}
      >
        <div className={styles.buttons}>
          <Button look="danger" onClick={() => setDeleting(true)}>
            <Trash2 aria-hidden />
            {t("Delete the account")}
          </Button>
        </div>
      </Section>
      {deleting && <Deleting email={email} onClose={() => setDeleting(false)} />}
    </div>
  );
}

/** In a session of its own, which ends at once: this one may know a second factor, which a new one would not. */
async function checkPassword({ config }: Project, email: string, password: string): Promise<void> {
  const { auth } = createClient(config.url, config.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false, storageKey: "password-check" },
  });
  const { error } = await auth.signInWithPassword({ email, password });
  if (error) throw error.code === "invalid_credentials" ? t("The current password is not right.") : error;
  await auth.signOut({ scope: "local" });
}

function Section({ title, about, children }: { title: string; about: string; children: ReactNode }): React.JSX.Element {
  return (
    <section className={styles.section} aria-label={title}>
      <div>
        <h2>{title}</h2>
        <p>{about}</p>
      </div>
      {children}
    </section>
  );
}

/** A form that says what came of it. What was typed stays until it is saved. */
function Form({
  action,
  onSubmit,
  children,
}: {
  action: string;
  onSubmit(form: FormData): Promise<string>;
  children: ReactNode;
}): React.JSX.Element {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ text: string; bad: boolean } | null>(null);
  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    try {
      setSaid({ text: await onSubmit(new FormData(form)), bad: false });
      form.reset();
    } catch (error) {
      setSaid({ text: sentenceOf(error), bad: true });
    }
    setBusy(false);
  }
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      {children}
      <p role="status" data-bad={said?.bad || undefined}>
        {said?.text}
      </p>
      <div>
        <Button type="submit" disabled={busy}>
          {action}
        </Button>
      </div>
    </form>
  );
}

/** Asks for the address to be typed, so that nobody does this by accident. */
function Deleting({ email, onClose }: { email: string; onClose(): void }): React.JSX.Element {
  const project = useProject();
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  async function erase(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    setBusy(true);
    const { error } = await project.supabase.rpc("erase_account");
    setBusy(false);
    if (error) return sayError(error);
    await signOut(project);
    say(t("Your account is deleted"));
  }
  return (
    <Dialog title={t("Delete your account for good?")} onClose={onClose}>
      <form className={styles.form} onSubmit={(event) => void erase(event)}>
        <p>{t("Everything that you have here goes, and nobody can bring it back.")}</p>
        <label>
          <span>{rich("Type {email} to go on", { email: <b>{email}</b> })}</span>
          <input
            className={ui.input}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            autoFocus
          />
        </label>
        <DialogActions>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button type="submit" look="danger" disabled={busy || typed.trim().toLowerCase() !== email.toLowerCase()}>
            {t("Delete everything")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
