import { useCommands } from "../commands.ts";
import { percent } from "../format.ts";
import { mark, t, type Text } from "../language.ts";
import { copy } from "../ui/copy.ts";
import {
  ArrowDown,
  ArrowUp,
  Copy,
  FileText,
  LoaderCircle,
  Lock,
  Printer,
  RotateCw,
  ScanText,
  ZoomIn,
  ZoomOut,
} from "../ui/icons.tsx";
import { type CSSProperties, Fragment, useEffect, useMemo, useRef, useState } from "react";
import { type Span, spansOf } from "../documents/words.ts";
import { type DocumentRow, type Evidence, isUnderWay, type PageRow } from "../model.ts";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { Nothing } from "../ui/Nothing.tsx";
import ui from "../ui/ui.module.css";
import { useFileUrl, usePages } from "./data.ts";
import { ImagePage, PdfPageImage } from "./PageImage.tsx";
import styles from "./Pages.module.css";
import { inParagraphs } from "./paragraphs.ts";
import { rememberPassword, usePassword } from "./passwords.ts";
import { isLocked, openPdf, type Pdf } from "./pdf.ts";
import { findQuote } from "./quotes.ts";
import { Strip } from "./Strip.tsx";
import { Toolbar } from "./Toolbar.tsx";
import { turnPage } from "./turns.ts";
import { attempt } from "../ui/toasts.tsx";

const ENGINES: Record<string, Text> = {
  pdf_text_layer: mark("Text layer"),
  unpdf: mark("Text layer"),
  file_text: mark("File text"),
  tesseract: mark("Read by OCR"),
  ppocr: mark("Read by OCR"),
  claude: mark("Read by Claude"),
};

/** How wide a picture is, in widths of what there is for it. At the first it stands beside its text, then above it. */
const ZOOMS = [1, 1.5, 2, 3];

