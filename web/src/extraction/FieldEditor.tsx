import { mark, t, type Text } from "../language.ts";
import { Button } from "../ui/Button.tsx";
import { Plus, X } from "../ui/icons.tsx";
import ui from "../ui/ui.module.css";
import { type DraftField, newField, type Problems, slugOf } from "./draft.ts";
import styles from "./SchemaEditor.module.css";

const KINDS: Record<DraftField["kind"], Text> = {
  string: mark("Text ~ as a kind of field"),
  code: mark("Number or code"),
  date: mark("Date"),
  money: mark("Amount of money"),
  number: mark("Decimal number"),
  integer: mark("Whole number"),
  boolean: mark("Yes or no"),
  enum: mark("One of several"),
  table: mark("Lines of a table"),
};

/** A field as it is edited: what it is called, what it holds, and the words by which papers name it. */
export function FieldEditor({
  field,
  problems,
  isColumn,
  onChange,
  onRemove,
}: {
  field: DraftField;
  problems: Problems;
  isColumn?: boolean;
  onChange(next: DraftField): void;
  onRemove(): void;
}): React.JSX.Element {
  const set = (changed: Partial<DraftField>) => onChange({ ...field, ...changed });
  const problem = problems.get(field.key);
  const problemId = `problem-${field.key}`;
  const name = field.name.trim() || t("New field");
  return (
    <fieldset className={styles.field} data-column={isColumn || undefined} data-wrong={problem ? true : undefined}>
      <legend className="unseen">{name}</legend>
      <div className={styles.main}>
        <input
          className={ui.input}
          data-field-name
          aria-label={isColumn ? t("Name of the column") : t("Name of the field")}
          placeholder={isColumn ? t("Name of the column") : t("Name of the field")}
          value={field.name}
          maxLength={60}
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? problemId : undefined}
          onChange={(event) => set({ name: event.target.value })}
        />
        <select
          className={ui.input}
          aria-label={t("Kind of {field}", { field: name })}
          value={field.kind}
          onChange={(event) => {
            const kind = event.target.value as DraftField["kind"];
            set({
              kind,
              kept: {},
              columns: kind === "table" && field.columns.length === 0 ? [newField()] : field.columns,
            });
          }}
        >
          {Object.entries(KINDS)
            .filter(([kind]) => !isColumn || kind !== "table")
            .map(([kind, label]) => (
              <option key={kind} value={kind}>
                {t(label)}
              </option>
            ))}
        </select>
        <label className={styles.required}>
          <input
            type="checkbox"
            className={ui.check}
            checked={field.required}
            onChange={(event) => set({ required: event.target.checked })}
          />
          {t("Required")}
        </label>
        <Button small square look="quiet" aria-label={t("Remove {name}", { name })} onClick={onRemove}>
          <X aria-hidden />
        </Button>
      </div>
      {problem && (
        <p id={problemId} className={styles.problem} role="alert">
          {t(problem)}
        </p>
      )}
      <div className={styles.more}>
        <label>
          {t("Words on the paper, one a line")}
          <textarea
            className={ui.input}
            rows={Math.min(4, Math.max(2, field.labels.split("\n").length))}
            value={field.labels}
            placeholder={field.name}
            onChange={(event) => set({ labels: event.target.value })}
          />
        </label>
        {field.kind === "enum" ? (
          <label>
            {t("What it may be, one a line")}
            <textarea
              className={ui.input}
              rows={2}
              value={field.values}
              onChange={(event) => set({ values: event.target.value })}
            />
          </label>
        ) : (
          <label>
            {t("What is meant")}
            <textarea
              className={ui.input}
              rows={2}
              maxLength={500}
              value={field.description}
              onChange={(event) => set({ description: event.target.value })}
            />
          </label>
        )}
      </div>
      {field.kind === "table" && (
        <div className={styles.columns} role="group" aria-label={t("Columns of {field}", { field: name })}>
          {field.columns.map((column) => (
            <FieldEditor
              key={column.key}
              field={column}
              problems={problems}
              isColumn
              onChange={(next) => set({ columns: field.columns.map((one) => (one.key === next.key ? next : one)) })}
              onRemove={() => set({ columns: field.columns.filter(({ key }) => key !== column.key) })}
            />
          ))}
          <Button small look="quiet" onClick={() => set({ columns: [...field.columns, newField()] })}>
            <Plus aria-hidden />
            {t("Add a column")}
          </Button>
        </div>
      )}
      {slugOf(field.name) && <code className={styles.slug}>{slugOf(field.name)}</code>}
    </fieldset>
  );
}
