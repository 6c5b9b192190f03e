import { Popover } from "@base-ui/react/popover";
import { type FormEvent, useState } from "react";
import filters from "../documents/Filters.module.css";
import { mark, t, type Text } from "../language.ts";
import { Button } from "../ui/Button.tsx";
import { ListFilter, X } from "../ui/icons.tsx";
import ui from "../ui/ui.module.css";
import { hintOf, kindOf, labelOf, textOf, type ScalarField } from "./model.ts";
import {
  type Condition,
  conditionsOf,
  type FieldMap,
  saidOf,
  type Way,
  waysOf,
  withConditions,
} from "./row-filters.ts";
import styles from "./Tables.module.css";

/** What narrows a table: a form that adds a filter, and each filter as a chip that removes it. */
export function RowFilters({
  fields,
  where,
  onChange,
}: {
  fields: FieldMap;
  where: Condition[];
  onChange(where: Condition[]): void;
}): React.JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <div role="group" aria-label={t("Filters")} className={styles.filters}>
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger
          render={
            <Button small look="quiet">
              <ListFilter aria-hidden />
              {t("Add a filter")}
            </Button>
          }
        />
        <Popover.Portal>
          <Popover.Positioner className={ui.positioner} sideOffset={6} align="start">
            <Popover.Popup className={`${ui.popup} ${filters.dates} ${styles.filter}`} aria-label={t("Add a filter")}>
              <Form
                fields={fields}
                onAdd={(added) => {
                  onChange(withConditions(where, added));
                  setOpen(false);
                }}
              />
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      {where.map((condition) => {
        const label = saidOf(condition, fields.get(condition.field)!);
        return (
          <button
            key={label}
            className={filters.chip}
            aria-label={t("Remove the filter {label}", { label })}
            onClick={() => onChange(where.filter((one) => one !== condition))}
          >
            {label}
            <X aria-hidden />
          </button>
        );
      })}
      {where.length > 1 && (
        <Button small look="quiet" onClick={() => onChange([])}>
          {t("Clear")}
        </Button>
      )}
    </div>
  );
}

const WAYS: Record<Way, Text> = {
  has: mark("has these words"),
  is: mark("is exactly"),
  span: mark("is from … to …"),
  present: mark("is there"),
  missing: mark("is missing"),
};

function Form({ fields, onAdd }: { fields: FieldMap; onAdd(added: Condition[]): void }): React.JSX.Element {
  const paths = [...fields.keys()];
  const [path, setPath] = useState(paths[0] ?? "");
  const [chosen, setWay] = useState<Way | null>(null);
  const [problem, setProblem] = useState("");
  const field = fields.get(path);
  const ways = field ? waysOf(field) : [];
  const way = chosen && ways.includes(chosen) ? chosen : (ways[0] ?? "present");

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (!field) return;
    const typed = new FormData(event.currentTarget);
    const text = (name: string): string => String(typed.get(name) ?? "");
    const added = conditionsOf(path, field, {
      way,
      value: text("value"),
      from: text("from"),
      to: text("to"),
      currency: text("currency"),
    });
    if (added) onAdd(added);
    else setProblem(hintOf(kindOf(field)));
  }
  const lines = paths.find((one) => one.includes("."))?.split(".")[0];
  const options = (some: string[]) =>
    some.map((one) => (
      <option key={one} value={one}>
        {labelOf(one)}
      </option>
    ));
  return (
    <form onSubmit={submit} onInput={() => setProblem("")}>
      <label>
        {t("Field")}
        <select className={ui.input} value={path} onChange={(event) => setPath(event.target.value)}>
          {options(paths.filter((one) => !one.includes(".")))}
          {lines && <optgroup label={labelOf(lines)}>{options(paths.filter((one) => one.includes(".")))}</optgroup>}
        </select>
      </label>
      <label>
        {t("Condition")}
        <select
          className={ui.input}
          value={way}
          // The ways are the values of its options
          onChange={(event) => setWay(event.target.value as Way)}
        >
          {ways.map((one) => (
            <option key={one} value={one}>
              {t(WAYS[one])}
            </option>
          ))}
        </select>
      </label>
      {field && <Values key={`${path} ${way}`} field={field} way={way} />}
      {problem && <p role="alert">{problem}</p>}
      <Button small type="submit" look="primary">
        {t("Add")}
      </Button>
    </form>
  );
}

/** Where the values are typed or chosen, by what the field holds. */
function Values({ field, way }: { field: ScalarField; way: Way }): React.JSX.Element | null {
  const kind = kindOf(field);
  const input = { className: ui.input, autoComplete: "off" };
  if (way === "present" || way === "missing") return null;
  if (way === "span") {
    const type = kind === "date" ? ({ type: "date" } as const) : ({ inputMode: "decimal" } as const);
    return (
      <div className={styles.span}>
        <label>
          {t("From ~ a day")}
          <input {...input} {...type} name="from" />
        </label>
        <label>
          {t("To ~ a day")}
          <input {...input} {...type} name="to" />
        </label>
        {kind === "money" && (
          <label>
            {t("Currency")}
            <input {...input} name="currency" placeholder="EUR" maxLength={3} />
          </label>
        )}
      </div>
    );
  }
  return (
    <label>
      {t("Value")}
      {kind === "boolean" || kind === "enum" ? (
        <select {...input} name="value">
          {(kind === "enum" && "enum" in field ? field.enum : ["true", "false"]).map((one) => (
            <option key={one} value={one}>
              {kind === "boolean" ? textOf(one === "true") : one}
            </option>
          ))}
        </select>
      ) : (
        <input {...input} name="value" maxLength={300} />
      )}
    </label>
  );
}
