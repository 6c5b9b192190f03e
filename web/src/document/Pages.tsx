import { ArrowDown, ArrowUp, FileText, LoaderCircle, Lock, ScanText } from "../ui/icons.tsx";
import { Fragment, useEffect, useMemo, useRef, useState } from "react";
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

const ENGINES: Record<string, string> = {
  pdf_text_layer: "Text layer",
  unpdf: "Text layer",
  file_text: "File text",
  tesseract: "Read by OCR",
  ppocr: "Read by OCR",
  claude: "Read by Claude",
};

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
  const isImage = /^image\/(png|jpeg|webp|gif|avif|bmp)$/.test(document.mime_type);
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

  if (total === 0) {
    return (
      <section className={styles.pages} aria-label="Pages">
        {isUnderWay(document) ? (
          <Nothing icon={<LoaderCircle aria-hidden className={ui.spin} />} title="Being read">
            Its pages appear here one by one.
          </Nothing>
        ) : (
          !isPending &&
          (!isPdf || failed) && (
            <Nothing icon={<FileText aria-hidden />} title="No pages">
              Nothing of this file could be shown.
            </Nothing>
          )
        )}
      </section>
    );
  }
  const hasPicture = (isPdf && !failed) || isImage;
  return (
    <section className={styles.pages} aria-label="Pages" data-textonly={!hasPicture || undefined} tabIndex={0}>
      {locked && <Unlock documentId={document.id} wrong={password !== undefined} />}
      {all > 0 && <Hits hit={hit} all={all} onHit={onHit} />}
      {Array.from({ length: total }, (_, index) => index + 1).map((number) => (
        <article key={number} className={styles.page} aria-label={`Page ${number}`}>
          {hasPicture && (
            <div className={styles.picture}>
              {isPdf && pdf && number <= pdf.numPages && (
                <PdfPageImage
                  pdf={pdf}
                  number={number}
                  documentId={document.id}
                  shown={shown?.page === number ? shown : null}
                />
              )}
              {isPdf && !pdf && <div className={styles.blank} />}
              {isImage && url && number === 1 && (
                <ImagePage url={url} documentId={document.id} shown={shown?.page === 1 ? shown : null} />
              )}
            </div>
          )}
          <Text
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
  );
}

function Text({
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
        <span>
          Page {number} of {total}
        </span>
        {page && (
          <small>
            {page.engine === null ? "Not readable" : (ENGINES[page.engine] ?? page.engine)}
            {page.confidence !== null && `, ${Math.round(page.confidence * 100)} % sure`}
          </small>
        )}
      </h2>
      {!page ? (
        <p className={styles.none}>
          {waiting ? (
            <>
              <LoaderCircle aria-hidden className={ui.spin} />
              Not read yet
            </>
          ) : (
            "Not read"
          )}
        </p>
      ) : page.text.trim() === "" ? (
        <p className={styles.none}>
          <ScanText aria-hidden />
          {page.error ? sentenceOf(page.error) : "No text on this page"}
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
    <div className={styles.hits} role="group" aria-label="Places of what you searched">
      <span role="status">
        {hit + 1} of {all.toLocaleString()}
      </span>
      <Button small square look="quiet" aria-label="Previous place" onClick={() => onHit((hit + all - 1) % all)}>
        <ArrowUp aria-hidden />
      </Button>
      <Button small square look="quiet" aria-label="Next place" onClick={() => onHit((hit + 1) % all)}>
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
          ? "That is not its password."
          : "The file is locked. With its password the pages are shown as they look; it stays in this tab."}
      </p>
      <input
        className={ui.input}
        name="password"
        type="password"
        aria-label="Password of the PDF"
        placeholder="Its password"
        autoComplete="off"
        required
      />
      <Button small type="submit">
        Show pages
      </Button>
    </form>
  );
}
