import type { Session } from "@supabase/supabase-js";
import { type FormEvent, useState } from "react";
import { t } from "../language.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import ui from "../ui/ui.module.css";
import { Wordmark } from "../Wordmark.tsx";
import { CodeInput } from "./CodeInput.tsx";
import styles from "./SignIn.module.css";
import { signOut } from "./sign-out.ts";

/** For who knows the password and has a second factor: asks for its code. */
export default function SecondFactor({ session }: { session: Session }): React.JSX.Element {
  const project = useProject();
  const factors = (session.user.factors ?? []).filter(({ status }) => status === "verified");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const code = String(form.get("code")).replace(/\s/g, "");
    setBusy(true);
    setWrong(null);
    const { error } = await project.supabase.auth.mfa.challengeAndVerify({
      factorId: String(form.get("factor") ?? factors[0]!.id),
      code,
    });
    setBusy(false);
    if (error) setWrong(sentenceOf(error));
  }
  return (
    <div className={styles.view}>
      <main className={styles.main}>
        <Wordmark />
        <h1>{t("Enter the code")}</h1>
        <form onSubmit={(event) => void submit(event)}>
          {factors.length > 1 && (
            <label>
              {t("Device")}
              <select className={ui.input} name="factor">
                {factors.map(({ id, friendly_name }) => (
                  <option key={id} value={id}>
                    {friendly_name || t("Authenticator app")}
                  </option>
                ))}
              </select>
            </label>
          )}
          <CodeInput autoFocus />
          <p role="alert" data-bad={wrong ? true : undefined} className={styles.message}>
            {wrong}
          </p>
          <Button type="submit" look="primary" disabled={busy}>
            {t("Go on")}
          </Button>
        </form>
        <details className={styles.lost}>
          <summary>{t("You do not have the device?")}</summary>
          <p>
            {t(
              "Another device that you set up shows a code, too. The secret that you kept makes the same codes in any authenticator app. With neither, ask the operator of this project: they can take the second factor away once they know that it is you.",
            )}
          </p>
        </details>
        <p className={styles.other}>
          {t("Not {email}?", { email: session.user.email ?? "" })}{" "}
          <button onClick={() => void signOut(project)}>{t("Sign out")}</button>
        </p>
      </main>
      <aside className={styles.aside} aria-hidden />
    </div>
  );
}
