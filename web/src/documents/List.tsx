import { t } from "../language.ts";
import { lazyPart, lazyView } from "../lazy-view.tsx";
import { ArrowDown, ArrowUp, CloudOff, LoaderCircle, SearchX } from "../ui/icons.tsx";
import { Fragment, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useCommands } from "../commands.ts";
import { count, sum } from "../format.ts";
import { useLink } from "../online.ts";
import { at, go, type Place } from "../place.ts";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { Nothing } from "../ui/Nothing.tsx";
import ui from "../ui/ui.module.css";
import { Filters } from "./Filters.tsx";
import styles from "./List.module.css";
import { useLayout } from "./layout.ts";
import { isFiltered, orderOf, type Question, questionAt, useDocuments } from "./query.ts";
import { COLUMNS } from "./Row.tsx";
import { Rows, takeOpened } from "./Rows.tsx";
import { useSumsOf } from "./sums.ts";
import { termsOf } from "./words.ts";

// With dialogs and the export: loaded when something is selected.
const Selection = lazyView(() => import("./Selection.tsx"));
const Grid = lazyView(() => import("./Grid.tsx"));
const Welcome = lazyPart(() => import("./Welcome.tsx"));

const NONE: ReadonlySet<string> = new Set();

export function List({ place }: { place: Place }): React.JSX.Element {
  const question = questionAt(place);
  return (
    <div className={styles.view}>
      <Filters place={place} question={question} />
      <Documents place={place} question={question} />
    </div>
  );
}

