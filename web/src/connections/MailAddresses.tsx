import { useState } from "react";
import { toTag } from "../documents/tag-text.ts";
import { ago, count, moment } from "../format.ts";
import { t } from "../language.ts";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Dialog.tsx";
import { Plus } from "../ui/icons.tsx";
import { attempt } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import styles from "./Connections.module.css";
import {
  call,
  endOf,
  type InboxAddress,
  type RefusedMail,
  useContext,
  useInboxAddresses,
  useRefusedMails,
} from "./data.ts";
import { Item, Kind, listFrom, Making, None, Secret, textFrom } from "./parts.tsx";

/** The addresses whose mails become documents, and what came there and was not taken. */
export default function MailAddresses(): React.JSX.Element {
  const { data: addresses, error } = useInboxAddresses();
  const { data: refused } = useRefusedMails();
  const [making, setMaking] = useState(false);
  return (
    <Kind
      title={t("Mail addresses")}
      about={t(
        "A mail to one of these addresses becomes a document, with what is attached to it. Give each sender an address of its own: it can be revoked alone.",
      )}
      error={error}
      action={
        <Button look="primary" onClick={() => setMaking(true)}>
          <Plus aria-hidden />
          {t("New address")}
        </Button>
      }
    >
      {addresses?.length === 0 && <None>{t("No mail becomes a document.")}</None>}
      {addresses && addresses.length > 0 && (
        <ul className={styles.list}>
          {addresses.map((address) => (
            <One
              key={address.id}
              address={address}
              refused={refused?.filter(({ address_id }) => address_id === address.id) ?? []}
            />
          ))}
        </ul>
      )}
      {making && <NewAddress onClose={() => setMaking(false)} />}
    </Kind>
  );
}

function One({ address, refused }: { address: InboxAddress; refused: RefusedMail[] }): React.JSX.Element {
  const context = useContext();
  const [asking, setAsking] = useState(false);
  const end = endOf({ revoked_at: address.revoked_at, expires_at: null });
  const revoke = () =>
    attempt(
      call(context, "revoke_inbox_address", { address_id: address.id }, "inbox_addresses"),
      t("The address is revoked"),
    );
  return (
    <Item
      name={address.name}
      state={end}
      facts={[
        <code key="address">{address.local_part}@…</code>,
        count(Number(address.mails), "mail"),
        address.tags.length > 0 && t("Tags them {tags}", { tags: address.tags.join(", ") }),
        address.allowed_senders.length > 0 &&
          t("From {senders} alone", { senders: address.allowed_senders.join(", ") }),
        address.last_used_at && t("Last used {when}", { when: ago(address.last_used_at) }),
      ]}
      actions={
        !end && (
          <Button small onClick={() => setAsking(true)} aria-label={t("Revoke {name}", { name: address.name })}>
            {t("Revoke")}
          </Button>
        )
      }
    >
      {refused.length > 0 && (
        <details className={styles.refused}>
          <summary>
            {t("{count, plural, one {# mail was not taken} other {# mails were not taken}}", { count: refused.length })}
          </summary>
          <ul>
            {refused.map((mail) => (
              <li key={mail.id}>
                <time dateTime={mail.created_at}>{moment(mail.created_at)}</time> <b>{mail.sender || t("Nobody")}</b>{" "}
                {sentenceOf(mail.message)}
              </li>
            ))}
          </ul>
        </details>
      )}
      {asking && (
        <Confirm
          title={t("Revoke “{name}”?", { name: address.name })}
          action={t("Revoke")}
          onClose={() => setAsking(false)}
          onConfirm={revoke}
        >
          {t("Mails to it are refused from now on. What came by it stays.")}
        </Confirm>
      )}
    </Item>
  );
}

function NewAddress({ onClose }: { onClose(): void }): React.JSX.Element {
  const context = useContext();
  const [made, setMade] = useState<string | null>(null);
  async function make(form: FormData): Promise<void> {
    const { local_part } = await call<{ local_part: string }>(
      context,
      "create_inbox_address",
      {
        name: textFrom(form, "name"),
        tags: listFrom(form, "tags").map(toTag).filter(Boolean),
        allowed_senders: listFrom(form, "senders").map((sender) => sender.toLowerCase()),
      },
      "inbox_addresses",
    );
    setMade(local_part);
  }
  return (
    <Making
      title={made ? t("The address is made") : t("New mail address")}
      action={t("Make the address")}
      onMake={make}
      onClose={onClose}
      made={
        made && (
          <Secret
            label={t("Address before the @")}
            value={made}
            note={t(
              "Behind the @ stands the domain whose mails this project takes. Anyone who knows the address can send documents until you revoke it.",
            )}
          />
        )
      }
    >
      <label>
        <span>
          {t("Name")} <small>{t("the history of a document says it")}</small>
        </span>
        <input className={ui.input} name="name" required maxLength={200} placeholder={t("Invoices")} autoFocus />
      </label>
      <label>
        <span>
          {t("Who may send")} <small>{t("optional: addresses and domains, with commas between")}</small>
        </span>
        <input className={ui.input} name="senders" maxLength={2000} placeholder="billing@acme.example, bank.example" />
      </label>
      <label>
        <span>
          {t("Tags")} <small>{t("optional, with commas between; what comes gets them")}</small>
        </span>
        <input className={ui.input} name="tags" maxLength={400} placeholder={t("invoice ~ as a tag")} />
      </label>
    </Making>
  );
}
