import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useState } from "react";
import { useCommands } from "../commands.ts";
import { t } from "../language.ts";
import { day, sum } from "../format.ts";
import { nameOf } from "../model.ts";
import { at, linkTo, type Place } from "../place.ts";
import { Highlighted } from "../ui/Highlighted.tsx";
import { Thumbnail } from "../ui/Thumbnail.tsx";
import { StickyNote } from "../ui/icons.tsx";
import ui from "../ui/ui.module.css";
import styles from "./Grid.module.css";
import type { FoundRow } from "./query.ts";
import { isFirstSimilar, type RowsProps, takeOpened, useFocusOfRemoved } from "./Rows.tsx";
import { Status } from "./Status.tsx";

/** The narrowest card, and what stands between two, in pixels. */
const LEAST_WIDTH = 184;
const PHONE_WIDTH = 150;
const GAP = 16;
/** Under the picture: two lines of name, one of what is known, and the paddings. */
const TEXT_HEIGHT = 96;
/** A picture's height to its width: the upper part of a page, which says what it is. */
const SHAPE = 1.12;
/** So many lines before the last that is loaded, more are asked for. */
const AHEAD = 12;

/** The documents as cards with their first pages. */
export default function Grid({
  rows,
  terms,
  place,
  scroller,
  selected,
  onSelect,
  onNearEnd,
}: RowsProps): React.JSX.Element {
  const { columns, card } = useColumns(scroller);
  const height = Math.round(card * SHAPE) + TEXT_HEIGHT + GAP;
  const virtualizer = useVirtualizer({
    count: Math.ceil(rows.length / columns),
    getScrollElement: () => scroller,
    estimateSize: () => height,
    overscan: 3,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, height]);
  const lines = virtualizer.getVirtualItems();
  const last = lines.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length / columns - AHEAD) onNearEnd();
  }, [last, rows.length, columns, onNearEnd]);

  const focusCard = (index: number) => {
    if (index < 0 || index >= rows.length) return;
    virtualizer.scrollToIndex(Math.floor(index / columns));
    const card = cardAt(scroller, index);
    if (card) card.focus({ preventScroll: true });
    else requestAnimationFrame(() => cardAt(scroller, index)?.focus());
  };
  useCommands([
    { key: "j", run: () => focusCard(0) },
    { key: "k", run: () => focusCard(0) },
  ]);
  useEffect(() => {
    // Back from a document. Not where something else was pressed, as the search.
    const id = takeOpened();
    if (id === undefined || document.activeElement !== document.body) return;
    const index = rows.findIndex((row) => row.id === id);
    if (index < 0) scroller.focus();
    else focusCard(index);
    // Once, as the grid appears.
  }, []);
  const keepFocus = useFocusOfRemoved(rows, scroller, focusCard);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const index = indexAt(event.target);
    if (index === undefined) return;
    const steps: Record<string, number> = {
      ArrowRight: 1,
      j: 1,
      ArrowLeft: -1,
      k: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
    };
    const step = steps[event.key];
    if (step) focusCard(index + step);
    else if (event.key === "x") onSelect(rows[index]!.id, !selected.has(rows[index]!.id), event.shiftKey);
    else return;
    event.preventDefault();
  };

  return (
    <ul
      className={styles.grid}
      aria-label={t("Documents")}
      style={{ height: virtualizer.getTotalSize() + GAP }}
      onFocus={keepFocus}
      onKeyDown={onKeyDown}
    >
      {lines.flatMap((line) =>
        rows.slice(line.index * columns, (line.index + 1) * columns).map((document, column) => (
          <Card
            key={document.id}
            document={document}
            terms={terms}
            place={place}
            index={line.index * columns + column}
            selected={selected.has(document.id)}
            picking={selected.size > 0}
            similar={isFirstSimilar(rows, line.index * columns + column)}
            onSelect={onSelect}
            style={{
              width: card,
              height: height - GAP,
              transform: `translate(${column * (card + GAP)}px, ${line.start + GAP}px)`,
            }}
          />
        )),
      )}
    </ul>
  );
}

function Card({
  document,
  terms,
  place,
  index,
  selected,
  picking,
  similar,
  onSelect,
  style,
}: {
  document: FoundRow;
  terms: string[];
  place: Place;
  index: number;
  selected: boolean;
  picking: boolean;
  similar: boolean;
  onSelect: RowsProps["onSelect"];
  style: React.CSSProperties;
}): React.JSX.Element {
  const facts = [
    document.amount !== null && `${sum(Number(document.amount))} ${document.currency ?? ""}`,
    document.document_date && day(document.document_date),
  ].filter(Boolean);
  return (
    <li className={styles.card} data-index={index} data-selected={selected || undefined} style={style}>
      <div className={styles.picture}>
        <Thumbnail document={document} large />
        {similar && <span className={styles.similar}>{t("Similar")}</span>}
      </div>
      <div className={styles.about}>
        <a title={nameOf(document)} {...linkTo(at(place, { document: document.id }))}>
          <Highlighted text={nameOf(document)} terms={terms} />
        </a>
        {document.status === "completed" ? (
          <>
            {document.correspondent && <p title={document.correspondent}>{document.correspondent}</p>}
            {(facts.length > 0 || document.note) && (
              <p className={`${ui.facts} ${styles.facts}`}>
                {facts.map((fact) => (
                  <span key={String(fact)}>{fact}</span>
                ))}
                {document.note && (
                  <span className={styles.note} title={document.note}>
                    <StickyNote role="img" aria-label={t("Note")} />
                  </span>
                )}
              </p>
            )}
          </>
        ) : (
          <Status document={document} />
        )}
      </div>
      <input
        type="checkbox"
        className={`${ui.check} ${styles.box}`}
        data-shown={picking || undefined}
        aria-label={t("Select {name}", { name: nameOf(document) })}
        checked={selected}
        onChange={(event) =>
          onSelect(document.id, event.target.checked, (event.nativeEvent as MouseEvent).shiftKey === true)
        }
      />
    </li>
  );
}

/** How many cards stand beside each other, and how wide each is. */
function useColumns(scroller: HTMLElement): { columns: number; card: number } {
  const [width, setWidth] = useState(() => widthOf(scroller));
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => setWidth(widthOf(scroller)));
    observer.observe(scroller);
    return () => observer.disconnect();
  }, [scroller]);
  const least = width < 480 ? PHONE_WIDTH : LEAST_WIDTH;
  const columns = Math.max(1, Math.floor((width + GAP) / (least + GAP)));
  return { columns, card: Math.floor((width - (columns - 1) * GAP) / columns) };
}

function widthOf(scroller: HTMLElement): number {
  const gutter = Number.parseFloat(getComputedStyle(scroller).getPropertyValue("scroll-padding-left")) || GAP;
  return Math.max(LEAST_WIDTH, scroller.clientWidth - 2 * gutter);
}

const cardAt = (scroller: HTMLElement, index: number) =>
  scroller.querySelector<HTMLElement>(`[data-index="${index}"] a`);

function indexAt(target: EventTarget): number | undefined {
  const card = (target as HTMLElement).closest<HTMLElement>("[data-index]");
  return card ? Number(card.dataset.index) : undefined;
}
