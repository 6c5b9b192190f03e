import { FileText, LoaderCircle, ScanText } from "../ui/icons.tsx";
import { useEffect, useMemo, useRef, useState } from "react";
import { type DocumentRow, type Evidence, isUnderWay, type PageRow } from "../model.ts";
import { sentenceOf } from "../sentences.ts";
import { Nothing } from "../ui/Nothing.tsx";
import ui from "../ui/ui.module.css";
import { useFileUrl, usePages } from "./data.ts";
import { ImagePage, PdfPageImage } from "./PageImage.tsx";
import styles from "./Pages.module.css";
import { inParagraphs } from "./paragraphs.ts";
import { openPdf, type Pdf } from "./pdf.ts";
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
export function Pages({ document, shown }: { document: DocumentRow; shown: Evidence | null }): React.JSX.Element {
  const { data: pages = [], isPending } = usePages(document.id);
  const { data: url } = useFileUrl(document);
  const isPdf = document.mime_type === "application/pdf";
  const isImage = /^image\/(png|jpeg|webp|gif|avif|bmp)$/.test(document.mime_type);
  const { pdf, failed } = usePdf(isPdf ? url : undefined);
  const byNumber = useMemo(() => new Map(pages.map((page) => [page.page_number, page])), [pages]);
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
  waiting,
  shown,
  hasPicture,
}: {
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
          ) : (
            text
          )}
        </pre>
      )}
    </div>
  );
}

function usePdf(url: string | undefined): { pdf: Pdf | undefined; failed: boolean } {
  const [state, setState] = useState<{ pdf?: Pdf; failed: boolean }>({ failed: false });
  useEffect(() => {
    if (!url) return;
    const { promise, close } = openPdf(url);
    let left = false;
    promise.then(
      (pdf) => !left && setState({ pdf, failed: false }),
      () => !left && setState({ failed: true }),
    );
    return () => {
      left = true;
      setState({ failed: false });
      close();
    };
  }, [url]);
  return { pdf: state.pdf, failed: state.failed };
}
