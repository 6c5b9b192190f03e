import { t } from "../language.ts";
import ui from "../ui/ui.module.css";

/** That of a link: nobody's own, so no browser keeps it. */
export function Password(): React.JSX.Element {
  return (
    <label>
      {t("Password")}
      <input className={ui.input} type="password" name="password" autoComplete="off" maxLength={100} autoFocus />
      <small>{t("The person who sent you this link has its password.")}</small>
    </label>
  );
}
