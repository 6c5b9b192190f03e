import { mark, t } from "../language.ts";
import { Lock, Pencil, Quote } from "../ui/icons.tsx";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { draftOf, dropDraft, keepDraft } from "./drafts.ts";
import { TagButton } from "../documents/TagButton.tsx";
import { toTag } from "../documents/tag-text.ts";
import { useTags } from "../documents/tags.ts";
import { amountOf } from "../documents/typed.ts";
import { day, language, percent, sum, typedNumber, typeName, within } from "../format.ts";
import { FIELD_KINDS, type FieldKind, FIELD_NAMES } from "../fields.ts";
import {
  DOCUMENT_TYPES,
  type DocumentRow,
  type Evidence,
  type Field as FieldName,
  isUnderWay,
  type Metadata,
} from "../model.ts";
import { Chip } from "../ui/Chip.tsx";
import chips from "../ui/Chip.module.css";
import { sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import { useTagColors } from "../tags/colors.ts";
import styles from "./Details.module.css";

/** Where a value of an e-invoice comes from that stands on no page. */
export const OWN_DATA = mark("in the invoice's data");

/** The most characters that can be typed; 200 where a kind is not here. */
const LONGEST: Partial<Record<FieldKind, number>> = { language: 2, currency: 3 };

type Value = Metadata[FieldName];
type Props = {
  field: FieldName;
  document: DocumentRow;
  evidence: Evidence | undefined;
  isShown: boolean;
  onShow(evidence: Evidence | null): void;
  /** False when it was refused. */
  onSave(value: Value): Promise<boolean>;
  onUnlock(): void;
};

/** A value: pressed, it shows where it was read; its pencil edits it in place. Enter saves, Escape leaves it. */
export function Field({ field, document, evidence, isShown, onShow, onSave, onUnlock }: Props): React.JSX.Element {
  // Something typed before is still there: its editor is open, but does not take the focus.
  const [editing, setEditing] = useState<"open" | "asked" | false>(() =>
    draftOf(document.id, field) === undefined ? false : "open",
  );
  const pencil = useRef<HTMLButtonElement>(null);
  const value = document[field];
  const name = t(FIELD_NAMES[field]);
  const isLocked = document.locked_fields.includes(field);
  const done = (next?: Value) => {
    setEditing(false);
    // Not where the focus went elsewhere, as by a click or a key that opens something.
    requestAnimationFrame(() => window.document.activeElement === window.document.body && pencil.current?.focus());
    if (next === undefined) return dropDraft(document.id, field);
    keepDraft(document.id, field, next);
    void onSave(next).then((saved) => (saved ? dropDraft(document.id, field) : setEditing("open")));
  };
  // Of a value that a person wrote the engine knows nothing.
  const sure = !isLocked && evidence?.confidence !== undefined && value !== null && (
    <small className={styles.sure}>{t("{percent} sure", { percent: percent(evidence.confidence) })}</small>
  );
  const empty = isUnderWay(document) ? (
    <span className={styles.pending}>…</span>
  ) : (
    <span className={styles.empty}>{t("None")}</span>
  );
  return (
    <div className={styles.field} data-editing={editing || undefined}>
      <dt>
        {name}
        {isLocked && (
          <button
            className={styles.locked}
            title={t("You changed this, so describing again leaves it as it is. Press to unlock it.")}
            aria-label={t("Unlock {field}, changed by you and kept", { field: within(name) })}
            onClick={onUnlock}
          >
            <Lock aria-hidden />
          </button>
        )}
      </dt>
      <dd>
        {editing ? (
          <Editor
            field={field}
            value={(draftOf(document.id, field) as Value | undefined) ?? value}
            focus={editing === "asked"}
            onDraft={(draft) => keepDraft(document.id, field, draft)}
            onDone={done}
          />
        ) : (
          <>
            {evidence && evidence.page !== null ? (
              <button
                className={styles.value}
                aria-pressed={isShown}
                title={t("Show where it was read")}
                onClick={() => onShow(isShown ? null : evidence)}
              >
                <span className="unseen">{name}: </span>
                <Shown field={field} value={value} empty={empty} />
                <span className={styles.quote}>
                  <Quote aria-hidden />
                  {evidence.quote}
                  {sure}
                </span>
              </button>
            ) : (
              <div className={styles.value} onDoubleClick={() => setEditing("asked")}>
                <Shown pressable field={field} value={value} empty={empty} />
                {evidence && (
                  <span className={styles.quote}>
                    <Quote aria-hidden />
                    {evidence.quote}, {t(OWN_DATA)}
                    {sure}
                  </span>
                )}
              </div>
            )}
            <button
              ref={pencil}
              className={styles.pencil}
              data-edit={field}
              aria-label={t("Edit {field}", { field: within(name) })}
              onClick={() => setEditing("asked")}
            >
              <Pencil aria-hidden />
            </button>
          </>
        )}
      </dd>
    </div>
  );
}

export function Shown({
  field,
  value,
  pressable,
  empty,
}: {
  field: FieldName;
  value: Value | undefined;
  /** Whether a tag leads to the documents that have it. */
  pressable?: boolean;
  empty: React.ReactNode;
}): React.ReactNode {
  const colors = useTagColors();
  if (Array.isArray(value))
    return value.length === 0 ? (
      empty
    ) : (
      <span className={styles.tags}>
        {value.map((tag) =>
          pressable ? (
            <TagButton key={tag} tag={tag} />
          ) : (
            <span key={tag} className={ui.tag} data-color={colors[tag]}>
              {tag}
            </span>
          ),
        )}
      </span>
    );
  return value || value === 0 ? <span>{plainText(field, value)}</span> : empty;
}

export function plainText(field: FieldName, value: Value | undefined): string {
  if (Array.isArray(value)) return value.join(", ");
  if (value === null || value === undefined || value === "") return t("none");
  const kind = FIELD_KINDS[field];
  if (typeof value === "number") return sum(value);
  if (kind === "type") return typeName(value);
  if (kind === "date") return day(value);
  return kind === "language" ? language(value) : value;
}

function Editor({
  field,
  value,
  focus,
  onDraft,
  onDone,
}: {
  field: FieldName;
  value: Value;
  focus: boolean;
  onDraft(value: Value): void;
  onDone(value?: Value): void;
}): React.JSX.Element {
  const box = useRef<HTMLInputElement & HTMLTextAreaElement & HTMLSelectElement>(null);
  const left = useRef(false);
  const kind = FIELD_KINDS[field];
  useEffect(() => {
    if (!focus) return;
    box.current?.focus();
    if (kind !== "type" && kind !== "date") box.current?.select?.();
    // A new name keeps what kind of file it is.
    if (kind === "name") box.current?.setSelectionRange(0, box.current.value.replace(/\.\w{1,5}$/, "").length);
  }, [kind, focus]);
  const finish = (next?: Value) => {
    if (left.current) return;
    // What is no number stays as it was typed, for its writer to correct.
    if (kind === "amount" && typeof next === "string") return sayError({ message: "amount_is_a_sum_of_money" });
    left.current = true;
    onDone(next);
  };
  if (kind === "tags") return <TagEditor value={value as string[]} focus={focus} onDraft={onDraft} onDone={finish} />;

  const text = typeof value === "number" ? typedNumber(value) : String(value ?? "");
  const read = (): Value => {
    const typed = (box.current?.value ?? text).trim();
    if (typed === "" && kind !== "name") return null;
    // What is no number stays as it was typed.
    if (kind === "amount") return amountOf(typed) ?? typed;
    return kind === "currency" ? typed.toUpperCase() : typed;
  };
  const common = {
    ref: box,
    defaultValue: text,
    "aria-label": t(FIELD_NAMES[field]),
    className: ui.input,
    onInput: () => onDraft(read()),
    onBlur: () => finish(read()),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Escape") finish();
      else if (event.key === "Enter" && !(kind === "text" && event.shiftKey)) {
        event.preventDefault();
        finish(read());
      }
    },
  };
  if (kind === "text")
    return <textarea {...common} className={`${ui.input} ${styles.area}`} maxLength={1000} rows={4} />;
  if (kind === "type") {
    return (
      <select {...common} onChange={() => finish(read())}>
        <option value="">{t("None")}</option>
        {[...new Set([...DOCUMENT_TYPES, ...(text ? [text] : [])])].map((type) => (
          <option key={type} value={type}>
            {typeName(type)}
          </option>
        ))}
      </select>
    );
  }
  return <input {...common} type={kind === "date" ? "date" : "text"} maxLength={LONGEST[kind] ?? 200} />;
}

