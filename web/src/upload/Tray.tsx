import { t } from "../language.ts";
import { Check, ChevronDown, CircleAlert, Copy, LoaderCircle, RotateCcw, X } from "../ui/icons.tsx";
import { useEffect, useState } from "react";
import { useDocumentsById } from "../document/data.ts";
import { STATUS_NAMES } from "../documents/Status.tsx";
import { bytes } from "../format.ts";
import { type DocumentRow, isUnderWay } from "../model.ts";
import { at, linkTo } from "../place.ts";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import ui from "../ui/ui.module.css";
import styles from "./upload.module.css";
import { cancel, clearUploads, isOnItsWay, retryUpload, type Upload, useUploads } from "./uploads.ts";

const SHOWN = 100;
/** So long it stays when all went well. */
const CLOSES_AFTER_MS = 6000;

/** The files that were added, from here until they are described. Below the page, so that it covers nothing. */
export function Tray(): React.JSX.Element | null {
  const uploads = useUploads();
  return uploads.length === 0 ? null : <Lines uploads={uploads} />;
}

function Lines({ uploads }: { uploads: Upload[] }): React.JSX.Element {
  const documents = useDocumentsById(
    uploads.slice(0, SHOWN).flatMap(({ state, documentId }) => (state === "stored" && documentId ? [documentId] : [])),
  );
  const [open, setOpen] = useState(true);
  const [watched, setWatched] = useState(false);
  const under = uploads.filter(isOnItsWay).length;
  // What was deleted meanwhile has none, and keeps nobody.
  const statuses = [...documents.values()].flatMap((document) => document?.status ?? []);
  const failed = statuses.filter((status) => status === "failed").length;
  const allWell =
    uploads.every(({ state }) => state === "stored") &&
    documents.size >= Math.min(uploads.length, SHOWN) &&
    statuses.every((status) => status === "completed");
  useEffect(() => {
    if (!allWell || watched) return;
    const timer = setTimeout(clearUploads, CLOSES_AFTER_MS);
    return () => clearTimeout(timer);
  }, [allWell, watched]);
  return (
    <section
      className={styles.tray}
      aria-label={t("Uploads")}
      onPointerEnter={() => setWatched(true)}
      onPointerLeave={() => setWatched(false)}
      onFocus={() => setWatched(true)}
      onBlur={() => setWatched(false)}
    >
      <header>
        <h2 role="status">
          {titleOf(uploads, under)}
          {failed > 0 && t(", {failed, number} could not be read", { failed })}
        </h2>
        <Button
          square
          small
          look="quiet"
          aria-expanded={open}
          aria-label={open ? t("Fold the uploads") : t("Show the uploads")}
          onClick={() => setOpen(!open)}
        >
          <ChevronDown aria-hidden />
        </Button>
        <Button
          square
          small
          look="quiet"
          aria-label={t("Clear what is done")}
          disabled={under === uploads.length}
          onClick={clearUploads}
        >
          <X aria-hidden />
        </Button>
      </header>
      {open && (
        <ul>
          {uploads.slice(0, SHOWN).map((upload) => (
            <Line key={upload.key} upload={upload} document={documents.get(upload.documentId ?? "") ?? undefined} />
          ))}
          {uploads.length > SHOWN && (
            <li className={styles.rest}>{t("and {count, number} more", { count: uploads.length - SHOWN })}</li>
          )}
        </ul>
      )}
    </section>
  );
}

function titleOf(uploads: Upload[], under: number): string {
  const all = uploads.length;
  const among = (state: Upload["state"]) => uploads.filter((upload) => upload.state === state).length;
  if (under > 0) return t("Sending {count, plural, one {# file} other {# files}}", { count: under });
  if (among("failed") > 0)
    return among("failed") < all
      ? t("{failed, number} of {count, plural, one {# file} other {# files}} not sent", {
          failed: among("failed"),
          count: all,
        })
      : t("{count, plural, one {# file} other {# files}} not sent", { count: all });
  return among("duplicate") === all
    ? t("{count, plural, one {# file was} other {# files were}} here before", { count: all })
    : t("{count, plural, one {# file} other {# files}} sent", { count: all });
}

function Line({
  upload: { key, file, state, sent, error, again, documentId, storedAs },
  document,
}: {
  upload: Upload;
  /** What became of it, where that is known. */
  document: DocumentRow | undefined;
}): React.JSX.Element {
  const openIt = documentId && linkTo(at(new URLSearchParams(location.search), { document: documentId }));
  const total = Math.max(file.size, 1);
  const stored = state === "stored";
  const unread = stored && document?.status === "failed";
  return (
    <li data-state={unread ? "failed" : state}>
      <div>
        <span className={styles.filename}>{openIt && stored ? <a {...openIt}>{file.name}</a> : file.name}</span>
        {state === "sending" && (
          <progress aria-label={t("Sending {name}", { name: file.name })} max={total} value={Math.min(sent, total)} />
        )}
        <small>
          {state === "waiting" && t("Waiting")}
          {state === "interrupted" && t("Waiting for the connection; it is sent by itself")}
          {state === "sending" &&
            t("{done} of {all}", { done: bytes(Math.min(sent, file.size)), all: bytes(file.size) })}
          {stored &&
            (unread ? sentenceOf(document.error) : document ? t(STATUS_NAMES[document.status]) : bytes(file.size))}
          {state === "cancelled" && t("Cancelled")}
          {state === "failed" && error}
          {state === "duplicate" && openIt && (
            <>
              {storedAs && storedAs !== file.name
                ? t("Already here as “{name}”.", { name: storedAs })
                : t("Already here.")}{" "}
              <a {...openIt}>{t("Open it")}</a>
            </>
          )}
        </small>
      </div>
      {(state === "sending" || state === "waiting" || state === "interrupted") && (
        <Button
          square
          small
          look="quiet"
          aria-label={t("Cancel {name}", { name: file.name })}
          onClick={() => cancel(key)}
        >
          <X aria-hidden />
        </Button>
      )}
      {((state === "failed" && again) || state === "cancelled") && (
        <Button
          square
          small
          look="quiet"
          aria-label={t("Send {name} again", { name: file.name })}
          onClick={() => retryUpload(key)}
        >
          <RotateCcw aria-hidden />
        </Button>
      )}
      {stored && (!document || isUnderWay(document)) && <LoaderCircle aria-hidden className={ui.spin} />}
      {stored && document?.status === "completed" && <Check aria-hidden />}
      {state === "duplicate" && <Copy aria-hidden />}
      {(state === "failed" || unread) && <CircleAlert aria-hidden className={styles.bad} />}
    </li>
  );
}
