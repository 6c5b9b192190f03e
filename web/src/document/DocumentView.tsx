import { useQueryClient } from "@tanstack/react-query";
import { t } from "../language.ts";
import { lazyPart } from "../lazy-view.tsx";
import {
  ArrowLeft,
  ChevronLeft,
  ChevronRight,
  CircleAlert,
  Ellipsis,
  FileQuestionMark,
  Pencil,
  RotateCcw,
  Share2,
  Sparkles,
  Trash2,
} from "../ui/icons.tsx";
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useCommands } from "../commands.ts";
import { noteOpened } from "../documents/Rows.tsx";
import { retry, trashDocuments } from "../documents/actions.ts";
import { Status } from "../documents/Status.tsx";
import { type DocumentRow, type Evidence, nameOf } from "../model.ts";
import { termsOf } from "../documents/words.ts";
import { at, go, leaveView, usePlace } from "../place.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { Nothing } from "../ui/Nothing.tsx";
import { Menu, MenuItem } from "../ui/Menu.tsx";
import ui from "../ui/ui.module.css";
import { useCopies } from "./copies.tsx";
import { useDocument, usePages } from "./data.ts";
import styles from "./DocumentView.module.css";
import { Details } from "./Details.tsx";
import { canRetry, needsPassword, reasonOf } from "./failure.ts";
import { openInstead, useNeighbors } from "./neighbors.ts";
import { rememberPassword } from "./passwords.ts";
import { Pages } from "./Pages.tsx";
import { Regenerate } from "./Regenerate.tsx";

const Share = lazyPart(() => import("../connections/Share.tsx"));

/** One document: its pages beside their text, and what is known of it. */
export default function DocumentView({ id }: { id: string }): React.JSX.Element | null {
  const { data: document, error, refetch } = useDocument(id);
  const [shown, setShown] = useState<Evidence | null>(null);
  const query = usePlace().get("q") ?? "";
  const terms = useMemo(() => termsOf(query), [query]);
  const [hit, setHit] = useState(0);
  useEffect(() => setHit(0), [query]);
  useEffect(() => noteOpened(id), [id]);
  useCommands([{ key: "Escape", run: () => (shown ? setShown(null) : leaveView()) }]);
  const title = document && nameOf(document);
  useEffect(() => {
    if (!title) return;
    window.document.title = `${title} · Docket`;
    return () => {
      window.document.title = t("Docket");
    };
  }, [title]);

  if (document === undefined && !error) return null;
  if (!document) {
    return (
      <Nothing
        icon={<FileQuestionMark aria-hidden />}
        title={error ? t("The document could not be loaded") : t("This document is not here")}
        actions={
          <>
            {error && <Button onClick={() => void refetch()}>{t("Try again")}</Button>}
            <Button onClick={() => go(at(new URLSearchParams(), { view: "trash" }), { replace: true })}>
              {t("Trash")}
            </Button>
            <Button onClick={leaveView}>{t("All documents")}</Button>
          </>
        }
      >
        {error ? sentenceOf(error) : t("It is in the trash, was deleted, or belongs to somebody else.")}
      </Nothing>
    );
  }
  return (
    <div className={styles.view}>
      <Head document={document} />
      <Details document={document} shown={shown} onShow={(evidence) => setShown(evidence && { ...evidence })} />
      <Pages document={document} shown={shown} terms={terms} hit={hit} onHit={setHit} />
    </div>
  );
}