/** The pages as pictures, each with its text beside it. */
export function Pages({
  document,
  shown,
  terms,
  hit,
  onHit,
}: {
  document: DocumentRow;
  shown: Evidence | null;
  /** What was searched; `hit` is the place of it that the reader is at, counted from the first page on. */
  terms: string[];
  hit: number;
  onHit(hit: number): void;
}): React.JSX.Element {
  const { data: pages = [], isPending } = usePages(document.id);
  const { data: url } = useFileUrl(document);
  const isPdf = document.mime_type === "application/pdf";
  // Which pictures a browser shows, it knows alone: Safari has HEIC, others have not.
  const [unshown, setUnshown] = useState<string>();
  const isPicture = document.mime_type.startsWith("image/");
  const isImage = isPicture && document.mime_type !== "image/tiff" && (!url || unshown !== url);
  const password = usePassword(document.id);
  const { pdf, failed, locked } = usePdf(isPdf ? url : undefined, password);
  const byNumber = useMemo(() => new Map(pages.map((page) => [page.page_number, page])), [pages]);
  const hits = useMemo(() => {
    let before = 0;
    return new Map(
      terms.length === 0
        ? []
        : pages.map(({ page_number, text }) => {
            const spans = spansOf(text, terms);
            const found = { spans, first: before };
            before += spans.length;
            return [page_number, found] as const;
          }),
    );
  }, [pages, terms]);
  const all = [...hits.values()].reduce((sum, { spans }) => sum + spans.length, 0);
  const total = Math.max(pdf?.numPages ?? 0, document.page_count ?? 0, pages.at(-1)?.page_number ?? 0, isImage ? 1 : 0);

  const hasPicture = total > 0 && ((isPdf && !failed) || isImage);
  const [zoom, setZoom] = useState(0);
  const zoomTo = (next: number) => setZoom(Math.min(Math.max(next, 0), ZOOMS.length - 1));
  const [frame, setFrame] = useState<HTMLElement | null>(null);
  const current = useCurrentPage(frame, total);
  const jump = (page: number) =>
    frame?.querySelector(`[data-page="${page}"]`)?.scrollIntoView({ block: "start", behavior: "instant" });
  const turn = () => turnPage(document.id, current);
  const print = () =>
    attempt(
      import("./print.ts").then(({ printDocument }) =>
        printDocument({ documentId: document.id, pdf, url: isImage ? url : undefined, pages }),
      ),
    );
  useCommands([
    ...(total > 0 ? [{ label: t("Print this document"), icon: <Printer aria-hidden />, run: print }] : []),
    ...(hasPicture
      ? [
          { label: t("Turn the page to the right"), icon: <RotateCw aria-hidden />, run: turn },
          { label: t("Zoom in"), icon: <ZoomIn aria-hidden />, key: "+", run: () => zoomTo(zoom + 1) },
          { label: t("Zoom out"), icon: <ZoomOut aria-hidden />, key: "-", run: () => zoomTo(zoom - 1) },
          { label: t("Fit the pages"), icon: <FileText aria-hidden />, key: "0", run: () => zoomTo(0) },
        ]
      : []),
  ]);

  if (total === 0) {
    return (
      <section className={styles.pages} aria-label={t("Pages")}>
        {isUnderWay(document) ? (
          <Nothing icon={<LoaderCircle aria-hidden className={ui.spin} />} title={t("Being read")}>
            {t("Its pages appear here one by one.")}
          </Nothing>
        ) : (
          !isPending &&
          (!isPdf || failed) && (
            <Nothing icon={<FileText aria-hidden />} title={t("No pages")}>
              {t("Nothing of this file could be shown.")}
            </Nothing>
          )
        )}
      </section>
    );
  }
  return (
    <div className={styles.reader} data-strip={total > 1 || undefined}>
      {total > 1 && <Strip pdf={pdf} total={total} current={current} documentId={document.id} onJump={jump} />}
      <section
        ref={setFrame}
        className={styles.pages}
        aria-label={t("Pages")}
        data-textonly={!hasPicture || undefined}
        data-zoomed={zoom > 0 || undefined}
        style={{ "--zoom": ZOOMS[zoom] } as CSSProperties}
        tabIndex={0}
      >
        {locked && <Unlock documentId={document.id} wrong={password !== undefined} />}
        {isPicture && !isImage && (
          <p className={styles.unshown}>
            <FileText aria-hidden />
            {t("The picture cannot be shown here. Its text is below, and the original has the picture.")}
          </p>
        )}
        {all > 0 && <Hits hit={hit} all={all} onHit={onHit} />}
        {Array.from({ length: total }, (_, index) => index + 1).map((number) => (
          <article
            key={number}
            className={styles.page}
            data-page={number}
            aria-label={t("Page {page}", { page: number })}
          >
            {hasPicture && (
              <div className={styles.picture} tabIndex={zoom > 0 ? 0 : undefined}>
                {isPdf && pdf && number <= pdf.numPages && (
                  <PdfPageImage
                    pdf={pdf}
                    number={number}
                    documentId={document.id}
                    zoom={ZOOMS[zoom]!}
                    shown={shown?.page === number ? shown : null}
                  />
                )}
                {isPdf && !pdf && <div className={styles.blank} />}
                {isImage && url && number === 1 && (
                  <ImagePage
                    url={url}
                    documentId={document.id}
                    shown={shown?.page === 1 ? shown : null}
                    onUnshown={() => setUnshown(url)}
                  />
                )}
              </div>
            )}
            <PageText
              page={byNumber.get(number)}
              number={number}
              total={total}
              hits={hits.get(number)}
              hit={shown ? -1 : hit}
              waiting={isUnderWay(document)}
              shown={shown?.page === number ? shown : null}
              hasPicture={hasPicture}
            />
          </article>
        ))}
      </section>
      <Toolbar
        current={current}
        total={total}
        onJump={jump}
        onPrint={print}
        picture={
          hasPicture
            ? {
                zoom,
                widest: ZOOMS.length - 1,
                label: zoom === 0 ? t("Fit") : percent(ZOOMS[zoom]!),
                onZoom: zoomTo,
                onTurn: turn,
              }
            : null
        }
      />
    </div>
  );
}

/** Which page stands in the middle of what is seen. */
function useCurrentPage(frame: HTMLElement | null, total: number): number {
  const [current, setCurrent] = useState(1);
  useEffect(() => {
    if (!frame || total < 2) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const page = entries.find(({ isIntersecting }) => isIntersecting)?.target as HTMLElement | undefined;
        if (page) setCurrent(Number(page.dataset.page));
      },
      { rootMargin: "-45% 0px -54% 0px" },
    );
    for (const page of frame.querySelectorAll("[data-page]")) observer.observe(page);
    return () => observer.disconnect();
  }, [frame, total]);
  return Math.min(current, Math.max(total, 1));
}

