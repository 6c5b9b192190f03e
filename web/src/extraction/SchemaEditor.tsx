import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import type { FoundRow } from "../documents/query.ts";
import { typeName } from "../format.ts";
import { t } from "../language.ts";
import { DOCUMENT_TYPES } from "../model.ts";
import { toTag } from "../documents/tag-text.ts";
import { useTags } from "../documents/tags.ts";
import { at, go } from "../place.ts";
import { useProject } from "../project.tsx";
import { Button } from "../ui/Button.tsx";
import { ChevronDown, Plus, X } from "../ui/icons.tsx";
import { Menu, MenuCheck } from "../ui/Menu.tsx";
import { sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import { applySchema, saveSchema, useSendersLike } from "./data.ts";
import { type Draft, draftOf, fieldsOf, namesFor, newCheck, newField, problemsOf } from "./draft.ts";
import { FieldEditor } from "./FieldEditor.tsx";
import type { Schema } from "./model.ts";
import { Preview } from "./Preview.tsx";
import styles from "./SchemaEditor.module.css";
import { Words } from "./Words.tsx";

type Props = {
  schema: Schema | null;
  others: string[];
  /** What a new table begins with, and the documents that it was suggested from. */
  proposal?: Omit<Schema, "id" | "version">;
  of?: FoundRow[];
  byModel?: boolean;
};

/** Which values a table has: made again, from a proposal, or changed. */
export default function SchemaEditor({ schema, others, proposal, of, byModel }: Props): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  const [draft, setDraft] = useState<Draft>(() =>
    (schema ?? proposal)
      ? draftOf((schema ?? proposal)!)
      : { name: "", description: "", documentTypes: [], tags: [], senders: [], fields: [newField()], checks: [] },
  );
  const tags = useTags();
  const [sender, setSender] = useState("");
  const senders = useSendersLike(sender);
  const [tried, setTried] = useState(false);
  const [saving, setSaving] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const all = useMemo(() => problemsOf(draft, others), [draft, others]);
  // What is not filled in yet is no mistake before somebody wants to save it.
  const problems = tried ? all : new Map([...all].filter(([key]) => draft.checks.some((check) => check.key === key)));
  const set = (changed: Partial<Draft>) => setDraft((known) => ({ ...known, ...changed }));
  const added = useRef(false);
  useEffect(() => {
    if (!added.current) return;
    added.current = false;
    [...form.current!.querySelectorAll<HTMLElement>("[data-field-name]")].at(-1)?.focus();
  }, [draft.fields.length]);
  const leave = (id?: string) =>
    go(at(new URLSearchParams(), { view: "tables", schema: id ?? schema?.id ?? null }), { replace: true });

  async function save(event: React.FormEvent): Promise<void> {
    event.preventDefault();
    setTried(true);
    if (all.size > 0) {
      // After the problems are drawn.
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    setSaving(true);
    try {
      const id = await saveSchema(context, schema?.id ?? null, {
        name: draft.name.trim(),
        description: draft.description.trim() || null,
        document_types: draft.documentTypes,
        tags: draft.tags,
        senders: draft.senders,
        fields: fieldsOf(draft),
      });
      await applySchema(context, id);
      leave(id);
    } catch (error) {
      sayError(error);
      setSaving(false);
    }
  }

  const invalid = (key: "name" | "fields" | number) =>
    problems.has(key) ? { "aria-invalid": true, "aria-describedby": `problem-${key}` } : {};
  const problem = (key: "name" | "fields" | number) => {
    const text = problems.get(key);
    return (
      text && (
        <p id={`problem-${key}`} className={styles.problem} role="alert">
          {t(text)}
        </p>
      )
    );
  };
  const names = namesFor(draft);
  return (
    <div className={styles.editor}>
      <form ref={form} className={styles.form} onSubmit={(event) => void save(event)} noValidate>
        <div className={styles.head}>
          <h1>{schema ? t("Change the table") : t("A new table")}</h1>
          <Button onClick={() => leave()}>{t("Cancel")}</Button>
          <Button look="primary" type="submit" disabled={saving}>
            {t("Save")}
          </Button>
        </div>
        {of && (
          <p className={styles.hint} role="status">
            {byModel
              ? t(
                  "Claude proposes these fields. Each stands in your documents: their values were proven by the words there. Nothing is saved yet.",
                )
              : t("These are the labels that the documents share. Nothing is saved yet.")}
          </p>
        )}
        <label>
          {t("Name")}
          <input
            className={ui.input}
            value={draft.name}
            maxLength={100}
            autoFocus={!schema}
            {...invalid("name")}
            onChange={(event) => set({ name: event.target.value })}
          />
        </label>
        {problem("name")}
        <div className={styles.types}>
          <span>{t("Of which documents")}</span>
          <Menu
            trigger={
              <Button small>
                {draft.documentTypes.length === 0
                  ? draft.tags.length + draft.senders.length === 0
                    ? t("Applied by hand")
                    : t("All types")
                  : draft.documentTypes.map((type) => typeName(type)).join(", ")}
                <ChevronDown aria-hidden />
              </Button>
            }
          >
            {DOCUMENT_TYPES.map((type) => (
              <MenuCheck
                key={type}
                checked={draft.documentTypes.includes(type)}
                onChange={(on) =>
                  set({
                    documentTypes: on
                      ? [...draft.documentTypes, type]
                      : draft.documentTypes.filter((one) => one !== type),
                  })
                }
              >
                {typeName(type)}
              </MenuCheck>
            ))}
          </Menu>
        </div>
        <Words
          label={t("With one of these tags")}
          words={draft.tags}
          known={tags.map(({ tag }) => tag)}
          clean={toTag}
          onChange={(tags) => set({ tags })}
        />
        <Words
          label={t("From one of these senders")}
          words={draft.senders}
          known={senders}
          clean={(typed) => typed.trim()}
          onTyped={setSender}
          onChange={(senders) => set({ senders })}
        />
        <h2>{t("Fields")}</h2>
        {problem("fields")}
        {draft.fields.map((field) => (
          <FieldEditor
            key={field.key}
            field={field}
            problems={problems}
            onChange={(next) => set({ fields: draft.fields.map((one) => (one.key === next.key ? next : one)) })}
            onRemove={() => set({ fields: draft.fields.filter(({ key }) => key !== field.key) })}
          />
        ))}
        <Button
          onClick={() => {
            added.current = true;
            set({ fields: [...draft.fields, newField()] });
          }}
        >
          <Plus aria-hidden />
          {t("Add a field")}
        </Button>
        <h2>{t("Sums that must add up")}</h2>
        {draft.checks.map(({ key, equation }) => (
          <div key={key}>
            <div className={styles.check}>
              <input
                className={ui.input}
                aria-label={t("Equation")}
                placeholder={t("net + tax = total")}
                value={equation}
                maxLength={300}
                spellCheck={false}
                {...invalid(key)}
                onChange={(event) =>
                  set({
                    checks: draft.checks.map((one) => (one.key === key ? { key, equation: event.target.value } : one)),
                  })
                }
              />
              <Button
                small
                square
                look="quiet"
                aria-label={t("Remove the equation")}
                onClick={() => set({ checks: draft.checks.filter((one) => one.key !== key) })}
              >
                <X aria-hidden />
              </Button>
            </div>
            {problem(key)}
          </div>
        ))}
        {draft.checks.length > 0 && names.length > 0 && (
          <p className={styles.hint}>
            {t("To count with:")} <code>{names.join(", ")}</code>
          </p>
        )}
        <Button small look="quiet" onClick={() => set({ checks: [...draft.checks, newCheck()] })}>
          <Plus aria-hidden />
          {t("Add an equation")}
        </Button>
      </form>
      <Preview draft={draft} schemaId={schema?.id ?? null} of={of} />
    </div>
  );
}
