import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { restoreDocuments } from "../documents/actions.ts";
import { ago, bytes, instant } from "../format.ts";
import { t } from "../language.ts";
import { type DocumentRow, nameOf } from "../model.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Dialog.tsx";
import { FileIcon } from "../ui/FileIcon.tsx";
import ui from "../ui/ui.module.css";
import { CloudOff, RotateCcw, Trash2 } from "../ui/icons.tsx";
import { Nothing } from "../ui/Nothing.tsx";
import { say, sayError } from "../ui/toasts.tsx";
import styles from "./Trash.module.css";

type Trashed = Pick<DocumentRow, "id" | "filename" | "display_name" | "mime_type" | "byte_size"> & {
  trashed_at: string;
};
/** `kept_for`: seconds from `trashed_at` to the end. */
type Contents = { documents: Trashed[]; total: number; bytes: number; kept_for: number };

const DAY_S = 86_400;

/** What was deleted, for as long as it can be taken back. */
export default function Trash(): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  const { project, client } = context;
  const { data, error } = useQuery({
    queryKey: ["trash"],
    staleTime: 0,
    queryFn: async () => {
      const { data: found, error: failure } = await project.supabase.rpc("trash");
      if (failure) throw failure;
      return found as Contents;
    },
  });
  const [asking, setAsking] = useState<Trashed | "all" | null>(null);
  if (error)
    return (
      <Nothing icon={<CloudOff aria-hidden />} title={t("The trash could not be loaded")}>
        {sentenceOf(error)}
      </Nothing>
    );
  if (!data) return <div />;
  const days = Math.round(data.kept_for / DAY_S);
  if (data.total === 0)
    return (
      <Nothing icon={<Trash2 aria-hidden />} title={t("The trash is empty")}>
        {t("What you delete stays here for {count, plural, one {# day} other {# days}}, then it is gone for good.", {
          count: days,
        })}
      </Nothing>
    );

  async function deleteForGood(ids: string[] | null): Promise<void> {
    try {
      for (let left = 1; left > 0; ) {
        const { data: answer, error: failure } = await project.supabase.rpc("empty_trash", { document_ids: ids });
        if (failure) throw failure;
        left = (answer as { left: number }).left;
      }
      say(ids ? t("Deleted for good") : t("The trash is empty"));
    } catch (failure) {
      sayError(failure);
    }
    await client.invalidateQueries({ queryKey: ["trash"] });
  }

  return (
    <div className={styles.view}>
      <header>
        <div>
          <h1>{t("Trash")}</h1>
          <p>
            {t(
              "{count, plural, one {# document} other {# documents}}, {size}. After {days, plural, one {# day} other {# days}} here a document is deleted for good; until then its bytes count in your space.",
              { count: data.total, size: bytes(data.bytes), days },
            )}
          </p>
        </div>
        <Button look="danger" onClick={() => setAsking("all")}>
          <Trash2 aria-hidden />
          {t("Empty the trash")}
        </Button>
      </header>
      <ul aria-label={t("Documents in the trash")}>
        {data.documents.map((document) => {
          const name = nameOf(document);
          const ends = (instant(document.trashed_at).getTime() - Date.now()) / 1000 + data.kept_for;
          return (
            <li key={document.id}>
              <FileIcon filename={document.filename} mimeType={document.mime_type} />
              <div>
                <b title={name}>{name}</b>
                <p className={ui.facts}>
                  <span>{t("Deleted {when}", { when: ago(document.trashed_at) })}</span>
                  <span>
                    {ends < DAY_S
                      ? t("gone within a day")
                      : t("gone in {count, plural, one {# day} other {# days}}", { count: Math.floor(ends / DAY_S) })}
                  </span>
                  <span>{bytes(document.byte_size)}</span>
                </p>
              </div>
              <Button
                small
                onClick={() => void restoreDocuments(context, [document.id])}
                aria-label={t("Restore {name}", { name })}
              >
                <RotateCcw aria-hidden />
                <span>{t("Restore")}</span>
              </Button>
              <Button
                small
                square
                look="quiet"
                onClick={() => setAsking(document)}
                aria-label={t("Delete {name} for good", { name })}
              >
                <Trash2 aria-hidden />
              </Button>
            </li>
          );
        })}
      </ul>
      {data.total > data.documents.length && (
        <p className={styles.more}>
          {t("and {count, plural, one {# older document} other {# older documents}}", {
            count: data.total - data.documents.length,
          })}
        </p>
      )}
      {asking && (
        <Confirm
          title={asking === "all" ? t("Empty the trash?") : t("Delete “{name}” for good?", { name: nameOf(asking) })}
          action={t("Delete for good")}
          onClose={() => setAsking(null)}
          onConfirm={() => void deleteForGood(asking === "all" ? null : [asking.id])}
        >
          {asking === "all"
            ? t(
                "{count, plural, one {# document} other {# documents}} with files, texts and histories. This cannot be undone.",
                { count: data.total },
              )
            : t("Its file, its text and its history go too. This cannot be undone.")}
        </Confirm>
      )}
    </div>
  );
}