/** Tags as chips; a comma or Enter ends one, Backspace in an empty box takes the last away. */
function TagEditor({
  value,
  focus,
  onDraft,
  onDone,
}: {
  value: string[];
  focus: boolean;
  onDraft(value: string[]): void;
  onDone(value?: string[]): void;
}): React.JSX.Element {
  const colors = useTagColors();
  const [tags, setTags] = useState(value);
  const [text, setText] = useState("");
  const frame = useRef<HTMLDivElement>(null);
  const known = useTags();
  const typed = toTag(text);
  const all = typed && !tags.includes(typed) ? [...tags, typed] : tags;
  const changed = all.join() !== value.join();
  useEffect(() => {
    if (changed) onDraft(all);
  });
  return (
    <div
      ref={frame}
      className={chips.box}
      onBlur={(event) => {
        if (!frame.current!.contains(event.relatedTarget)) onDone(all);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onDone();
      }}
    >
      {tags.map((tag) => (
        <Chip
          key={tag}
          word={tag}
          color={colors[tag]}
          removes={t("Remove the tag {tag}", { tag })}
          onRemove={() => setTags(tags.filter((one) => one !== tag))}
        />
      ))}
      <input
        autoFocus={focus}
        aria-label={t("Add a tag")}
        list="known-tags"
        value={text}
        placeholder={t("Add a tag")}
        onChange={(event) => {
          if (!event.target.value.endsWith(",")) return setText(event.target.value);
          setTags(all);
          setText("");
        }}
        onKeyDown={(event) => {
          if (event.key === "Backspace" && text === "") setTags(tags.slice(0, -1));
          else if (event.key === "Enter") {
            event.preventDefault();
            if (text === "") return onDone(tags);
            setTags(all);
            setText("");
          }
        }}
      />
      <datalist id="known-tags">
        {known.map(({ tag }) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
    </div>
  );
}
