import { useEffect, useRef, useState } from "react";
import { t } from "../language.ts";
import type { Pdf } from "./pdf.ts";
import styles from "./Strip.module.css";
import { useTurn } from "./turns.ts";

/** All pages small, to jump to one. Drawn when they come into sight. */
export function Strip({
  pdf,
  total,
  current,
  documentId,
  onJump,
}: {
  pdf: Pdf | undefined;
  total: number;
  current: number;
  documentId: string;
  onJump(page: number): void;
}): React.JSX.Element {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const item = list.current?.children[current - 1] as HTMLElement | undefined;
    if (!item || !list.current) return;
    // Not scrollIntoView, which would scroll the document, too.
    const { offsetTop, offsetHeight, offsetLeft, offsetWidth } = item;
    list.current.scrollTo({
      top: offsetTop - (list.current.clientHeight - offsetHeight) / 2,
      left: offsetLeft - (list.current.clientWidth - offsetWidth) / 2,
    });
  }, [current]);
  return (
    <nav className={styles.strip} aria-label={t("All pages")}>
      <ol ref={list}>
        {Array.from({ length: total }, (_, index) => index + 1).map((number) => (
          <li key={number}>
            <button
              aria-label={t("Go to page {page}", { page: number })}
              aria-current={number === current ? "page" : undefined}
              onClick={() => onJump(number)}
            >
              <Small pdf={pdf && number <= pdf.numPages ? pdf : undefined} number={number} documentId={documentId} />
              <span>{number}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** As wide as it is shown, twice for dense screens. */
const WIDTH = 144;

function Small({
  pdf,
  number,
  documentId,
}: {
  pdf: Pdf | undefined;
  number: number;
  documentId: string;
}): React.JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [near, setNear] = useState(false);
  const turn = useTurn(documentId, number);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => setNear(entry!.isIntersecting), { rootMargin: "300px" });
    observer.observe(canvas.current!);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const target = canvas.current;
    if (!pdf || !near || !target) return;
    let stop = () => {};
    let left = false;
    void pdf
      .getPage(number)
      .then((page) => {
        if (left) return;
        const rotation = (page.rotate + turn) % 360;
        const { width } = page.getViewport({ scale: 1, rotation });
        const viewport = page.getViewport({ scale: WIDTH / width, rotation });
        target.width = Math.floor(viewport.width);
        target.height = Math.min(Math.floor(viewport.height), WIDTH * 3);
        const drawing = page.render({ canvas: target, viewport });
        stop = () => drawing.cancel();
        return drawing.promise;
      })
      .catch(() => {});
    return () => {
      left = true;
      stop();
    };
  }, [pdf, number, near, turn]);
  return <canvas ref={canvas} aria-hidden width={WIDTH} height={Math.round(WIDTH * 1.41)} />;
}
