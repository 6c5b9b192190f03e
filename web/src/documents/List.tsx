import { type ColumnDef, flexRender, getCoreRowModel, type RowSelectionState, useReactTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp, CloudOff, FileUp, LoaderCircle, Paperclip, SearchX } from "lucide-react";
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ago, bytes, count, day, words } from "../format.ts";
import { nameOf } from "../model.ts";
import { useLink } from "../online.ts";
import { at, go, linkTo, type Place } from "../place.ts";
import { Button } from "../ui/Button.tsx";
import { FileIcon } from "../ui/FileIcon.tsx";
import { Marked } from "../ui/Marked.tsx";
import { Nothing } from "../ui/Nothing.tsx";
import ui from "../ui/ui.module.css";
import { chooseFiles } from "../upload/choose.ts";
import { Filters } from "./Filters.tsx";
import styles from "./List.module.css";
import { type FoundRow, isFiltered, orderOf, questionAt, useDocuments } from "./query.ts";
import { Selection } from "./Selection.tsx";
import { Status } from "./Status.tsx";

/** Columns that the server can sort by, with the way a first click sorts. */
const SORTS: Record<string, { key: string; first: "" | "-" }> = {
  name: { key: "name", first: "" }, date: { key: "document_date", first: "-" }, size: { key: "byte_size", first: "-" }, added: { key: "created_at", first: "-" },
};

const COLUMNS: ColumnDef<FoundRow>[] = [
  { id: "name", header: "Name", cell: ({ row: { original } }) => <Name document={original} /> },
  { id: "status", header: "Status", cell: ({ row: { original } }) => <Status document={original} quiet /> },
  { id: "type", header: "Type", cell: ({ row: { original } }) => original.document_type && words(original.document_type) },
  { id: "from", header: "From", cell: ({ row: { original } }) => original.correspondent },
  { id: "date", header: "Date", cell: ({ row: { original } }) => original.document_date && day(original.document_date) },
  { id: "size", header: "Size", cell: ({ row: { original } }) => bytes(original.byte_size) },
  { id: "added", header: "Added", cell: ({ row: { original } }) => ago(original.created_at) },
];

const ROW_HEIGHT = 68;
const FOUND_ROW_HEIGHT = 92;
/** Where each list was scrolled to, for the way back from a document. */
const scrolls = new Map<string, number>();