function Documents({ place, question }: { place: Place; question: Question }): React.JSX.Element {
  const { data, error, isPending, isPlaceholderData, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } =
    useDocuments(question);
  const { online } = useLink();
  const [layout] = useLayout();
  const rows = useMemo(() => data?.pages.flatMap(({ documents }) => documents) ?? [], [data]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(NONE);
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const searched = question.query.trim() !== "";
  const sums = useSumsOf(question, rows, !hasNextPage, isFiltered(question) && !isPlaceholderData);
  const terms = useMemo(() => termsOf(question.query), [question.query]);
  const isEmpty = rows.length === 0 && !isPending;
  useEffect(() => {
    // Back from the only document, which was deleted.
    if (isEmpty && scroller && takeOpened() && document.activeElement === document.body) scroller.focus();
  }, [isEmpty, scroller]);
  const onNearEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isPlaceholderData) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage]);

  const chosen = useMemo(() => (selected.size > 0 ? rows.filter(({ id }) => selected.has(id)) : []), [rows, selected]);
  const from = useRef<string | null>(null);
  const select = (id: string, on: boolean, range: boolean) => {
    const ids = [id];
    if (range && from.current) {
      const [a, b] = [from.current, id].map((one) => rows.findIndex((row) => row.id === one)).sort((x, y) => x - y) as [
        number,
        number,
      ];
      if (a >= 0) ids.push(...rows.slice(a, b + 1).map((row) => row.id));
    }
    from.current = id;
    setSelected((known) => {
      const next = new Set(known);
      for (const one of ids)
        if (on) next.add(one);
        else next.delete(one);
      return next;
    });
  };

  useCommands(chosen.length > 0 ? [{ key: "Escape", run: () => setSelected(NONE) }] : []);

  const order = orderOf(question);
  const sortBy = ({ key: by, first }: { key: string; first: "" | "-" }) => {
    const next = order === `${first}${by}` ? `${first === "-" ? "" : "-"}${by}` : `${first}${by}`;
    go(at(place, { sort: next === "-created_at" && !searched ? null : next }), { replace: true });
  };

  /** What a list and a grid show alike. */
  const shown = { rows, terms, place, searched, selected, onSelect: select, onNearEnd };

  return (
    <>
      {isFiltered(question) && !isPlaceholderData && rows.length > 0 && (
        <p className={styles.results} role="status">
          <span>
            {resultsOf(
              data?.pages[0]?.total ?? 0,
              order === "relevance",
              rows.some(({ similar }) => similar),
            )}
          </span>
          {sums === null && rows.some(({ amount }) => amount !== null) && t(" · sums once all of them are loaded")}
          {sums?.map(({ currency, total }) => (
            <Fragment key={currency}>
              {" · "}
              <b>
                {sum(total)} {currency ?? t("without a currency")}
              </b>
            </Fragment>
          ))}
        </p>
      )}
      {isPlaceholderData && !online && (
        <p role="status" className={styles.before}>
          {t("These are the results of your last search. This one is answered when you are back online.")}
        </p>
      )}
      <div
        ref={setScroller}
        className={styles.scroller}
        data-documents
        aria-busy={isPending || isPlaceholderData}
        data-stale={isPlaceholderData || undefined}
        tabIndex={-1}
      >
        {rows.length > 0 && layout === "grid" && scroller && (
          <Suspense>
            <Grid {...shown} scroller={scroller} />
          </Suspense>
        )}
        {rows.length > 0 && layout === "list" && (
          <div
            role="table"
            aria-label={t("Documents")}
            aria-rowcount={hasNextPage ? -1 : rows.length + 1}
            className={styles.table}
          >
            <div role="rowgroup" className={styles.head}>
              <div role="row" aria-rowindex={1} className={styles.row}>
                <div role="columnheader" className={styles.box}>
                  <input
                    type="checkbox"
                    className={ui.check}
                    aria-label={t("Select all that are loaded")}
                    checked={chosen.length > 0 && chosen.length === rows.length}
                    ref={(box) => {
                      if (box) box.indeterminate = chosen.length > 0 && chosen.length < rows.length;
                    }}
                    onChange={(event) => setSelected(event.target.checked ? new Set(rows.map(({ id }) => id)) : NONE)}
                  />
                </div>
                {COLUMNS.map(({ id, header, sort }) => {
                  const way =
                    sort && order === sort.key
                      ? "ascending"
                      : sort && order === `-${sort.key}`
                        ? "descending"
                        : undefined;
                  return (
                    <div role="columnheader" key={id} data-column={id} aria-sort={way}>
                      {sort ? (
                        <button onClick={() => sortBy(sort)}>
                          {t(header)}
                          {way === "ascending" && <ArrowUp aria-hidden />}
                          {way === "descending" && <ArrowDown aria-hidden />}
                        </button>
                      ) : (
                        t(header)
                      )}
                    </div>
                  );
                })}
              </div>
            </div>
            {scroller && <Rows {...shown} scroller={scroller} />}
            {isFetchingNextPage && (
              <p className={styles.more}>
                <LoaderCircle aria-hidden className={ui.spin} />
                {t("Loading more")}
              </p>
            )}
          </div>
        )}
        {rows.length === 0 &&
          (isPending && online ? (
            <Skeleton />
          ) : error || (isPending && !online) ? (
            <Nothing
              icon={<CloudOff aria-hidden />}
              title={online ? t("The documents could not be loaded") : t("You are offline")}
              actions={<Button onClick={() => void refetch()}>{t("Try again")}</Button>}
            >
              {online ? sentenceOf(error) : t("They are here again as soon as the connection is.")}
            </Nothing>
          ) : isFiltered(question) ? (
            <Nothing
              icon={<SearchX aria-hidden />}
              title={t("Nothing found")}
              actions={<Button onClick={() => go(new URLSearchParams())}>{t("Clear search and filters")}</Button>}
            >
              {searched
                ? t(
                    question.tags.length + question.types.length + question.statuses.length > 0
                      ? "No document has “{query}” in its name, tags, summary or text with these filters."
                      : "No document has “{query}” in its name, tags, summary or text.",
                    { query: question.query },
                  )
                : t("No document fits these filters.")}
            </Nothing>
          ) : (
            <Suspense>
              <Welcome />
            </Suspense>
          ))}
      </div>
      <p className="unseen" role="status">
        {isPending
          ? t("Loading documents")
          : hasNextPage
            ? t("{count, plural, one {# document} other {# documents}} loaded, more below", { count: rows.length })
            : count(rows.length, "document")}
      </p>
      {chosen.length > 0 && (
        <Suspense>
          <Selection chosen={chosen} onDone={() => setSelected(NONE)} />
        </Suspense>
      )}
    </>
  );
}

/** How many were found. The server ranks the newest 500, and counts no further than 1,000. */
function resultsOf(total: number, ranked: boolean, similar: boolean): string {
  if (total === 0) return similar ? t("No exact result") : "";
  if (ranked && total >= 500) return t("500 results and more");
  return total > 1000 ? t("More than 1,000 results") : count(total, "result");
}

const Skeleton = (): React.JSX.Element => (
  <div className={styles.skeleton} aria-hidden>
    {Array.from({ length: 9 }, (_, index) => (
      <i key={index} style={{ opacity: 1 - index / 10 }} />
    ))}
  </div>
);
