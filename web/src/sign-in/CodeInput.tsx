import { t } from "../language.ts";
import ui from "../ui/ui.module.css";

/** The six digits of an authenticator app. Phones offer the digits' keyboard, and browsers what a password manager knows. */
export function CodeInput({ autoFocus }: { autoFocus?: boolean }): React.JSX.Element {
  return (
    <label>
      {t("Code of your authenticator app")}
      <input
        className={ui.input}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="\s*(\d\s*){6}"
        title={t("Six digits")}
        maxLength={12}
        required
        autoFocus={autoFocus}
      />
    </label>
  );
}
