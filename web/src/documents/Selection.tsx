import { useQueryClient } from "@tanstack/react-query";
import {
  Download,
  FileArchive,
  FileJson,
  FileSpreadsheet,
  Pencil,
  RotateCcw,
  Sparkles,
  Tag,
  Trash2,
  X,
} from "../ui/icons.tsx";
import { useState } from "react";
import { canRetry } from "../document/failure.ts";
import { count, number } from "../format.ts";
import { useProject } from "../project.tsx";
import { Button } from "../ui/Button.tsx";
import { Menu, MenuItem } from "../ui/Menu.tsx";
import { say, sayError } from "../ui/toasts.tsx";
import { regenerateAll, retry, trashDocuments } from "./actions.ts";
import { BulkEdit, type Bulk } from "./BulkEdit.tsx";
import { save, toCsv, toJson, toZip } from "./export.ts";
import type { FoundRow } from "./query.ts";
import styles from "./Selection.module.css";

/** What can be done with the selected documents. */
export default function Selection({ chosen, onDone }: { chosen: FoundRow[]; onDone(): void }): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  const [asking, setAsking] = useState<Bulk | null>(null);
  const failed = chosen.filter(({ status, error }) => status === "failed" && canRetry(error));
  const completed = chosen.filter(({ status }) => status === "completed");
  const stamp = new Date().toISOString().slice(0, 10);

  async function zip(): Promise<void> {
    say(`Collecting ${count(chosen.length, "file")}`);
    await toZip(context.project, chosen)
      .blob()
      .then((blob) => save(blob, `docket-${stamp}.zip`), sayError);
  }

  return (
    <div className={styles.bar} role="toolbar" aria-label="Selected documents">
      <strong aria-live="polite">{number(chosen.length)} selected</strong>
      <Button small look="quiet" onClick={() => setAsking("tag")}>
        <Tag aria-hidden />
        <span>Tag</span>
      </Button>
      <Menu
        trigger={
          <Button small look="quiet">
            <Pencil aria-hidden />
            <span>Edit</span>
          </Button>
        }
      >
        <MenuItem onClick={() => setAsking("document_type")}>Type</MenuItem>
        <MenuItem onClick={() => setAsking("correspondent")}>From</MenuItem>
        <MenuItem onClick={() => setAsking("document_date")}>Date</MenuItem>
        <MenuItem disabled={chosen.every(({ tags }) => tags.length === 0)} onClick={() => setAsking("untag")}>
          Remove a tag
        </MenuItem>
      </Menu>
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
      <Button
        small
        look="quiet"
        onClick={() => {
          onDone();
          void trashDocuments(
            context,
            chosen.map(({ id }) => id),
          );
        }}
      >
        <Trash2 aria-hidden />
        <span>Delete</span>
      </Button>
      <Button small square look="quiet" aria-label="Clear the selection" onClick={onDone}>
        <X aria-hidden />
      </Button>
      {asking && <BulkEdit what={asking} chosen={chosen} onClose={() => setAsking(null)} />}
    </div>
  );
}
