import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { dollars, sum, typeName, within } from "../format.ts";
import { t } from "../language.ts";
import { at, go, linkTo, type Place, usePlace } from "../place.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Dialog.tsx";
import { ArrowDown, ArrowUp, CloudOff, LoaderCircle, Pencil, ScanText, Trash2 } from "../ui/icons.tsx";
import { Nothing } from "../ui/Nothing.tsx";
import { sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import {
  applySchema,
  deleteSchema,
  type TableQuestion,
  useProgress,
  useReviewQueue,
  useRows,
  useSums,
} from "./data.ts";
import { ExportRows } from "./ExportRows.tsx";
import { isNumeric, kindOf, labelOf, type Schema, scalarsOf, tablesOf, textOf } from "./model.ts";
import { RowFilters } from "./RowFilters.tsx";
import { conditionsAt, filterable, whereOf } from "./row-filters.ts";
import styles from "./Tables.module.css";

/** One schema's values over all documents, with their sums. */
export function Table({ schema }: { schema: Schema }): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  const place = usePlace();
  const fields = scalarsOf(schema.fields);
  const lines = tablesOf(schema.fields).find(([name]) => name === place.get("lines"))?.[0] ?? null;
  const columns = [...fields.keys()].filter((path) => (lines ? path.startsWith(`${lines}.`) : !path.includes(".")));
  const sorted = /^(-?)(.+)$/.exec(place.get("order") ?? "");
  const sort = sorted && columns.includes(sorted[2]!) ? sorted[2]! : null;
  const question: TableQuestion = {
    schemaId: schema.id,
    lines,
    sort,
    descending: sort !== null && sorted?.[1] === "-",
    where: conditionsAt(place, filterable(fields, lines)),
  };
  const [asking, setAsking] = useState(false);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useRows(question);
  const { data: sums = [] } = useSums(question);
  const { data: progress } = useProgress(schema.id);
  const { data: queue = [] } = useReviewQueue();
  const waiting = queue.filter(({ schema_id }) => schema_id === schema.id).length;
  const underWay = progress?.underWay ?? 0;
  useEffect(() => {
    // What was found meanwhile.
    for (const key of ["rows", "sums", "review"]) void context.client.invalidateQueries({ queryKey: [key] });
  }, [underWay, context.client]);

  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  const isNumber = (path: string) => isNumeric(fields.get(path));
  // The table is named, so that the address still leads to it when others come before it.
  const show = (next: Place) => go(at(next, { view: "tables", schema: schema.id }), { replace: true });
  const sortBy = (path: string) => {
    const descending = question.sort === path ? !question.descending : isNumber(path);
    show(at(place, { order: `${descending ? "-" : ""}${path}` }));
  };
  const showLines = (name: string | null) =>
    show(at(place, { lines: name, order: null, where: whereOf(conditionsAt(place, filterable(fields, name))) }));

  async function run(work: Promise<unknown>): Promise<void> {
    await work.catch(sayError);
  }

  return (
    <>
      <div className={styles.about}>
        <p>
          {schema.document_types.length > 0
            ? t("Of each {types}.", {
                types: schema.document_types.map((type) => within(typeName(type))).join(t(" and ")),
              })
            : t("Applied by hand.")}{" "}
          <span role="status">
            {underWay > 0 && (
              <>
                <LoaderCircle aria-hidden className={ui.spin} />{" "}
                {t("{count, plural, one {# document is} other {# documents are}} being looked through.", {
                  count: underWay,
                })}
              </>
            )}
          </span>
          {waiting > 0 && (
            <a {...linkTo(at(new URLSearchParams(), { view: "review" }))}>
              {t("{count, plural, one {# document waits} other {# documents wait}} for your review", {
                count: waiting,
              })}
            </a>
          )}
        </p>
        <div className={styles.tools}>
          {tablesOf(schema.fields).length > 0 && (
            <div role="group" aria-label={t("Rows")} className={styles.rows}>
              {[null, ...tablesOf(schema.fields).map(([name]) => name)].map((name) => (
                <button key={name} aria-pressed={lines === name} onClick={() => showLines(name)}>
                  {name === null ? t("Documents") : labelOf(name)}
                </button>
              ))}
            </div>
          )}
          {progress?.lacking && progress.lacking.documents > 0 && underWay === 0 && (
            <Button small onClick={() => void run(applySchema(context, schema.id))}>
              {t("Look through {count, plural, one {# document} other {# documents}}", {
                count: progress.lacking.documents,
              })}
              {progress.lacking.cost_micro_usd > 0 &&
                t(", about {cost}", { cost: dollars(progress.lacking.cost_micro_usd) })}
            </Button>
          )}
          <ExportRows question={question} name={schema.name} disabled={rows.length === 0} />
          <Button small onClick={() => go(at(new URLSearchParams(), { view: "tables", edit: schema.id }))}>
            <Pencil aria-hidden />
            {t("Fields")}
          </Button>
          <Button small square look="quiet" aria-label={t("Delete the table")} onClick={() => setAsking(true)}>
            <Trash2 aria-hidden />
          </Button>
        </div>
        <RowFilters
          fields={filterable(fields, lines)}
          where={question.where}
          onChange={(where) => show(at(place, { where: whereOf(where) }))}
        />
      </div>
      {error ? (
        <Nothing icon={<CloudOff aria-hidden />} title={t("The table could not be loaded")}>
          {sentenceOf(error)}
        </Nothing>
      ) : rows.length === 0 ? (
        data &&
        (question.where.length > 0 ? (
          <Nothing
            icon={<ScanText aria-hidden />}
            title={t("No row fits these filters")}
            actions={<Button onClick={() => show(at(place, { where: null }))}>{t("Show all rows")}</Button>}
          />
        ) : (
          <Nothing icon={<ScanText aria-hidden />} title={underWay > 0 ? t("Being looked for") : t("Nothing here yet")}>
            {underWay > 0
              ? t("The values appear here one document after the other.")
              : t("Documents that fit are looked through as soon as they are described.")}
          </Nothing>
        ))
      ) : (
        <div className={styles.scroller} role="region" aria-label={schema.name} tabIndex={0}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t("Document")}</th>
                {columns.map((path) => {
                  const way = question.sort === path ? (question.descending ? "descending" : "ascending") : undefined;
                  return (
                    <th key={path} scope="col" aria-sort={way} data-number={isNumber(path) || undefined}>
                      <button onClick={() => sortBy(path)}>
                        {labelOf(path)}
                        {way === "ascending" && <ArrowUp aria-hidden />}
                        {way === "descending" && <ArrowDown aria-hidden />}
                      </button>
                    </th>
                  );
                })}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ document_id, extraction_id, row_number, status, values, name }) => (
                <tr key={`${extraction_id} ${row_number}`}>
                  <th scope="row">
                    <a {...linkTo(at(new URLSearchParams(), { document: document_id }))}>{name}</a>
                    {status === "needs_review" && <small>{t("Needs review")}</small>}
                  </th>
                  {columns.map((path) => (
                    <td key={path} data-number={isNumber(path) || undefined}>
                      {values[path] === undefined ? "" : textOf(values[path])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{question.where.length > 0 ? t("Sums of these rows") : t("Sums of all documents")}</th>
                {columns.map((path) => (
                  <td key={path} data-number={isNumber(path) || undefined}>
                    {kindOf(fields.get(path)!) === "money" &&
                      sums
                        .filter((one) => one.path === path)
                        .map((one) => (
                          <div key={one.currency}>
                            {sum(Number(one.sum))} {one.currency ?? ""}
                          </div>
                        ))}
                  </td>
                ))}
              </tr>
            </tfoot>
          </table>
          {hasNextPage && (
            <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t("More")}
            </Button>
          )}
        </div>
      )}
      {asking && (
        <Confirm
          title={t("Delete the table “{name}”?", { name: schema.name })}
          action={t("Delete")}
          onClose={() => setAsking(false)}
          onConfirm={() => void run(deleteSchema(context, schema.id))}
        >
          {t("Its values and what you said about them go. The documents stay as they are. This cannot be undone.")}
        </Confirm>
      )}
    </>
  );
}
