import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { editNote, undo } from "../documents/actions.ts";
import { t } from "../language.ts";
import type { DocumentRow } from "../model.ts";
import { useProject } from "../project.tsx";
import { Pencil, StickyNote } from "../ui/icons.tsx";
import { say } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import styles from "./Details.module.css";
import { draftOf, dropDraft, keepDraft } from "./drafts.ts";

/** What the owner wrote about a document, for themselves. Leaving the box or Control-Enter saves, Escape does not. */
export function Note({ document }: { document: DocumentRow }): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  const draft = draftOf(document.id, "note");
  // Something typed before is still there: its box is open, but does not take the focus.
  const [editing, setEditing] = useState<"open" | "asked" | false>(draft === undefined ? false : "open");
  const opener = useRef<HTMLButtonElement>(null);

  async function save(typed: string): Promise<void> {
    const note = typed.trim() || null;
    setEditing(false);
    requestAnimationFrame(() => window.document.activeElement === window.document.body && opener.current?.focus());
    if (note === document.note) return dropDraft(document.id, "note");
    keepDraft(document.id, "note", typed);
    const after = await editNote(context, document, note);
    if (!after) return setEditing("open");
    dropDraft(document.id, "note");
    say(note ? t("Note saved") : t("Note removed"), {
      label: t("Undo"),
      run: () => void undo(context, [{ before: document, after, fields: ["note"] }]),
    });
  }
  function leave(): void {
    dropDraft(document.id, "note");
    setEditing(false);
    requestAnimationFrame(() => opener.current?.focus());
  }

  return (
    <section className={styles.note} aria-label={t("Note")}>
      {editing ? (
        <NoteBox
          text={typeof draft === "string" ? draft : (document.note ?? "")}
          focus={editing === "asked"}
          onDraft={(typed) => keepDraft(document.id, "note", typed)}
          onSave={(typed) => void save(typed)}
          onLeave={leave}
        />
      ) : document.note ? (
        <div className={styles.noteText}>
          <StickyNote aria-hidden />
          <p onDoubleClick={() => setEditing("asked")}>{document.note}</p>
          <button
            ref={opener}
            className={styles.pencil}
            aria-label={t("Edit the note")}
            onClick={() => setEditing("asked")}
          >
            <Pencil aria-hidden />
          </button>
        </div>
      ) : (
        <button ref={opener} className={styles.addNote} onClick={() => setEditing("asked")}>
          <StickyNote aria-hidden />
          {t("Add a note")}
        </button>
      )}
    </section>
  );
}

function NoteBox({
  text,
  focus,
  onDraft,
  onSave,
  onLeave,
}: {
  text: string;
  focus: boolean;
  onDraft(text: string): void;
  onSave(text: string): void;
  onLeave(): void;
}): React.JSX.Element {
  const box = useRef<HTMLTextAreaElement>(null);
  const left = useRef(false);
  useEffect(() => {
    if (focus) box.current?.focus();
  }, [focus]);
  /** Once: a box that is taken away loses the focus, too. */
  const end = (how: () => void) => {
    if (left.current) return;
    left.current = true;
    how();
  };
  return (
    <textarea
      ref={box}
      aria-label={t("Note")}
      className={`${ui.input} ${styles.area}`}
      defaultValue={text}
      maxLength={2000}
      rows={4}
      placeholder={t("For yourself: it is found by search, and nobody else sees it.")}
      onInput={(event) => onDraft(event.currentTarget.value)}
      onBlur={(event) => {
        const typed = event.currentTarget.value;
        end(() => onSave(typed));
      }}
      onKeyDown={(event) => {
        const typed = event.currentTarget.value;
        if (event.key === "Escape") end(onLeave);
        else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) end(() => onSave(typed));
      }}
    />
  );
}