function Head({ document }: { document: DocumentRow }): React.JSX.Element {
  const project = useProject();
  const context = { project, client: useQueryClient() };
  const [asking, setAsking] = useState<"regenerate" | "share" | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // Who comes from the list starts at the document, also with a screen reader.
  useEffect(() => heading.current?.focus(), []);

  const { previous, next } = useNeighbors(usePlace(), document.id);
  const remove = () => {
    // Whose row has the focus then; of none, the list.
    noteOpened(next ?? previous ?? document.id);
    leaveView();
    void trashDocuments(context, [document.id]);
  };

  const { data: pages = [] } = usePages(document.id);
  const { original, others } = useCopies(document, pages);
  const hasText =
    document.status === "completed" || (document.status === "failed" && document.error?.stage === "metadata");
  useCommands([
    {
      label: t("Rename this document"),
      icon: <Pencil aria-hidden />,
      key: "r",
      run: () => window.document.querySelector<HTMLElement>(`[data-edit="display_name"]`)?.click(),
    },
    ...(hasText
      ? [
          {
            label: t("Describe this document again"),
            icon: <Sparkles aria-hidden />,
            run: () => setAsking("regenerate"),
          },
        ]
      : []),
    ...(previous
      ? [
          {
            label: t("Previous document"),
            icon: <ChevronLeft aria-hidden />,
            key: "k",
            run: () => openInstead(previous),
          },
        ]
      : []),
    ...(next
      ? [{ label: t("Next document"), icon: <ChevronRight aria-hidden />, key: "j", run: () => openInstead(next) }]
      : []),
    { label: t("Share this document"), icon: <Share2 aria-hidden />, run: () => setAsking("share") },
    original,
    ...others,
    { label: t("Delete this document"), icon: <Trash2 aria-hidden />, run: () => remove() },
  ]);
  return (
    <div className={styles.head}>
      <Button look="quiet" square aria-label={t("Back to the documents")} onClick={leaveView}>
        <ArrowLeft aria-hidden />
      </Button>
      {(previous || next) && (
        <div className={styles.neighbors}>
          <Button
            look="quiet"
            square
            small
            aria-label={t("Previous document")}
            disabled={!previous}
            onClick={() => previous && openInstead(previous)}
          >
            <ChevronLeft aria-hidden />
          </Button>
          <Button
            look="quiet"
            square
            small
            aria-label={t("Next document")}
            disabled={!next}
            onClick={() => next && openInstead(next)}
          >
            <ChevronRight aria-hidden />
          </Button>
        </div>
      )}
      <div className={styles.title}>
        <h1 ref={heading} tabIndex={-1}>
          {nameOf(document)}
        </h1>
        <span role="status">
          <Status document={document} />
        </span>
      </div>
      <div className={styles.tools}>
        <Button waits={!hasText} onClick={() => setAsking("regenerate")}>
          <Sparkles aria-hidden />
          <span>{t("Regenerate")}</span>
        </Button>
        <Button onClick={() => setAsking("share")} disabled={document.status === "uploading"}>
          <Share2 aria-hidden />
          <span>{t("Share")}</span>
        </Button>
        <Button
          onClick={original.run}
          disabled={document.status === "uploading"}
          className={others.length > 0 ? styles.original : undefined}
        >
          {original.icon}
          <span>{t("Original")}</span>
        </Button>
        {others.length > 0 && (
          <Menu
            align="end"
            trigger={
              <Button square look="quiet" aria-label={t("More ways to have it")}>
                <Ellipsis aria-hidden />
              </Button>
            }
          >
            <MenuItem className={styles.inMenu} onClick={original.run}>
              {original.icon}
              {original.label}
            </MenuItem>
            {others.map(({ label, icon, run }) => (
              <MenuItem key={label} onClick={run}>
                {icon}
                {label}
              </MenuItem>
            ))}
          </Menu>
        )}
        <Button square look="quiet" aria-label={t("Delete the document")} onClick={remove}>
          <Trash2 aria-hidden />
        </Button>
      </div>
      {document.status === "failed" && document.error && (
        <div className={styles.failure} role="alert">
          <CircleAlert aria-hidden />
          <p>
            <strong>{reasonOf(document.error)}</strong> {sentenceOf(document.error)}
          </p>
          {canRetry(document.error) && (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                const password = String(new FormData(event.currentTarget).get("password") ?? "");
                if (password) rememberPassword(document.id, password);
                void retry(context, [document], password);
              }}
            >
              {needsPassword(document.error) && (
                <input
                  className={ui.input}
                  name="password"
                  type="password"
                  aria-label={t("Password of the PDF")}
                  placeholder={t("Its password")}
                  autoComplete="off"
                />
              )}
              <Button small type="submit">
                <RotateCcw aria-hidden />
                {t("Retry")}
              </Button>
            </form>
          )}
        </div>
      )}
      <Suspense>{asking === "share" && <Share document={document} onClose={() => setAsking(null)} />}</Suspense>
      {asking === "regenerate" && <Regenerate document={document} onClose={() => setAsking(null)} />}
    </div>
  );
}
