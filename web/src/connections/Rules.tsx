import { useState } from "react";
import { decimal, typeName } from "../format.ts";
import { t } from "../language.ts";
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
  useInboxAddresses,
  useRuleRuns,
  useRules,
  useUploadLinks,
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
      title={t("Rules")}
      about={t(
        "When a document looks like this, do that. Rules run as soon as a document is described, from the first to the last; what you edited yourself is left alone.",
      )}
      error={error}
      action={
        <Button look="primary" onClick={() => setMaking(true)}>
          <Plus aria-hidden />
          {t("New rule")}
        </Button>
      }
    >
      {run && run.state !== "undone" && <Run run={run} />}
      {rules?.length === 0 && <None>{t("Nothing happens by itself.")}</None>}
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
  const names = useNamesOfDoors();
  return (
    <Item
      name={rule.name}
      state={rule.enabled ? null : t("Disabled")}
      facts={[
        t("When {conditions}", { conditions: conditionsText(rule.conditions as Conditions, names) }),
        actionsText(rule.actions as Actions),
      ]}
      actions={
        <>
          <Button small look="quiet" onClick={() => setAsking("try")} aria-label={t("Try {name}", { name: rule.name })}>
            <FlaskConical aria-hidden />
            {t("Try")}
          </Button>
          <Menu
            align="end"
            trigger={
              <Button small square look="quiet" aria-label={t("More for {name}", { name: rule.name })}>
                <Ellipsis aria-hidden />
              </Button>
            }
          >
            <MenuItem onClick={() => setAsking("edit")}>
              <Pencil aria-hidden />
              {t("Edit")}
            </MenuItem>
            <MenuItem
              onClick={() =>
                attempt(
                  changeRule(context, rule.id, { enabled: !rule.enabled }),
                  rule.enabled ? t("Disabled") : t("Enabled"),
                )
              }
            >
              <Power aria-hidden />
              {rule.enabled ? t("Disable") : t("Enable")}
            </MenuItem>
            <MenuLine />
            <MenuItem danger onClick={() => setAsking("delete")}>
              <Trash2 aria-hidden />
              {t("Delete")}
            </MenuItem>
          </Menu>
        </>
      }
    >
      {asking === "edit" && <RuleForm rule={rule} position={rule.position} onClose={() => setAsking(null)} />}
      {asking === "try" && <RuleTrial rule={rule} onClose={() => setAsking(null)} />}
      {asking === "delete" && (
        <Confirm
          title={t("Delete the rule “{name}”?", { name: rule.name })}
          action={t("Delete")}
          onClose={() => setAsking(null)}
          onConfirm={() => attempt(changeRule(context, rule.id, null), t("The rule is deleted"))}
        >
          {t("What it did to documents stays.")}
        </Confirm>
      )}
    </Item>
  );
}

const orOf = (values: string[]): string => values.join(t(" or "));
const list = (values: unknown): string => orOf(values as string[]);

/** What conditions say, in the order in which a sentence names them. */
const CONDITION_TEXTS: Record<string, (value: never) => string> = {
  document_types: (types: string[]) => t("it is {types}", { types: orOf(types.map(typeName)) }),
  senders: (senders) => t("it is from {senders}", { senders: list(senders) }),
  tags: (tags) => t("it is tagged {tags}", { tags: list(tags) }),
  text_words: (texts) => t("its text has {words}", { words: list(texts) }),
  name_words: (texts) => t("its name has {words}", { words: list(texts) }),
  amount_from: (amount: number) => t("its amount is {amount} or more", { amount: decimal(amount) }),
  amount_to: (amount: number) => t("its amount is {amount} or less", { amount: decimal(amount) }),
};

/** What mail addresses and upload links are called, by their ids. */
function useNamesOfDoors(): Map<string, string> {
  const { data: addresses = [] } = useInboxAddresses();
  const { data: links = [] } = useUploadLinks();
  return new Map([
    ...addresses.map(({ id, name }) => [id, name] as const),
    ...links.map(({ id, title }) => [id, title] as const),
  ]);
}

/** A rule's conditions as the rest of a sentence. */
function conditionsText(conditions: Conditions, names: Map<string, string>): string {
  const doors = [conditions.inbox_addresses, conditions.upload_links].map((ids) =>
    ((ids ?? []) as string[]).map((id) => names.get(id) ?? "…"),
  );
  const said = [
    ...Object.entries(CONDITION_TEXTS).flatMap(
      ([name, text]) => (name in conditions ? [text(conditions[name] as never)] : []), // the database checks what each holds
    ),
    ...doors.filter((named) => named.length > 0).map((named) => t("it came by {names}", { names: orOf(named) })),
    ...Object.keys(conditions)
      .filter((name) => !(name in CONDITION_TEXTS) && name !== "inbox_addresses" && name !== "upload_links")
      .map((name) => t("its {what} fit", { what: name.replaceAll("_", " ") })),
  ];
  return said.length === 0 ? t("a document is described") : said.join(t(" and "));
}

/** What a rule does, as sentences without their ends. */
function actionsText(actions: Actions): string {
  const said = Object.entries(actions).map(([name, value]) => {
    if (name === "add_tags") return t("add {tags}", { tags: (value as string[]).join(", ") });
    if (name === "remove_tags") return t("remove {tags}", { tags: (value as string[]).join(", ") });
    if (name === "document_type") return t("type {type}", { type: typeName(String(value)) });
    if (name === "correspondent") return t("sender {sender}", { sender: String(value) });
    if (name === "name") return t("name {name}", { name: String(value) });
    if (name === "keep_years") return t("keep {count, plural, one {# year} other {# years}}", { count: Number(value) });
    if (name === "hold") return t("hold");
    if (name === "schemas") return t("extract values");
    return t("send to a webhook");
  });
  return said.join("; ");
}

/** How the newest run over the archive goes, with the way to stop it and to take it back. */
function Run({ run }: { run: RuleRun }): React.JSX.Element {
  const context = useContext();
  const ask = (name: string, done: string) => attempt(call(context, name, { rule_run_id: run.id }, "rule_runs"), done);
  return (
    <p className={styles.run} role="status">
      {run.state === "running" && (
        <>
          {t(
            "Applying rules: {changed, plural, one {# document} other {# documents}} changed of {all, number} so far",
            { changed: run.changed, all: run.looked_at },
          )}
          <Button small onClick={() => ask("stop_rule_run", t("Stopped"))}>
            {t("Stop")}
          </Button>
        </>
      )}
      {run.state === "undoing" &&
        t("Taking back: {count, plural, one {# document} other {# documents}} so far", { count: run.undone })}
      {(run.state === "done" || run.state === "stopped") && (
        <>
          {t(
            run.state === "done"
              ? "Rules were applied: {count, plural, one {# document} other {# documents}} changed"
              : "Rules were stopped: {count, plural, one {# document} other {# documents}} changed",
            { count: run.changed },
          )}
          {run.changed > 0 && (
            <Button small onClick={() => ask("undo_rule_run", t("It is being taken back"))}>
              {t("Take back")}
            </Button>
          )}
        </>
      )}
    </p>
  );
}
