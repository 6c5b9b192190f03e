import { useState } from "react";
import { count, number, words } from "../format.ts";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Dialog.tsx";
import { Ellipsis, FlaskConical, Pencil, Plus, Power, Trash2 } from "../ui/icons.tsx";
import { Menu, MenuItem, MenuLine } from "../ui/Menu.tsx";
import { attempt } from "../ui/toasts.tsx";
import styles from "./Connections.module.css";
import {
  type Actions,
  call,
  changeRule,
  type Conditions,
  type Rule,
  type RuleRun,
  useContext,
  useRuleRuns,
  useRules,
} from "./data.ts";
import { Item, Kind, None } from "./parts.tsx";
import { RuleForm } from "./RuleForm.tsx";
import { RuleTrial } from "./RuleTrial.tsx";

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
        <RuleForm
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
      {asking === "edit" && <RuleForm rule={rule} position={rule.position} onClose={() => setAsking(null)} />}
      {asking === "try" && <RuleTrial rule={rule} onClose={() => setAsking(null)} />}
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
  const ask = (name: string, done: string) => attempt(call(context, name, { rule_run_id: run.id }, "rule_runs"), done);
  const changed = count(run.changed, "document");
  return (
    <p className={styles.run} role="status">
      {run.state === "running" && (
        <>
          Applying rules: {changed} changed of {number(run.looked_at)} so far
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
