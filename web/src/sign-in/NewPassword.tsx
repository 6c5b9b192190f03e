import { type FormEvent, useState } from "react";
import { t } from "../language.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { say } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import { Wordmark } from "../Wordmark.tsx";
import { WITH_PASSWORD } from "./has-password.ts";
import { PASSWORD_LENGTH } from "./SignIn.tsx";
import styles from "./SignIn.module.css";

/** For who comes by the link of a forgotten password. */
export default function NewPassword({ onDone }: { onDone(): void }): React.JSX.Element {
  const { supabase } = useProject();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    setBusy(true);
    const password = String(new FormData(event.currentTarget).get("password"));
    const { error } = await supabase.auth.updateUser({ password, data: WITH_PASSWORD });
    setBusy(false);
    if (error) return setWrong(sentenceOf(error));
    say(t("Your password is changed"));
    onDone();
  }
  return (
    <div className={styles.view}>
      <main className={styles.main}>
        <Wordmark />
        <h1>{t("Choose a new password")}</h1>
        <form onSubmit={(event) => void submit(event)}>
          <label>
            <span>
              {t("New password")} <small>{t("{length} characters or more", { length: PASSWORD_LENGTH })}</small>
            </span>
            <input
              className={ui.input}
              name="password"
              type="password"
              autoComplete="new-password"
              minLength={PASSWORD_LENGTH}
              required
              autoFocus
            />
          </label>
          <p role="alert" data-bad={wrong ? true : undefined} className={styles.message}>
            {wrong}
          </p>
          <Button type="submit" look="primary" disabled={busy}>
            {t("Save and go on")}
          </Button>
        </form>
        <p className={styles.other}>
          <button onClick={onDone}>{t("Keep the old one")}</button>
        </p>
      </main>
      <aside className={styles.aside} aria-hidden />
    </div>
  );
}
