import { useState } from "react";
import { t } from "../language.ts";
import { type DocumentRow, nameOf } from "../model.ts";
import ui from "../ui/ui.module.css";
import styles from "./Connections.module.css";
import { call, useContext, useShareLinks } from "./data.ts";
import { linkAddress } from "./link-address.ts";
import { endFrom, Ends, LinkPassword, Making, numberFrom, Secret, textFrom } from "./parts.tsx";
import { ShareItem } from "./ShareLinks.tsx";

/** Makes a link to a document, and shows those that it has. */
export default function Share({ document, onClose }: { document: DocumentRow; onClose(): void }): React.JSX.Element {
  const context = useContext();
  const { data: all = [] } = useShareLinks();
  const links = all.filter(({ document_id }) => document_id === document.id);
  const [token, setToken] = useState<string | null>(null);
  async function make(form: FormData): Promise<void> {
    const made = await call<{ token: string }>(
      context,
      "create_share_link",
      {
        document_id: document.id,
        expires_at: endFrom(form),
        password: textFrom(form, "password"),
        with_values: form.has("with_values"),
        with_text: form.has("with_text"),
        most_openings: numberFrom(form, "most_openings"),
        description: textFrom(form, "description") ?? "",
      },
      "share_links",
    );
    setToken(made.token);
  }
  return (
    <Making
      title={token ? t("The link is made") : t("Share “{name}”", { name: nameOf(document) })}
      action={t("Make a link")}
      onMake={make}
      onClose={onClose}
      made={
        token && (
          <Secret
            label={t("Link")}
            value={linkAddress("share", token)}
            note={t(
              "Copy it now: it is shown this once. Anyone who has it sees the document until the link ends or you revoke it.",
            )}
          />
        )
      }
    >
      <fieldset>
        <legend>{t("Anyone with the link sees the file, and")}</legend>
        <label className={styles.check}>
          <input type="checkbox" className={ui.check} name="with_values" defaultChecked />
          <span>
            {t("Its values")} <small>{t("name, type, date, amount, what was extracted")}</small>
          </span>
        </label>
        <label className={styles.check}>
          <input type="checkbox" className={ui.check} name="with_text" />
          <span>
            {t("Its text")} <small>{t("the first 100 pages")}</small>
          </span>
        </label>
      </fieldset>
      <Ends first="7" />
      <LinkPassword />
      <label>
        <span>
          {t("Openings")} <small>{t("optional; after so many it ends")}</small>
        </span>
        <input className={ui.input} name="most_openings" type="number" min={1} max={1_000_000} inputMode="numeric" />
      </label>
      <label>
        <span>
          {t("For whom")} <small>{t("optional; only you see it")}</small>
        </span>
        <input className={ui.input} name="description" maxLength={200} placeholder={t("The tax adviser")} />
      </label>
      {links.length > 0 && (
        <div className={styles.existing}>
          <h3>{t("Links to this document")}</h3>
          <ul className={styles.list}>
            {links.map((link) => {
              const name = link.description || t("A link");
              return <ShareItem key={link.id} context={context} link={link} name={name} called={name} />;
            })}
          </ul>
        </div>
      )}
    </Making>
  );
}