export function List({ place }: { place: Place }): React.JSX.Element {
  const question = questionAt(place);
  const { data, error, isPending, isPlaceholderData, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = useDocuments(question);
  const { online } = useLink();
  const rows = useMemo(() => data?.pages.flatMap(({ documents }) => documents) ?? [], [data]);
  const [selected, setSelected] = useState<RowSelectionState>({});
  const scroller = useRef<HTMLDivElement>(null);
  const searched = question.query.trim() !== "";
  const key = place.toString();

  const table = useReactTable({
    data: rows, columns: COLUMNS, getRowId: ({ id }) => id, getCoreRowModel: getCoreRowModel(), manualSorting: true,
    state: { rowSelection: selected }, onRowSelectionChange: setSelected,
  });
  const tableRows = table.getRowModel().rows;
  // The same function as long as the rows are: with another one the place of every row is reckoned anew, in each frame.
  const getItemKey = useCallback((index: number) => tableRows[index]!.id, [tableRows]);
  const virtualizer = useVirtualizer({
    count: tableRows.length, getScrollElement: () => scroller.current, estimateSize: () => (searched ? FOUND_ROW_HEIGHT : ROW_HEIGHT), overscan: 8,
    initialOffset: scrolls.get(key) ?? 0, getItemKey,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, searched]);
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isPlaceholderData && last >= rows.length - 80) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isPlaceholderData, last, rows.length, fetchNextPage]);

  const chosen = useMemo(() => rows.filter(({ id }) => selected[id]), [rows, selected]);
  const from = useRef<string | null>(null);
  const select = (id: string, on: boolean, range: boolean) => {
    const ids = [id];
    if (range && from.current) {
      const [a, b] = [from.current, id].map((one) => rows.findIndex((row) => row.id === one)).sort((x, y) => x - y) as [number, number];
      if (a >= 0) ids.push(...rows.slice(a, b + 1).map((row) => row.id));
    }
    from.current = id;
    setSelected((known) => {
      const next = { ...known };
      for (const one of ids) if (on) next[one] = true; else delete next[one];
      return next;
    });
  };

  const focusRow = (index: number) => {
    if (index < 0 || index >= rows.length) return;
    virtualizer.scrollToIndex(index);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`)?.focus());
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    if (!row) return;
    const index = Number(row.dataset.index);
    if (event.key === "ArrowDown" || event.key === "j") focusRow(index + 1);
    else if (event.key === "ArrowUp" || event.key === "k") focusRow(index - 1);
    else if (event.key === "x") select(rows[index]!.id, !selected[rows[index]!.id], event.shiftKey);
    else return;
    event.preventDefault();
  };

  const order = orderOf(question);
  const sortBy = (column: string) => {
    const { key: by, first } = SORTS[column]!;
    const next = order === `${first}${by}` ? `${first === "-" ? "" : "-"}${by}` : `${first}${by}`;
    go(at(place, { sort: next === "-created_at" && !searched ? null : next }), { replace: true });
  };

  return (
    <div className={styles.view}>
      <Filters place={place} question={question} />
      <div ref={scroller} className={styles.scroller} aria-busy={isPending || isPlaceholderData} data-stale={isPlaceholderData || undefined}
        onScroll={(event) => scrolls.set(key, event.currentTarget.scrollTop)} onKeyDown={onKeyDown} tabIndex={-1}>
        {rows.length > 0 && (
          <div role="table" aria-label="Documents" aria-rowcount={hasNextPage ? -1 : rows.length + 1} className={styles.table}>
            <div role="rowgroup" className={styles.head}>
              <div role="row" aria-rowindex={1} className={styles.row}>
                <div role="columnheader" className={styles.box}>
                  <input type="checkbox" className={ui.check} aria-label="Select all that are loaded" checked={chosen.length > 0 && chosen.length === rows.length}
                    ref={(box) => { if (box) box.indeterminate = chosen.length > 0 && chosen.length < rows.length; }}
                    onChange={(event) => setSelected(event.target.checked ? Object.fromEntries(rows.map(({ id }) => [id, true])) : {})} />
                </div>
                {table.getFlatHeaders().map(({ id, column }) => {
                  const sort = SORTS[id];
                  const way = sort && order === sort.key ? "ascending" : sort && order === `-${sort.key}` ? "descending" : undefined;
                  return (
                    <div role="columnheader" key={id} data-column={id} aria-sort={way}>
                      {sort ? (
                        <button onClick={() => sortBy(id)}>{column.columnDef.header as string}{way === "ascending" && <ArrowUp aria-hidden />}{way === "descending" && <ArrowDown aria-hidden />}</button>
                      ) : column.columnDef.header as string}
                    </div>
                  );
                })}
              </div>
            </div>
            <div role="rowgroup" className={styles.body} style={{ height: virtualizer.getTotalSize() }}>
              {items.map(({ index, start, size }) => {
                const row = tableRows[index]!;
                return (
                  <div role="row" key={row.id} aria-rowindex={index + 2} data-index={index} className={styles.row} aria-selected={row.getIsSelected()}
                    style={{ height: size, transform: `translateY(${start}px)` }}
                    onClick={(event) => { if (!(event.target as HTMLElement).closest("a, button, input")) go(at(place, { document: row.id })); }}>
                    <div role="cell" className={styles.box}>
                      <input type="checkbox" className={ui.check} aria-label={`Select ${nameOf(row.original)}`} checked={row.getIsSelected()} onChange={() => {}}
                        onClick={(event) => select(row.id, event.currentTarget.checked, event.shiftKey)} />
                    </div>
                    <Cells row={row.original} cells={row.getVisibleCells()} />
                  </div>
                );
              })}
            </div>
            {isFetchingNextPage && <p className={styles.more}><LoaderCircle aria-hidden className={ui.spin} />Loading more</p>}
          </div>
        )}
        {rows.length === 0 && (
          isPending && online ? <Skeleton />
            : error || (isPending && !online) ? (
              <Nothing icon={<CloudOff aria-hidden />} title={online ? "The documents could not be loaded" : "You are offline"} actions={<Button onClick={() => void refetch()}>Try again</Button>}>
                {online ? error?.message : "They are here again as soon as the connection is."}
              </Nothing>
            ) : isFiltered(question) ? (
              <Nothing icon={<SearchX aria-hidden />} title="Nothing found" actions={<Button onClick={() => go(new URLSearchParams())}>Clear search and filters</Button>}>
                {searched ? <>No document has “{question.query}” in its name, tags, summary or text{question.tags.length + question.types.length + question.statuses.length > 0 && " with these filters"}.</> : "No document fits these filters."}
              </Nothing>
            ) : (
              <Nothing icon={<FileUp aria-hidden />} title="Drop your first files here"
                actions={<><Button look="primary" onClick={() => chooseFiles()}>Choose files</Button><Button onClick={() => chooseFiles({ folder: true })}>Choose a folder</Button></>}>
                Scans, photos, PDFs: each is read, named, tagged and summarised, and can be found by any word in it. You can also paste a picture.
              </Nothing>
            )
        )}
      </div>
      <p className="unseen" role="status">{isPending ? "Loading documents" : `${count(rows.length, "document")}${hasNextPage ? " loaded, more below" : ""}`}</p>
      {chosen.length > 0 && <Selection chosen={chosen} onDone={() => setSelected({})} />}
    </div>
  );
}

const Cells = memo(function Cells({ row, cells }: { row: FoundRow; cells: ReturnType<import("@tanstack/react-table").Row<FoundRow>["getVisibleCells"]> }) {
  return cells.map((cell) => <div role="cell" key={cell.column.id} data-column={cell.column.id}>{flexRender(cell.column.columnDef.cell, { ...cell.getContext(), row: { ...cell.row, original: row } })}</div>);
}, (before, after) => before.row === after.row);

function Name({ document }: { document: FoundRow }): React.JSX.Element {
  const failed = document.status === "failed";
  // The type has a column of its own.
  const tags = document.tags.filter((tag) => tag !== document.document_type).slice(0, 2);
  return (
    <div className={styles.name}>
      <FileIcon filename={document.filename} mimeType={document.mime_type} />
      <div>
        <a {...linkTo(at(new URLSearchParams(location.search), { document: document.id }))}>{nameOf(document)}</a>
        {document.snippet ? <p className={styles.snippet}><Marked text={document.snippet} /></p>
          : failed ? <p data-failed>{document.error?.message}</p>
          : (tags.length > 0 || document.summary) && <p className={styles.about}>{document.parent_id && <Paperclip role="img" aria-label="Came inside another document" />}{tags.map((tag) => <span key={tag} className={ui.tag}>{tag}</span>)}<span>{document.summary}</span></p>}
        <p className={styles.brief}>
          <Status document={document} />
          {document.document_date && <span>{day(document.document_date)}</span>}
          <span>{bytes(document.byte_size)}</span>
        </p>
      </div>
    </div>
  );
}

const Skeleton = (): React.JSX.Element => (
  <div className={styles.skeleton} aria-hidden>{Array.from({ length: 9 }, (_, index) => <i key={index} style={{ opacity: 1 - index / 10 }} />)}</div>
);
