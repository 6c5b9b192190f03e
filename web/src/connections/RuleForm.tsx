import { typeName } from "../format.ts";
import { t } from "../language.ts";
import { DOCUMENT_TYPES } from "../model.ts";
import ui from "../ui/ui.module.css";
import styles from "./Connections.module.css";
import {
  type Actions,
  changeRule,
  type Conditions,
  endOf,
  type Rule,
  useContext,
  useInboxAddresses,
  useUploadLinks,
} from "./data.ts";
import { listFrom, Making, numberFrom, textFrom } from "./parts.tsx";

/** Makes a rule, or changes one. What has no field here stays as it is. */
export function RuleForm({
  rule,
  position,
  onClose,
}: {
  rule?: Rule;
  position: number;
  onClose(): void;
}): React.JSX.Element {
  const context = useContext();
  const conditions = (rule?.conditions ?? {}) as Conditions;
  const actions = (rule?.actions ?? {}) as Actions;
  const { data: addresses } = useInboxAddresses();
  const { data: links } = useUploadLinks();
  const joined = (value: unknown) => (value as string[] | undefined)?.join(", ");
  async function submit(form: FormData): Promise<void> {
    const some = (values: string[]) => (values.length > 0 ? values : undefined);
    const type = textFrom(form, "type");
    const values = {
      name: textFrom(form, "name") ?? "",
      position,
      conditions: {
        ...conditions,
        document_types: type ? [type] : undefined,
        senders: some(listFrom(form, "senders")),
        tags: some(listFrom(form, "tags")),
        text_words: some(listFrom(form, "words")),
        amount_from: numberFrom(form, "amount_from") ?? undefined,
        amount_to: numberFrom(form, "amount_to") ?? undefined,
        inbox_addresses: addresses ? some(form.getAll("inbox_addresses").map(String)) : conditions.inbox_addresses,
        upload_links: links ? some(form.getAll("upload_links").map(String)) : conditions.upload_links,
      },
      actions: {
        ...actions,
        add_tags: some(listFrom(form, "add_tags")),
        remove_tags: some(listFrom(form, "remove_tags")),
        document_type: textFrom(form, "document_type") ?? undefined,
        correspondent: textFrom(form, "correspondent") ?? undefined,
        name: textFrom(form, "pattern") ?? undefined,
        keep_years: numberFrom(form, "keep_years") ?? undefined,
        hold: form.has("hold") ? true : undefined,
      },
    };
    await changeRule(context, rule?.id, values);
    onClose();
  }
  const types = (
    <>
      {DOCUMENT_TYPES.map((type) => (
        <option key={type} value={type}>
          {typeName(type)}
        </option>
      ))}
    </>
  );
  return (
    <Making
      title={rule ? t("Edit the rule") : t("New rule")}
      action={rule ? t("Save") : t("Make the rule")}
      onMake={submit}
      onClose={onClose}
    >
      <label>
        {t("Name")}
        <input
          className={ui.input}
          name="name"
          required
          maxLength={100}
          defaultValue={rule?.name}
          placeholder={t("Invoices of Acme")}
          autoFocus
        />
      </label>
      <fieldset>
        <legend>{t("When all of this holds")}</legend>
        <div className={styles.pair}>
          <label>
            {t("Type")}
            <select
              className={ui.input}
              name="type"
              defaultValue={(conditions.document_types as string[] | undefined)?.[0] ?? ""}
            >
              <option value="">{t("Any")}</option>
              {types}
            </select>
          </label>
          <label>
            <span>
              {t("Sender")} <small>{t("one of")}</small>
            </span>
            <input className={ui.input} name="senders" defaultValue={joined(conditions.senders)} placeholder="Acme" />
          </label>
          <label>
            <span>
              {t("Words in the text")} <small>{t("one of")}</small>
            </span>
            <input
              className={ui.input}
              name="words"
              defaultValue={joined(conditions.text_words)}
              placeholder={t("meter reading")}
            />
          </label>
          <label>
            <span>
              {t("Tags")} <small>{t("one of")}</small>
            </span>
            <input className={ui.input} name="tags" defaultValue={joined(conditions.tags)} />
          </label>
          <label>
            {t("Amount from")}
            <input
              className={ui.input}
              name="amount_from"
              type="number"
              step="any"
              defaultValue={conditions.amount_from as number}
            />
          </label>
          <label>
            {t("Amount to")}
            <input
              className={ui.input}
              name="amount_to"
              type="number"
              step="any"
              defaultValue={conditions.amount_to as number}
            />
          </label>
          {/* Lists that come later would find their boxes unmarked. */}
          {addresses && (
            <Choices
              name="inbox_addresses"
              title={t("Came by a mail address")}
              all={addresses.map((address) => ({
                id: address.id,
                name: address.name,
                end: endOf({ ...address, expires_at: null }),
              }))}
              chosen={conditions.inbox_addresses as string[] | undefined}
            />
          )}
          {links && (
            <Choices
              name="upload_links"
              title={t("Came by an upload link")}
              all={links.map((link) => ({ id: link.id, name: link.title, end: endOf(link) }))}
              chosen={conditions.upload_links as string[] | undefined}
            />
          )}
        </div>
      </fieldset>
      <fieldset>
        <legend>{t("Do this")}</legend>
        <div className={styles.pair}>
          <label>
            {t("Add tags")}
            <input
              className={ui.input}
              name="add_tags"
              defaultValue={joined(actions.add_tags)}
              placeholder={t("tax")}
            />
          </label>
          <label>
            {t("Remove tags")}
            <input className={ui.input} name="remove_tags" defaultValue={joined(actions.remove_tags)} />
          </label>
          <label>
            {t("Set the type")}
            <select className={ui.input} name="document_type" defaultValue={(actions.document_type as string) ?? ""}>
              <option value="">{t("Leave it")}</option>
              {types}
            </select>
          </label>
          <label>
            {t("Set the sender")}
            <input
              className={ui.input}
              name="correspondent"
              maxLength={200}
              defaultValue={actions.correspondent as string}
            />
          </label>
          <label>
            <span>
              {t("Name it")} <small>{t("{date} {type} {sender}")}</small>
            </span>
            <input className={ui.input} name="pattern" maxLength={200} defaultValue={actions.name as string} />
          </label>
          <label>
            {t("Keep for years")}
            <input
              className={ui.input}
              name="keep_years"
              type="number"
              min={1}
              max={100}
              defaultValue={actions.keep_years as number}
            />
          </label>
          <label className={styles.check}>
            <input type="checkbox" className={ui.check} name="hold" defaultChecked={actions.hold === true} />
            <span>
              <b>{t("Hold it")}</b> {t("it cannot be deleted until it is released")}
            </span>
          </label>
        </div>
      </fieldset>
    </Making>
  );
}

/** Some of what the user has. What ended is there no longer, unless the rule names it. */
function Choices({
  name,
  title,
  all,
  chosen = [],
}: {
  name: string;
  title: string;
  all: { id: string; name: string; end: string | null }[];
  chosen?: string[] | undefined;
}): React.JSX.Element | null {
  const shown = all.filter(({ id, end }) => !end || chosen.includes(id));
  if (shown.length === 0) return null;
  return (
    <fieldset className={styles.choices}>
      <legend>
        {title} <small>{t("one of")}</small>
      </legend>
      {shown.map((choice) => (
        <label key={choice.id} className={styles.check}>
          <input
            type="checkbox"
            className={ui.check}
            name={name}
            value={choice.id}
            defaultChecked={chosen.includes(choice.id)}
          />
          <span>
            {choice.name} {choice.end && <small>{choice.end}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
