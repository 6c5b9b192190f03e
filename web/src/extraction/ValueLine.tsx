import { type FormEvent, useState } from "react";
import { within } from "../format.ts";
import { mark, t, type Text } from "../language.ts";
import type { Evidence } from "../model.ts";
import { Button } from "../ui/Button.tsx";
import { Check, Pencil, Quote } from "../ui/icons.tsx";
import ui from "../ui/ui.module.css";
import styles from "./Extraction.module.css";
import {
  hintOf,
  kindOf,
  labelOf,
  parse,
  REASONS,
  type ExtractedValue,
  type Proposal,
  type ScalarField,
  textOf,
  typedOf,
  type Value,
} from "./model.ts";

export type Answer = (action: "accept" | "correct" | "absent", value?: Value) => Promise<boolean>;

type Props = {
  path: string;
  field: ScalarField;
  value: ExtractedValue | undefined;
  proposal: Proposal | undefined;
  isMissing: boolean;
  isShown: boolean;
  onShow(evidence: Evidence | null): void;
  onAnswer: Answer;
  /** Whether its editor is open: of the review, which opens it by a key. */
  editing?: boolean;
  onEdit?(editing: boolean): void;
};

/** One value: pressed, it shows where it was read. What is not proven is accepted, corrected or said to be absent here. */
export function ValueLine(props: Props): React.JSX.Element {
  const { path, field, value, proposal, isMissing, isShown, onShow, onAnswer } = props;
  const [own, setOwn] = useState(false);
  const editing = props.editing ?? own;
  const setEditing = props.onEdit ?? setOwn;
  const label = labelOf(path);
  const cell = value ?? proposal;
  const evidence = cell?.page && cell.quote ? { page: cell.page, quote: cell.quote } : null;
  const open = !value && (proposal !== undefined || isMissing);
  const shown = cell ? textOf(cell.value) : t("None");
  const about = proposal && !value ? t(REASONS[proposal.reason]) : (value?.note ?? proofOf(value, isMissing));
  const body = (
    <>
      <span data-none={cell === undefined || cell.value === null || undefined}>{shown}</span>
      {about && <small>{about}</small>}
      {cell?.quote && (
        <span className={styles.quote}>
          <Quote aria-hidden />
          {cell.quote}
        </span>
      )}
    </>
  );
  return (
    <div className={styles.line} data-open={open || undefined}>
      <dt>{label}</dt>
      <dd>
        {editing ? (
          <Editor
            label={label}
            field={field}
            value={cell?.value}
            onAnswer={async (action, next) => {
              const saved = await onAnswer(action, next);
              if (saved) setEditing(false);
              return saved;
            }}
            onCancel={() => setEditing(false)}
          />
        ) : (
          <>
            {evidence ? (
              <button
                className={styles.value}
                aria-pressed={isShown}
                title={t("Show where it was read")}
                onClick={() => onShow(isShown ? null : evidence)}
              >
                <span className="unseen">{label}: </span>
                {body}
              </button>
            ) : (
              <div className={styles.value}>{body}</div>
            )}
            <span className={styles.tools}>
              {open && proposal && (
                <Button
                  small
                  square
                  look="quiet"
                  aria-label={t("Accept {field}", { field: within(label) })}
                  onClick={() => void onAnswer("accept")}
                >
                  <Check aria-hidden />
                </Button>
              )}
              <Button
                small
                square
                look="quiet"
                aria-label={t("Correct {field}", { field: within(label) })}
                onClick={() => setEditing(true)}
              >
                <Pencil aria-hidden />
              </Button>
            </span>
          </>
        )}
      </dd>
    </div>
  );
}

function proofOf(value: ExtractedValue | undefined, isMissing: boolean): string | undefined {
  const proof = value && PROOFS[value.proof];
  if (proof) return t(proof);
  return !value && isMissing ? t("Looked for, and not found") : undefined;
}

const PROOFS: Partial<Record<ExtractedValue["proof"], Text>> = {
  equation: mark("Follows from the other values"),
  einvoice: mark("From the data of the e-invoice"),
  person: mark("Given by you"),
};

function Editor({
  label,
  field,
  value,
  onAnswer,
  onCancel,
}: {
  label: string;
  field: ScalarField;
  value: Value | undefined;
  onAnswer: Answer;
  onCancel(): void;
}): React.JSX.Element {
  const kind = kindOf(field);
  const [problem, setProblem] = useState("");
  const common = {
    name: "value",
    "aria-label": label,
    className: ui.input,
    defaultValue: typedOf(value),
    autoFocus: true,
  };
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const next = parse(kind, String(new FormData(event.currentTarget).get("value")));
    if (next === undefined) setProblem(hintOf(kind));
    else void onAnswer("correct", next);
  }
  return (
    <form
      className={styles.editor}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onCancel();
      }}
    >
      {kind === "boolean" || kind === "enum" ? (
        <select {...common}>
          {(kind === "enum" && "enum" in field ? field.enum : ["true", "false"]).map((one) => (
            <option key={one} value={one}>
              {kind === "boolean" ? textOf(one === "true") : one}
            </option>
          ))}
        </select>
      ) : (
        <input {...common} type={kind === "date" ? "date" : "text"} autoComplete="off" />
      )}
      {problem && <p role="alert">{problem}</p>}
      <span>
        <Button small type="submit" look="primary">
          {t("Save")}
        </Button>
        <Button small onClick={() => void onAnswer("absent")}>
          {t("There is none")}
        </Button>
        <Button small look="quiet" onClick={onCancel}>
          {t("Cancel")}
        </Button>
      </span>
    </form>
  );
}
