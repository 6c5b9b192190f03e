import { useEffect, useMemo, useRef, useState } from "react";
import { t } from "../language.ts";
import type { Evidence, Word } from "../model.ts";
import { type Box, boxesOfTextLayer, boxesOfWords, sizeReadByEngine, wordsOfTextLayer } from "./boxes.ts";
import { useWords } from "./data.ts";
import { PageWords } from "./PageWords.tsx";
import styles from "./Pages.module.css";
import type { Pdf, PdfPage } from "./pdf.ts";
import { type Turn, useTurn } from "./turns.ts";

type Size = { width: number; height: number };

/** As many dots as a canvas is given: phones let go of larger ones. */
const MOST_DOTS = 16_000_000;

/** Width to height, as the reader turned it. */
const shapeOf = ({ width, height }: Size, turn: Turn): string =>
  turn % 180 === 0 ? `${width} / ${height}` : `${height} / ${width}`;

/** A page of a PDF, drawn when it comes near the screen and let go when it is far. */
export function PdfPageImage({
  pdf,
  number,
  documentId,
  zoom,
  shown,
}: {
  pdf: Pdf;
  number: number;
  documentId: string;
  zoom: number;
  shown: Evidence | null;
}): React.JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [near, setNear] = useState(false);
  const [page, setPage] = useState<PdfPage>();
  const [layer, setLayer] = useState<Box[]>([]);
  const [pointed, onPoint] = usePointed();
  const { data: words } = useWords(documentId, number, shown !== null || pointed);
  const [runs, setRuns] = useState<Word[]>();
  const turn = useTurn(documentId, number);

  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => setNear(entry!.isIntersecting), { rootMargin: "800px" });
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (!near) return;
    let left = false;
    void pdf.getPage(number).then(
      (loaded) => !left && setPage(loaded),
      () => {},
    );
    return () => {
      left = true;
    };
  }, [near, pdf, number]);

  useEffect(() => {
    if (!near || !page || !canvas.current) return;
    const { width, height } = page.getViewport({ scale: 1 });
    // Of a page on its side, the frame is as high as the page is wide.
    const across = turn % 180 === 0 ? frame.current!.clientWidth : frame.current!.clientHeight;
    const wanted = (across / width) * Math.min(devicePixelRatio, 2);
    const viewport = page.getViewport({ scale: Math.min(wanted, Math.sqrt(MOST_DOTS / (width * height))) });
    const target = canvas.current;
    target.width = Math.floor(viewport.width);
    target.height = Math.floor(viewport.height);
    const drawing = page.render({ canvas: target, viewport });
    drawing.promise.catch(() => {});
    return () => {
      drawing.cancel();
      target.width = target.height = 0;
    };
    // Drawn again for another width.
  }, [near, page, zoom, turn]);

  useEffect(() => {
    setLayer([]);
    if (!shown || !page || words === undefined || words !== null) return;
    let left = false;
    void boxesOfTextLayer(page, shown.quote).then(
      (boxes) => !left && setLayer(boxes),
      () => {},
    );
    return () => {
      left = true;
    };
  }, [shown, page, words]);

  useEffect(() => {
    if (!pointed || !page || words !== null) return;
    let left = false;
    void wordsOfTextLayer(page).then(
      (found) => !left && setRuns(found),
      () => {},
    );
    return () => {
      left = true;
    };
  }, [pointed, page, words]);

  const size = useMemo(() => page?.getViewport({ scale: 1 }), [page]);
  const read = useMemo(() => size && sizeReadByEngine(size), [size]);
  const boxes = shown && words && read ? boxesOfWords(words, shown.quote, read) : layer;
  const selectable = words ?? runs;
  return (
    <div
      ref={frame}
      className={styles.frame}
      {...onPoint}
      style={{ aspectRatio: shapeOf(size ?? { width: 210, height: 297 }, turn) }}
    >
      <div className={styles.turned} data-turn={turn || undefined}>
        <canvas ref={canvas} role="img" aria-label={t("Page {page} as a picture", { page: number })} />
        {near && selectable && size && read && <PageWords words={selectable} size={words ? read : size} />}
        <Marks boxes={boxes} shown={shown} />
      </div>
    </div>
  );
}

/** Whether the pointer was over a page yet, under which its words can be selected, and the handlers that see it. */
function usePointed() {
  const [pointed, setPointed] = useState(false);
  const point = () => setPointed(true);
  // Not "enter": React misses it where the row that was there is gone.
  return [pointed, { onPointerMove: point, onPointerDown: point }] as const;
}

/** A picture that is a document. */
export function ImagePage({
  url,
  documentId,
  shown,
  onUnshown,
}: {
  url: string;
  documentId: string;
  shown: Evidence | null;
  /** The browser has no picture of it. */
  onUnshown(): void;
}): React.JSX.Element {
  const [size, setSize] = useState<Size>();
  const turn = useTurn(documentId, 1);
  const [pointed, onPoint] = usePointed();
  const { data: words } = useWords(documentId, 1, shown !== null || pointed);
  const boxes = shown && words && size ? boxesOfWords(words, shown.quote, size) : [];
  return (
    <div className={styles.frame} {...onPoint} style={size && { aspectRatio: shapeOf(size, turn) }}>
      <div className={size && styles.turned} data-turn={turn || undefined}>
        <img
          src={url}
          alt={t("Page {page} as a picture", { page: 1 })}
          onError={onUnshown}
          onLoad={({ currentTarget }) =>
            setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
          }
        />
        {words && size && <PageWords words={words} size={size} />}
        <Marks boxes={boxes} shown={shown} />
      </div>
    </div>
  );
}

/** The marker over the words of a quote. */
function Marks({ boxes, shown }: { boxes: Box[]; shown: Evidence | null }): React.JSX.Element | null {
  const first = useRef<HTMLElement>(null);
  const has = boxes.length > 0;
  useEffect(() => {
    if (has) first.current?.scrollIntoView({ block: "center", behavior: "smooth" });
  }, [has, shown]);
  const share = (value: number) => `${value * 100}%`;
  return (
    <>
      {boxes.map(({ x, y, width, height }, index) => (
        <i
          key={index}
          ref={index === 0 ? first : undefined}
          className={styles.mark}
          data-testid="mark"
          style={{ left: share(x), top: share(y), width: share(width), height: share(height) }}
        />
      ))}
    </>
  );
}
