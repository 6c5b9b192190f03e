import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { typeName } from "../format.ts";
import { t } from "../language.ts";
import { FIELD_NAMES } from "../fields.ts";
import { DOCUMENT_TYPES, type Field } from "../model.ts";
import { useProject } from "../project.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog, DialogActions } from "../ui/Dialog.tsx";
import ui from "../ui/ui.module.css";
import { changeTag, editAll } from "./actions.ts";
import type { FoundRow } from "./query.ts";
import { toTag } from "./tag-text.ts";

/** What can be done to several documents by typing one value. */
export type Bulk = "tag" | "untag" | Extract<Field, "document_type" | "correspondent" | "document_date">;

/** Asks for one value, and gives it to all chosen documents. What was typed stays until it is saved. */
export function BulkEdit({
  what,
  chosen,
  onClose,
}: {
  what: Bulk;
  chosen: FoundRow[];
  onClose(): void;
}): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  const [busy, setBusy] = useState(false);
  const tags = [...new Set(chosen.flatMap((document) => document.tags))].sort();
  const label = what === "tag" || what === "untag" ? t("Tag") : t(FIELD_NAMES[what]);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get("value")).trim();
    if (typed === "" || (what === "tag" && !toTag(typed))) return;
    setBusy(true);
    const saved =
      what === "tag"
        ? await changeTag(context, chosen, toTag(typed))
        : what === "untag"
          ? await changeTag(context, chosen, typed, { remove: true })
          : await editAll(context, chosen, what, typed);
    setBusy(false);
    if (saved) onClose();
  }
  return (
    <Dialog
      title={
        what === "tag"
          ? t("Tag {count, plural, one {# document} other {# documents}}", { count: chosen.length })
          : what === "untag"
            ? t("Take a tag from {count, plural, one {# document} other {# documents}}", { count: chosen.length })
            : t("{field} of {count, plural, one {# document} other {# documents}}", {
                field: label,
                count: chosen.length,
              })
      }
      onClose={onClose}
    >
      <form onSubmit={(event) => void submit(event)}>
        <p>
          {what === "untag" ? (
            <select className={ui.input} name="value" aria-label={label} required>
              {tags.map((tag) => (
                <option key={tag}>{tag}</option>
              ))}
            </select>
          ) : what === "document_type" ? (
            <select className={ui.input} name="value" aria-label={label} required>
              {DOCUMENT_TYPES.map((type) => (
                <option key={type} value={type}>
                  {typeName(type)}
                </option>
              ))}
            </select>
          ) : (
            <input
              className={ui.input}
              name="value"
              type={what === "document_date" ? "date" : "text"}
              aria-label={label}
              placeholder={what === "tag" ? t("taxes-2026") : what === "correspondent" ? t("Acme Ltd") : undefined}
              autoComplete="off"
              required
              maxLength={what === "tag" ? 40 : 200}
              autoFocus
            />
          )}
        </p>
        <DialogActions>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button type="submit" look="primary" disabled={busy}>
            {what === "tag" ? t("Add tag") : what === "untag" ? t("Remove tag") : t("Save")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