function PageText({
  page,
  number,
  total,
  hits,
  hit,
  waiting,
  shown,
  hasPicture,
}: {
  hits: { spans: Span[]; first: number } | undefined;
  hit: number;
  page: PageRow | undefined;
  number: number;
  total: number;
  waiting: boolean;
  shown: Evidence | null;
  hasPicture: boolean;
}): React.JSX.Element {
  const mark = useRef<HTMLElement>(null);
  const text = useMemo(() => (page && hasPicture ? inParagraphs(page.text) : (page?.text ?? "")), [page, hasPicture]);
  const span = useMemo(() => (page && shown ? findQuote([page.text], shown.quote)[0] : undefined), [page, shown]);
  useEffect(() => {
    // On a wide screen the picture scrolls to its own mark, and the text is beside it.
    if (span && (!hasPicture || matchMedia("(max-width: 64rem)").matches))
      mark.current?.scrollIntoView({ block: "center", behavior: "smooth" });
  }, [span, hasPicture]);
  const current = hits && hit >= hits.first && hit < hits.first + hits.spans.length ? hit - hits.first : -1;
  const here = useRef<HTMLElement>(null);
  useEffect(() => {
    if (current >= 0) here.current?.scrollIntoView({ block: "center" });
  }, [current, text]);
  return (
    <div className={styles.text}>
      <h2>
        <span>{t("Page {page} of {all}", { page: number, all: total })}</span>
        {page && (
          <small>
            {page.engine === null ? t("Not readable") : t(ENGINES[page.engine] ?? page.engine)}
            {page.confidence !== null && t(", {percent} sure", { percent: percent(page.confidence) })}
            {page.text.trim() !== "" && (
              <button
                className={styles.copy}
                aria-label={t("Copy the text of page {page}", { page: number })}
                onClick={() => copy(page.text, t("Text of page {page}", { page: number }))}
              >
                <Copy aria-hidden />
              </button>
            )}
          </small>
        )}
      </h2>
      {!page ? (
        <p className={styles.none}>
          {waiting ? (
            <>
              <LoaderCircle aria-hidden className={ui.spin} />
              {t("Not read yet")}
            </>
          ) : (
            t("Not read")
          )}
        </p>
      ) : page.text.trim() === "" ? (
        <p className={styles.none}>
          <ScanText aria-hidden />
          {page.error ? sentenceOf(page.error) : t("No text on this page")}
        </p>
      ) : (
        <pre>
          {span ? (
            <>
              {text.slice(0, span.start)}
              <mark ref={mark}>{text.slice(span.start, span.end)}</mark>
              {text.slice(span.end)}
            </>
          ) : hits && hits.spans.length > 0 ? (
            <>
              {hits.spans.map(({ start, end }, index) => (
                <Fragment key={start}>
                  {text.slice(hits.spans[index - 1]?.end ?? 0, start)}
                  <mark
                    ref={index === current ? here : undefined}
                    data-current={index === current || undefined}
                    className={styles.hit}
                  >
                    {text.slice(start, end)}
                  </mark>
                </Fragment>
              ))}
              {text.slice(hits.spans.at(-1)!.end)}
            </>
          ) : (
            text
          )}
        </pre>
      )}
    </div>
  );
}

/** Which of the places that were searched one is at, and the way to the others. */
function Hits({ hit, all, onHit }: { hit: number; all: number; onHit(hit: number): void }): React.JSX.Element {
  return (
    <div className={styles.hits} role="group" aria-label={t("Places of what you searched")}>
      <span role="status">{t("{hit, number} of {all, number}", { hit: hit + 1, all })}</span>
      <Button small square look="quiet" aria-label={t("Previous place")} onClick={() => onHit((hit + all - 1) % all)}>
        <ArrowUp aria-hidden />
      </Button>
      <Button small square look="quiet" aria-label={t("Next place")} onClick={() => onHit((hit + 1) % all)}>
        <ArrowDown aria-hidden />
      </Button>
    </div>
  );
}

type Opened = { pdf?: Pdf; failed: boolean; locked?: boolean };

function usePdf(url: string | undefined, password: string | undefined): Opened {
  const [state, setState] = useState<Opened>({ failed: false });
  useEffect(() => {
    if (!url) return;
    const { promise, close } = openPdf(url, password);
    let left = false;
    promise.then(
      (pdf) => !left && setState({ pdf, failed: false }),
      (error: unknown) => !left && setState({ failed: true, locked: isLocked(error) }),
    );
    return () => {
      left = true;
      setState({ failed: false });
      close();
    };
  }, [url, password]);
  return state;
}

/** The text of a locked PDF is there, as its password was given once; the file itself stays locked. */
function Unlock({ documentId, wrong }: { documentId: string; wrong: boolean }): React.JSX.Element {
  return (
    <form
      className={styles.unlock}
      onSubmit={(event) => {
        event.preventDefault();
        rememberPassword(documentId, String(new FormData(event.currentTarget).get("password")));
      }}
    >
      <Lock aria-hidden />
      <p role={wrong ? "alert" : undefined}>
        {wrong
          ? t("That is not its password.")
          : t("The file is locked. With its password the pages are shown as they look; it stays in this tab.")}
      </p>
      <input
        className={ui.input}
        name="password"
        type="password"
        aria-label={t("Password of the PDF")}
        placeholder={t("Its password")}
        autoComplete="off"
        required
      />
      <Button small type="submit">
        {t("Show pages")}
      </Button>
    </form>
  );
}
