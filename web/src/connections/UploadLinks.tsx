import { useState } from "react";
import { toTag } from "../documents/tag-text.ts";
import { ago, bytes, date } from "../format.ts";
import { t } from "../language.ts";
import { Button } from "../ui/Button.tsx";
import { Plus } from "../ui/icons.tsx";
import { attempt } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import styles from "./Connections.module.css";
import { call, endOf, type UploadLink, useContext, useUploadLinks } from "./data.ts";
import { linkAddress } from "./link-address.ts";
import {
  endFrom,
  Ends,
  Item,
  Kind,
  LinkPassword,
  listFrom,
  Making,
  None,
  numberFrom,
  Secret,
  textFrom,
} from "./parts.tsx";

const MB = 1_000_000;

/** The links by which others hand in files. */
export default function UploadLinks(): React.JSX.Element {
  const context = useContext();
  const { data: links, error } = useUploadLinks();
  const [making, setMaking] = useState(false);
  const revoke = ({ id }: UploadLink) =>
    attempt(call(context, "revoke_upload_link", { link_id: id }, "upload_links"), t("The link is revoked"));
  return (
    <Kind
      title={t("Upload links")}
      about={t(
        "Anyone with a link hands in files, without an account. They become documents of yours, and count in your month.",
      )}
      error={error}
      action={
        <Button look="primary" onClick={() => setMaking(true)}>
          <Plus aria-hidden />
          {t("New link")}
        </Button>
      }
    >
      {links?.length === 0 && <None>{t("Nobody can hand in files.")}</None>}
      {links && links.length > 0 && (
        <ul className={styles.list}>
          {links.map((link) => {
            const end = endOf(link, link.files >= link.most_files);
            return (
              <Item
                key={link.id}
                name={link.title}
                state={end}
                facts={[
                  t("{files, number} of {count, plural, one {# file} other {# files}}, {bytes} of {most}", {
                    files: link.files,
                    count: link.most_files,
                    bytes: bytes(link.bytes),
                    most: bytes(link.most_bytes),
                  }),
                  link.tags.length > 0 && t("Tags them {tags}", { tags: link.tags.join(", ") }),
                  link.is_protected && t("With a password"),
                  link.last_used_at && t("Last used {when}", { when: ago(link.last_used_at) }),
                  !end && t("Ends on {day}", { day: date(link.expires_at) }),
                ]}
                actions={
                  !end && (
                    <Button
                      small
                      onClick={() => revoke(link)}
                      aria-label={t("Revoke the link {name}", { name: link.title })}
                    >
                      {t("Revoke")}
                    </Button>
                  )
                }
              />
            );
          })}
        </ul>
      )}
      {making && <NewLink onClose={() => setMaking(false)} />}
    </Kind>
  );
}

function NewLink({ onClose }: { onClose(): void }): React.JSX.Element {
  const context = useContext();
  const [token, setToken] = useState<string | null>(null);
  async function make(form: FormData): Promise<void> {
    const made = await call<{ token: string }>(
      context,
      "create_upload_link",
      {
        title: textFrom(form, "title"),
        tags: listFrom(form, "tags").map(toTag).filter(Boolean),
        expires_at: endFrom(form),
        password: textFrom(form, "password"),
        most_files: numberFrom(form, "most_files"),
        most_bytes: (numberFrom(form, "most_megabytes") ?? 0) * MB,
      },
      "upload_links",
    );
    setToken(made.token);
  }
  return (
    <Making
      title={token ? t("The link is made") : t("New upload link")}
      action={t("Make the link")}
      onMake={make}
      onClose={onClose}
      made={
        token && (
          <Secret
            label={t("Link")}
            value={linkAddress("collect", token)}
            note={t(
              "Copy it now: it is shown this once. Anyone who has it can hand in files until it ends or you revoke it.",
            )}
          />
        )
      }
    >
      <label>
        <span>
          {t("Title")} <small>{t("visitors see it")}</small>
        </span>
        <input
          className={ui.input}
          name="title"
          required
          maxLength={200}
          placeholder={t("Receipts of March")}
          autoFocus
        />
      </label>
      <label>
        <span>
          {t("Tags")} <small>{t("optional, with commas between; what comes gets them")}</small>
        </span>
        <input className={ui.input} name="tags" maxLength={400} placeholder={t("receipt, march")} />
      </label>
      <div className={styles.pair}>
        <label>
          {t("Files at most")}
          <input
            className={ui.input}
            name="most_files"
            type="number"
            required
            min={1}
            max={1000}
            defaultValue={20}
            inputMode="numeric"
          />
        </label>
        <label>
          {t("Megabytes at most")}
          <input
            className={ui.input}
            name="most_megabytes"
            type="number"
            required
            min={1}
            max={10_000}
            defaultValue={100}
            inputMode="numeric"
          />
        </label>
      </div>
      <Ends first="14" />
      <LinkPassword />
    </Making>
  );
}
