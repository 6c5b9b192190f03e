import { Check, ChevronDown, CircleAlert, Copy, RotateCcw, X } from "../ui/icons.tsx";
import { useState } from "react";
import { bytes, count } from "../format.ts";
import { at, linkTo } from "../place.ts";
import { Button } from "../ui/Button.tsx";
import styles from "./upload.module.css";
import { cancel, clearUploads, isOnItsWay, retryUpload, type Upload, useUploads } from "./uploads.ts";

const SHOWN = 100;

/** The files that are on their way, with a bar each. */
export function Tray(): React.JSX.Element | null {
  const uploads = useUploads();
  const [open, setOpen] = useState(true);
  if (uploads.length === 0) return null;
  const under = uploads.filter(isOnItsWay);
  const title = titleOf(uploads, under.length);
  return (
    <section className={styles.tray} aria-label="Uploads">
      <header>
        <h2 role="status">{title}</h2>
        <Button
          square
          small
          look="quiet"
          aria-expanded={open}
          aria-label={open ? "Fold the uploads" : "Show the uploads"}
          onClick={() => setOpen(!open)}
        >
          <ChevronDown aria-hidden data-open={open || undefined} />
        </Button>
        <Button
          square
          small
          look="quiet"
          aria-label="Clear what is done"
          disabled={under.length === uploads.length}
          onClick={clearUploads}
        >
          <X aria-hidden />
        </Button>
      </header>
      {open && (
        <ul>
          {uploads.slice(0, SHOWN).map((upload) => (
            <Line key={upload.key} upload={upload} />
          ))}
          {uploads.length > SHOWN && <li className={styles.rest}>and {uploads.length - SHOWN} more</li>}
        </ul>
      )}
    </section>
  );
}

function titleOf(uploads: Upload[], under: number): string {
  const all = uploads.length;
  const among = (state: Upload["state"]) => uploads.filter((upload) => upload.state === state).length;
  if (under > 0) return `Sending ${count(under, "file")}`;
  if (among("failed") > 0)
    return among("failed") < all
      ? `${among("failed")} of ${count(all, "file")} not sent`
      : `${count(all, "file")} not sent`;
  return among("duplicate") === all
    ? `${count(all, "file was", "files were")} here before`
    : `${count(all, "file")} sent`;
}

function Line({
  upload: { key, file, state, sent, error, documentId, storedAs },
}: {
  upload: Upload;
}): React.JSX.Element {
  const openIt = documentId && linkTo(at(new URLSearchParams(location.search), { document: documentId }));
  const total = Math.max(file.size, 1);
  return (
    <li data-state={state}>
      <div>
        <span className={styles.filename}>
          {openIt && state === "stored" ? <a {...openIt}>{file.name}</a> : file.name}
        </span>
        {state === "sending" && (
          <progress aria-label={`Sending ${file.name}`} max={total} value={Math.min(sent, total)} />
        )}
        <small>
          {state === "waiting" && "Waiting"}
          {state === "interrupted" && "Waiting for the connection; it is sent by itself"}
          {state === "sending" && `${bytes(Math.min(sent, file.size))} of ${bytes(file.size)}`}
          {state === "stored" && bytes(file.size)}
          {state === "cancelled" && "Cancelled"}
          {state === "failed" && error}
          {state === "duplicate" && openIt && (
            <>
              Already here{storedAs && storedAs !== file.name && ` as “${storedAs}”`}. <a {...openIt}>Open it</a>
            </>
          )}
        </small>
      </div>
      {(state === "sending" || state === "waiting" || state === "interrupted") && (
        <Button square small look="quiet" aria-label={`Cancel ${file.name}`} onClick={() => cancel(key)}>
          <X aria-hidden />
        </Button>
      )}
      {(state === "failed" || state === "cancelled") && (
        <Button square small look="quiet" aria-label={`Send ${file.name} again`} onClick={() => retryUpload(key)}>
          <RotateCcw aria-hidden />
        </Button>
      )}
      {state === "stored" && <Check aria-hidden />}
      {state === "duplicate" && <Copy aria-hidden />}
      {state === "failed" && <CircleAlert aria-hidden className={styles.bad} />}
    </li>
  );
}
