import { useQueryClient } from "@tanstack/react-query";
import { t } from "../language.ts";
import {
  Download,
  FileArchive,
  FileJson,
  FileSpreadsheet,
  Pencil,
  RotateCcw,
  ScanText,
  Sparkles,
  Tag,
  Trash2,
  X,
} from "../ui/icons.tsx";
import { useState } from "react";
import { canRetry } from "../document/failure.ts";
import { at, go } from "../place.ts";
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
    say(t("Collecting {count, plural, one {# file} other {# files}}", { count: chosen.length }));
    await toZip(context.project, chosen)
      .blob()
      .then((blob) => save(blob, `docket-${stamp}.zip`), sayError);
  }

  return (
    <div className={styles.bar} role="toolbar" aria-label={t("Selected documents")}>
      <strong aria-live="polite">{t("{count, number} selected", { count: chosen.length })}</strong>
      <Button small look="quiet" onClick={() => setAsking("tag")}>
        <Tag aria-hidden />
        <span>{t("Tag ~ to tag")}</span>
      </Button>
      <Menu
        trigger={
          <Button small look="quiet">
            <Pencil aria-hidden />
            <span>{t("Edit")}</span>
          </Button>
        }
      >
        <MenuItem onClick={() => setAsking("document_type")}>{t("Type")}</MenuItem>
        <MenuItem onClick={() => setAsking("correspondent")}>{t("From")}</MenuItem>
        <MenuItem onClick={() => setAsking("document_date")}>{t("Date")}</MenuItem>
        <MenuItem disabled={chosen.every(({ tags }) => tags.length === 0)} onClick={() => setAsking("untag")}>
          {t("Remove a tag")}
        </MenuItem>
      </Menu>
      {failed.length > 0 && (
        <Button small look="quiet" onClick={() => void retry(context, failed)}>
          <RotateCcw aria-hidden />
          <span>
            {failed.length < chosen.length ? t("Retry {count, number} failed", { count: failed.length }) : t("Retry")}
          </span>
        </Button>
      )}
      {completed.length > 0 && (
        <Button small look="quiet" onClick={() => void regenerateAll(context, completed)}>
          <Sparkles aria-hidden />
          <span>{t("Regenerate")}</span>
        </Button>
      )}
      {completed.length > 0 && (
        <Button
          small
          look="quiet"
          onClick={() => {
            const of = completed.slice(0, 20).map(({ id }) => id);
            go(at(new URLSearchParams(), { view: "tables", edit: "suggest", of: of.join() }));
          }}
        >
          <ScanText aria-hidden />
          <span>{t("Suggest a table")}</span>
        </Button>
      )}
      <Menu
        trigger={
          <Button small look="quiet">
            <Download aria-hidden />
            <span>{t("Export")}</span>
          </Button>
        }
      >
        <MenuItem onClick={() => void zip()}>
          <FileArchive aria-hidden />
          {t("Files, with their new names")}
          <small>ZIP</small>
        </MenuItem>
        <MenuItem onClick={() => save(toCsv(chosen), `docket-${stamp}.csv`, "text/csv")}>
          <FileSpreadsheet aria-hidden />
          {t("Table")}
          <small>CSV</small>
        </MenuItem>
        <MenuItem onClick={() => save(toJson(chosen), `docket-${stamp}.json`, "application/json")}>
          <FileJson aria-hidden />
          {t("Data")}
          <small>JSON</small>
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
        <span>{t("Delete")}</span>
      </Button>
      <Button small square look="quiet" aria-label={t("Clear the selection")} onClick={onDone}>
        <X aria-hidden />
      </Button>
      {asking && <BulkEdit what={asking} chosen={chosen} onClose={() => setAsking(null)} />}
    </div>
  );
}
