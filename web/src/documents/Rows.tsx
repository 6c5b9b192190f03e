import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef } from "react";
import { useCommands } from "../commands.ts";
import { at, go, type Place } from "../place.ts";
import styles from "./List.module.css";
import type { FoundRow } from "./query.ts";
import { Row } from "./Row.tsx";

const ROW_HEIGHT = 68;
const FOUND_ROW_HEIGHT = 92;
/** The line above the first similar one. */
const SIMILAR_HEIGHT = 32;
/** So many rows before the last that is loaded, more are asked for. */
const AHEAD = 80;
/** The document that was opened last: who comes back is at its row again. */
let opened: string | undefined;
export const noteOpened = (id: string): void => {
  opened = id;
};
export function takeOpened(): string | undefined {
  const id = opened;
  opened = undefined;
  return id;
}
/** Where each list was scrolled to, for the way back from a document. */
const scrolls = new Map<string, number>();

export type RowsProps = {
  rows: FoundRow[];
  /** What was searched, to be marked in names. */
  terms: string[];
  place: Place;
  searched: boolean;
  scroller: HTMLElement;
  selected: ReadonlySet<string>;
  onSelect(id: string, on: boolean, range: boolean): void;
  onNearEnd(): void;
};

/** The rows in sight, of a list of any length. A component of its own, as it is drawn again in every frame of scrolling. */
export function Rows({
  rows,
  terms,
  place,
  searched,
  scroller,
  selected,
  onSelect,
  onNearEnd,
}: RowsProps): React.JSX.Element {
  const key = place.toString();
  // The same function as long as the rows are: with another one the place of every row is reckoned again, in each frame.
  const getItemKey = useCallback((index: number) => rows[index]!.id, [rows]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: (index) =>
      (searched ? FOUND_ROW_HEIGHT : ROW_HEIGHT) + (isFirstSimilar(rows, index) ? SIMILAR_HEIGHT : 0),
    overscan: 8,
    initialOffset: scrolls.get(key) ?? 0,
    getItemKey,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, searched, rows]);
  useEffect(() => {
    const note = () => scrolls.set(key, scroller.scrollTop);
    scroller.addEventListener("scroll", note, { passive: true });
    return () => scroller.removeEventListener("scroll", note);
  }, [scroller, key]);

  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - AHEAD) onNearEnd();
  }, [last, rows.length, onNearEnd]);

  const focusRow = (index: number) => {
    if (index < 0 || index >= rows.length) return;
    virtualizer.scrollToIndex(index);
    // At once where it is drawn, so that the next key meets it.
    const row = rowAt(scroller, index);
    if (row) row.focus({ preventScroll: true });
    else requestAnimationFrame(() => rowAt(scroller, index)?.focus());
  };
  const first = () => focusRow(0);
  useCommands([
    { key: "j", run: first },
    { key: "k", run: first },
  ]);
  useEffect(() => {
    // Back from a document. Not where something else was pressed, as the search.
    const last = takeOpened();
    if (last === undefined || document.activeElement !== document.body) return;
    const index = rows.findIndex(({ id }) => id === last);
    if (index < 0) return scroller.focus();
    const row = rowAt(scroller, index);
    if (row) row.focus({ preventScroll: true });
    else focusRow(index);
    // Once, as the list appears.
  }, []);
  const keepFocus = useFocusOfRemoved(rows, scroller, focusRow);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const index = indexAt(event.target);
    if (index === undefined) return;
    if (event.key === "ArrowDown" || event.key === "j") focusRow(index + 1);
    else if (event.key === "ArrowUp" || event.key === "k") focusRow(index - 1);
    else if (event.key === "x") onSelect(rows[index]!.id, !selected.has(rows[index]!.id), event.shiftKey);
    else return;
    event.preventDefault();
  };
  const onClick = ({ target, shiftKey }: React.MouseEvent) => {
    const id = rows[indexAt(target) ?? -1]?.id;
    if (!id) return;
    if (target instanceof HTMLInputElement) onSelect(id, target.checked, shiftKey);
    else if (!(target as HTMLElement).closest("a, button")) go(at(place, { document: id }));
  };

  return (
    <div
      role="rowgroup"
      className={styles.body}
      style={{ height: virtualizer.getTotalSize() }}
      onClick={onClick}
      onFocus={keepFocus}
      onKeyDown={onKeyDown}
    >
      {items.map(({ index, start, size, key: id }) => (
        <Row
          key={id}
          document={rows[index]!}
          terms={terms}
          firstSimilar={isFirstSimilar(rows, index)}
          index={index}
          start={start}
          height={size}
          selected={selected.has(id as string)}
        />
      ))}
    </div>
  );
}

/**
 * A document that had the focus and left the list, here or elsewhere, leaves it to the one in its place, and the last one to
 * the list. Returns what notes the focus.
 */
export function useFocusOfRemoved(
  rows: FoundRow[],
  scroller: HTMLElement,
  focusAt: (index: number) => void,
): (event: React.FocusEvent) => void {
  const focused = useRef<{ id: string; index: number }>(undefined);
  useEffect(() => {
    const last = focused.current;
    if (!last || document.activeElement !== document.body || rows.some(({ id }) => id === last.id)) return;
    focusAt(Math.min(last.index, rows.length - 1));
  });
  useEffect(
    () => () => {
      if (focused.current && document.activeElement === document.body && scroller.isConnected) scroller.focus();
    },
    [scroller],
  );
  return ({ target }) => {
    const index = indexAt(target);
    const id = index === undefined ? undefined : rows[index]?.id;
    focused.current = id === undefined ? undefined : { id, index: index! };
  };
}

/** Of those that only resemble what was searched, which come after all others. */
export const isFirstSimilar = (rows: FoundRow[], index: number): boolean =>
  rows[index]?.similar === true && !rows[index - 1]?.similar;

const rowAt = (scroller: HTMLElement, index: number) =>
  scroller.querySelector<HTMLElement>(`[data-index="${index}"] a`);

function indexAt(target: EventTarget): number | undefined {
  const row = (target as HTMLElement).closest<HTMLElement>("[data-index]");
  return row ? Number(row.dataset.index) : undefined;
}
