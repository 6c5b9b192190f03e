import { useQueryClient } from "@tanstack/react-query";
import { Download, FileArchive, FileJson, FileSpreadsheet, RotateCcw, Sparkles, Tag, Trash2, X } from "../ui/icons.tsx";
import { type FormEvent, useState } from "react";
import { canRetry } from "../document/failure.ts";
import { count } from "../format.ts";
import { useProject } from "../project.tsx";
import { Button } from "../ui/Button.tsx";
import { Confirm, Dialog, DialogActions } from "../ui/Dialog.tsx";
import { Menu, MenuItem } from "../ui/Menu.tsx";
import { say, sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import { addTag, deleteDocuments, regenerateAll, retry } from "./actions.ts";
import { save, toCsv, toJson, toZip } from "./export.ts";
import type { FoundRow } from "./query.ts";
import styles from "./Selection.module.css";
import { toTag } from "./tag-text.ts";

/** What can be done with the selected documents. */
export default function Selection({ chosen, onDone }: { chosen: FoundRow[]; onDone(): void }): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  const [asking, setAsking] = useState<"delete" | "tag" | null>(null);
  const failed = chosen.filter(({ status, error }) => status === "failed" && canRetry(error));
  const completed = chosen.filter(({ status }) => status === "completed");
  const stamp = new Date().toISOString().slice(0, 10);

  async function zip(): Promise<void> {
    say(`Collecting ${count(chosen.length, "file")}`);
    await toZip(context.project, chosen)
      .blob()
      .then((blob) => save(blob, `docket-${stamp}.zip`), sayError);
  }

  function tag(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const value = toTag(String(new FormData(event.currentTarget).get("tag")));
    // What was typed stays until it is saved.
    if (value) void addTag(context, chosen, value).then((saved) => saved && setAsking(null));
  }

  return (
    <div className={styles.bar} role="toolbar" aria-label="Selected documents">
      <strong aria-live="polite">{chosen.length.toLocaleString()} selected</strong>
      <Button small look="quiet" onClick={() => setAsking("tag")}>
        <Tag aria-hidden />
        <span>Tag</span>
      </Button>
      {failed.length > 0 && (
        <Button small look="quiet" onClick={() => void retry(context, failed)}>
          <RotateCcw aria-hidden />
          <span>Retry{failed.length < chosen.length && ` ${failed.length} failed`}</span>
        </Button>
      )}
      {completed.length > 0 && (
        <Button small look="quiet" onClick={() => void regenerateAll(context, completed)}>
          <Sparkles aria-hidden />
          <span>Regenerate</span>
        </Button>
      )}
      <Menu
        trigger={
          <Button small look="quiet">
            <Download aria-hidden />
            <span>Export</span>
          </Button>
        }
      >
        <MenuItem onClick={() => void zip()}>
          <FileArchive aria-hidden />
          Files, with their new names<small>ZIP</small>
        </MenuItem>
        <MenuItem onClick={() => save(toCsv(chosen), `docket-${stamp}.csv`, "text/csv")}>
          <FileSpreadsheet aria-hidden />
          Table<small>CSV</small>
        </MenuItem>
        <MenuItem onClick={() => save(toJson(chosen), `docket-${stamp}.json`, "application/json")}>
          <FileJson aria-hidden />
          Data<small>JSON</small>
        </MenuItem>
      </Menu>
      <Button small look="quiet" onClick={() => setAsking("delete")}>
        <Trash2 aria-hidden />
        <span>Delete</span>
      </Button>
      <Button small square look="quiet" aria-label="Clear the selection" onClick={onDone}>
        <X aria-hidden />
      </Button>
      {asking === "delete" && (
        <Confirm
          title={`Delete ${count(chosen.length, "document")}?`}
          action="Delete"
          onClose={() => setAsking(null)}
          onConfirm={() => {
            onDone();
            void deleteDocuments(
              context,
              chosen.map(({ id }) => id),
            );
          }}
        >
          Their files, their text and their history go too. This cannot be undone.
        </Confirm>
      )}
      {asking === "tag" && (
        <Dialog title={`Tag ${count(chosen.length, "document")}`} onClose={() => setAsking(null)}>
          <form onSubmit={tag}>
            <p>
              <input
                className={ui.input}
                name="tag"
                aria-label="Tag"
                placeholder="taxes-2026"
                autoComplete="off"
                required
                maxLength={40}
              />
            </p>
            <DialogActions>
              <Button onClick={() => setAsking(null)}>Cancel</Button>
              <Button type="submit" look="primary">
                Add tag
              </Button>
            </DialogActions>
          </form>
        </Dialog>
      )}
    </div>
  );
}
