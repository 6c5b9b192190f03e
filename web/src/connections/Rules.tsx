import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { count, words } from "../format.ts";
import { DOCUMENT_TYPES, type Field, FIELD_NAMES } from "../model.ts";
import { at, linkTo } from "../place.ts";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Dialog.tsx";
import { Ellipsis, FlaskConical, Pencil, Plus, Power, Trash2 } from "../ui/icons.tsx";
import { Menu, MenuItem, MenuLine } from "../ui/Menu.tsx";
import { say, sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import styles from "./Connections.module.css";
import { call, changeRule, type Rule, type RuleRun, useContext, useRuleRuns, useRules } from "./data.ts";
import { Item, Kind, listFrom, Making, None, numberFrom, textFrom } from "./parts.tsx";

/** Docs/rules.md has all of them; those without a field in the form stay as they are. */
type Conditions = Record<string, unknown>;
type Actions = Record<string, unknown>;

/** What documents get by themselves, and what that would change in the archive. */
export default function Rules(): React.JSX.Element {
  const { data: rules, error } = useRules();
  const { data: runs } = useRuleRuns();
  const [making, setMaking] = useState(false);
  const run = runs?.[0];
  return (
    <Kind
      title="Rules"
      about="When a document looks like this, do that. Rules run as soon as a document is described, from the first to the last; what you edited yourself is left alone."
      error={error}
      action={
        <Button look="primary" onClick={() => setMaking(true)}>
          <Plus aria-hidden />
          New rule
        </Button>
      }
    >
      {run && run.state !== "undone" && <Run run={run} />}
      {rules?.length === 0 && <None>Nothing happens by itself.</None>}
      {rules && rules.length > 0 && (
        <ul className={styles.list}>
          {rules.map((rule) => (
            <One key={rule.id} rule={rule} />
          ))}
        </ul>
      )}
      {making && (
        <Form
          onClose={() => setMaking(false)}
          position={Math.max(0, ...(rules ?? []).map((rule) => rule.position)) + 1}
        />
      )}
    </Kind>
  );
}

function One({ rule }: { rule: Rule }): React.JSX.Element {
  const context = useContext();
  const [asking, setAsking] = useState<"edit" | "delete" | "try" | null>(null);
  const attempt = (work: Promise<unknown>, done: string) => void work.then(() => say(done)).catch(sayError);
  return (
    <Item
      name={rule.name}
      state={rule.enabled ? null : "Disabled"}
      facts={[`When ${conditionsText(rule.conditions as Conditions)}`, actionsText(rule.actions as Actions)]}
      actions={
        <>
          <Button small look="quiet" onClick={() => setAsking("try")} aria-label={`Try ${rule.name}`}>
            <FlaskConical aria-hidden />
            Try
          </Button>
          <Menu
            align="end"
            trigger={
              <Button small square look="quiet" aria-label={`More for ${rule.name}`}>
                <Ellipsis aria-hidden />
              </Button>
            }
          >
            <MenuItem onClick={() => setAsking("edit")}>
              <Pencil aria-hidden />
              Edit
            </MenuItem>
            <MenuItem
              onClick={() =>
                attempt(changeRule(context, rule.id, { enabled: !rule.enabled }), rule.enabled ? "Disabled" : "Enabled")
              }
            >
              <Power aria-hidden />
              {rule.enabled ? "Disable" : "Enable"}
            </MenuItem>
            <MenuLine />
            <MenuItem danger onClick={() => setAsking("delete")}>
              <Trash2 aria-hidden />
              Delete
            </MenuItem>
          </Menu>
        </>
      }
    >
      {asking === "edit" && <Form rule={rule} position={rule.position} onClose={() => setAsking(null)} />}
      {asking === "try" && <Trial rule={rule} onClose={() => setAsking(null)} />}
      {asking === "delete" && (
        <Confirm
          title={`Delete the rule “${rule.name}”?`}
          action="Delete"
          onClose={() => setAsking(null)}
          onConfirm={() => attempt(changeRule(context, rule.id, null), "The rule is deleted")}
        >
          What it did to documents stays.
        </Confirm>
      )}
    </Item>
  );
}

const list = (values: unknown): string => (values as string[]).join(" or ");

/** What conditions say, in the order in which a sentence names them. */
const CONDITION_TEXTS: Record<string, (value: never) => string> = {
  document_types: (types: string[]) => `it is ${types.map(words).join(" or ")}`,
  senders: (senders) => `it is from ${list(senders)}`,
  tags: (tags) => `it is tagged ${list(tags)}`,
  text_words: (texts) => `its text has ${list(texts)}`,
  name_words: (texts) => `its name has ${list(texts)}`,
  amount_from: (amount) => `its amount is ${amount} or more`,
  amount_to: (amount) => `its amount is ${amount} or less`,
};

/** A rule's conditions as the rest of a sentence. */
function conditionsText(conditions: Conditions): string {
  const said = [
    ...Object.entries(CONDITION_TEXTS).flatMap(
      ([name, text]) => (name in conditions ? [text(conditions[name] as never)] : []), // the database checks what each holds
    ),
    ...Object.keys(conditions)
      .filter((name) => !(name in CONDITION_TEXTS))
      .map((name) => `its ${name.replaceAll("_", " ")} fit`),
  ];
  return said.length === 0 ? "a document is described" : said.join(" and ");
}

/** What a rule does, as sentences without their ends. */
function actionsText(actions: Actions): string {
  const said = Object.entries(actions).map(([name, value]) => {
    if (name === "add_tags") return `add ${(value as string[]).join(", ")}`;
    if (name === "remove_tags") return `remove ${(value as string[]).join(", ")}`;
    if (name === "document_type") return `type ${words(String(value))}`;
    if (name === "correspondent") return `sender ${value}`;
    if (name === "name") return `name ${value}`;
    if (name === "keep_years") return `keep ${count(Number(value), "year")}`;
    if (name === "hold") return "hold";
    if (name === "schemas") return "extract values";
    return "send to a webhook";
  });
  return said.join("; ");
}

/** How the newest run over the archive goes, with the way to stop it and to take it back. */
function Run({ run }: { run: RuleRun }): React.JSX.Element {
  const context = useContext();
  const ask = (name: string, done: string) =>
    void call(context, name, { rule_run_id: run.id }, "rule_runs")
      .then(() => say(done))
      .catch(sayError);
  const changed = count(run.changed, "document");
  return (
    <p className={styles.run} role="status">
      {run.state === "running" && (
        <>
          Applying rules: {changed} changed of {run.looked_at.toLocaleString()} so far
          <Button small onClick={() => ask("stop_rule_run", "Stopped")}>
            Stop
          </Button>
        </>
      )}
      {run.state === "undoing" && <>Taking back: {count(run.undone, "document")} so far</>}
      {(run.state === "done" || run.state === "stopped") && (
        <>
          Rules {run.state === "done" ? "were applied" : "were stopped"}: {changed} changed
          {run.changed > 0 && (
            <Button small onClick={() => ask("undo_rule_run", "It is being taken back")}>
              Take back
            </Button>
          )}
        </>
      )}
    </p>
  );
}

type Change = { from: unknown; to: unknown };
type Foreseen = { document_id: string; name: string; changes: Record<string, Change> };

const shown = (value: unknown): string =>
  Array.isArray(value) ? value.join(", ") || "none" : value === null || value === "" ? "none" : String(value);

/** What a rule would change in the archive, before it does. */
function Trial({ rule, onClose }: { rule: Rule; onClose(): void }): React.JSX.Element {
  const context = useContext();
  const { data, error } = useQuery({
    queryKey: ["dry run", rule.id, rule.updated_at],
    staleTime: 0,
    gcTime: 0,
    queryFn: async () => {
      const { data: found, error: failed } = await context.project.supabase.rpc("dry_run_rules", { rules: [rule.id] });
      if (failed) throw failed;
      return found as { documents: Foreseen[]; looked_at: number; next: string | null };
    },
  });
  if (error) sayError(error);
  async function apply(): Promise<void> {
    await call(context, "apply_rules", { rule_ids: [rule.id] }, "rule_runs");
    onClose();
  }
  return (
    <Making title={`What “${rule.name}” would change`} action="Apply to the archive" onMake={apply} onClose={onClose}>
      {data && data.documents.length === 0 && (
        <p>{data.next ? "Nothing in the first documents; older ones may fit." : "No document of yours fits it."}</p>
      )}
      {data && data.documents.length > 0 && (
        <ul className={styles.trial} aria-label="Changes">
          {data.documents.map(({ document_id, name, changes }) => (
            <li key={document_id}>
              <a {...linkTo(at(new URLSearchParams(), { document: document_id }))}>{name}</a>
              {Object.entries(changes).map(([field, { from, to }]) => (
                <span key={field}>
                  {FIELD_NAMES[field as Field] ?? field}: <del>{shown(from)}</del> <ins>{shown(to)}</ins>
                </span>
              ))}
            </li>
          ))}
        </ul>
      )}
      {data?.next && <p>The archive goes on behind these. Applying looks at all of it.</p>}
    </Making>
  );
}

/** Makes a rule, or changes one. What has no field here stays as it is. */
function Form({ rule, position, onClose }: { rule?: Rule; position: number; onClose(): void }): React.JSX.Element {
  const context = useContext();
  const conditions = (rule?.conditions ?? {}) as Conditions;
  const actions = (rule?.actions ?? {}) as Actions;
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
      },
      actions: {
        ...actions,
        add_tags: some(listFrom(form, "add_tags")),
        remove_tags: some(listFrom(form, "remove_tags")),
        document_type: textFrom(form, "document_type") ?? undefined,
        correspondent: textFrom(form, "correspondent") ?? undefined,
        name: textFrom(form, "pattern") ?? undefined,
        keep_years: numberFrom(form, "keep_years") ?? undefined,
      },
    };
    await changeRule(context, rule?.id, values);
    onClose();
  }
  const types = (
    <>
      {DOCUMENT_TYPES.map((type) => (
        <option key={type} value={type}>
          {words(type)}
        </option>
      ))}
    </>
  );
  return (
    <Making
      title={rule ? "Edit the rule" : "New rule"}
      action={rule ? "Save" : "Make the rule"}
      onMake={submit}
      onClose={onClose}
    >
      <label>
        Name
        <input
          className={ui.input}
          name="name"
          required
          maxLength={100}
          defaultValue={rule?.name}
          placeholder="Invoices of Acme"
          autoFocus
        />
      </label>
      <fieldset>
        <legend>When all of this holds</legend>
        <div className={styles.pair}>
          <label>
            Type
            <select
              className={ui.input}
              name="type"
              defaultValue={(conditions.document_types as string[] | undefined)?.[0] ?? ""}
            >
              <option value="">Any</option>
              {types}
            </select>
          </label>
          <label>
            <span>
              Sender <small>one of</small>
            </span>
            <input className={ui.input} name="senders" defaultValue={joined(conditions.senders)} placeholder="Acme" />
          </label>
          <label>
            <span>
              Words in the text <small>one of</small>
            </span>
            <input
              className={ui.input}
              name="words"
              defaultValue={joined(conditions.text_words)}
              placeholder="meter reading"
            />
          </label>
          <label>
            <span>
              Tags <small>one of</small>
            </span>
            <input className={ui.input} name="tags" defaultValue={joined(conditions.tags)} />
          </label>
          <label>
            Amount from
            <input
              className={ui.input}
              name="amount_from"
              type="number"
              step="any"
              defaultValue={conditions.amount_from as number}
            />
          </label>
          <label>
            Amount to
            <input
              className={ui.input}
              name="amount_to"
              type="number"
              step="any"
              defaultValue={conditions.amount_to as number}
            />
          </label>
        </div>
      </fieldset>
      <fieldset>
        <legend>Do this</legend>
        <div className={styles.pair}>
          <label>
            Add tags
            <input className={ui.input} name="add_tags" defaultValue={joined(actions.add_tags)} placeholder="tax" />
          </label>
          <label>
            Remove tags
            <input className={ui.input} name="remove_tags" defaultValue={joined(actions.remove_tags)} />
          </label>
          <label>
            Set the type
            <select className={ui.input} name="document_type" defaultValue={(actions.document_type as string) ?? ""}>
              <option value="">Leave it</option>
              {types}
            </select>
          </label>
          <label>
            Set the sender
            <input
              className={ui.input}
              name="correspondent"
              maxLength={200}
              defaultValue={actions.correspondent as string}
            />
          </label>
          <label>
            <span>
              Name it <small>{"{date} {type} {sender}"}</small>
            </span>
            <input className={ui.input} name="pattern" maxLength={200} defaultValue={actions.name as string} />
          </label>
          <label>
            Keep for years
            <input
              className={ui.input}
              name="keep_years"
              type="number"
              min={1}
              max={100}
              defaultValue={actions.keep_years as number}
            />
          </label>
        </div>
      </fieldset>
    </Making>
  );
}
