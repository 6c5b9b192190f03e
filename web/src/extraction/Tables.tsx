import { useQueryClient } from "@tanstack/react-query";
import { Suspense, useEffect, useState } from "react";
import { TEMPLATES } from "../../../supabase/functions/_shared/extraction/templates/index.ts";
import { csvOf, save } from "../documents/export.ts";
import { dollars, sum, typeName, within } from "../format.ts";
import { t } from "../language.ts";
import { lazyPart } from "../lazy-view.tsx";
import { at, go, linkTo, usePlace } from "../place.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Dialog.tsx";
import { ArrowDown, ArrowUp, CloudOff, Download, LoaderCircle, Pencil, Plus, ScanText, Trash2 } from "../ui/icons.tsx";
import { Menu, MenuItem } from "../ui/Menu.tsx";
import { Nothing } from "../ui/Nothing.tsx";
import { say, sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import {
  applySchema,
  deleteSchema,
  makeSchema,
  readRows,
  type TableQuestion,
  type TableRow,
  useProgress,
  useReviewQueue,
  useRows,
  useSchemas,
  useSums,
} from "./data.ts";
import { isNumeric, kindOf, labelOf, type Schema, scalarsOf, tablesOf, textOf, typedOf } from "./model.ts";
import styles from "./Tables.module.css";

const SchemaEditor = lazyPart(() => import("./SchemaEditor.tsx"));
const Suggest = lazyPart(() => import("./Suggest.tsx"));

/** A table for each schema: a row a document, or a row a line of them. */
export default function Tables(): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  const place = usePlace();
  const { data: schemas, error } = useSchemas();
  if (error)
    return (
      <Nothing icon={<CloudOff aria-hidden />} title={t("The tables could not be loaded")}>
        {sentenceOf(error)}
      </Nothing>
    );
  if (!schemas) return <div />;
  const editing = place.get("edit");
  const schema = schemas.find(({ id }) => id === place.get("schema")) ?? schemas[0];
  if (editing === "suggest")
    return (
      <Suspense>
        <Suggest others={schemas.map(({ name }) => name)} />
      </Suspense>
    );
  if (editing) {
    const edited = editing === "new" ? null : (schemas.find(({ id }) => id === editing) ?? null);
    return (
      <Suspense>
        <SchemaEditor
          key={editing}
          schema={edited}
          others={schemas.filter((one) => one !== edited).map(({ name }) => name)}
        />
      </Suspense>
    );
  }

  async function take(name: string): Promise<void> {
    try {
      const id = await makeSchema(
        context,
        { ...TEMPLATES[name]!, name: t(TEMPLATES[name]!.name) },
        schemas!.map((one) => one.name),
      );
      go(at(new URLSearchParams(), { view: "tables", schema: id }), { replace: true });
      await applySchema(context, id);
    } catch (failure) {
      sayError(failure);
    }
  }
  const templates = (look?: "primary") => (
    <Menu
      align={look ? "start" : "end"}
      trigger={
        <Button look={look} small={!look}>
          <Plus aria-hidden />
          {t("New table")}
        </Button>
      }
    >
      <MenuItem onClick={() => go(at(new URLSearchParams(), { view: "tables", edit: "new" }))}>
        <span className={styles.template}>
          {t("A table of your own")}
          <small>{t("Say which values you want to know")}</small>
        </span>
      </MenuItem>
      <MenuItem onClick={() => go(at(new URLSearchParams(), { view: "tables", edit: "suggest" }))}>
        <span className={styles.template}>
          {t("Suggest from documents")}
          <small>{t("Docket proposes the values that your documents share")}</small>
        </span>
      </MenuItem>
      {Object.entries(TEMPLATES).map(([name, template]) => (
        <MenuItem key={name} onClick={() => void take(name)}>
          <span className={styles.template}>
            {t(template.name)}
            <small>{t(template.description)}</small>
          </span>
        </MenuItem>
      ))}
    </Menu>
  );
  if (!schema)
    return (
      <Nothing icon={<ScanText aria-hidden />} title={t("No tables yet")} actions={templates("primary")}>
        {t(
          "A table says which values you want to know of your documents: the number and total of each invoice, the lines of a bank statement. Every value is proven by the words that it was read from; the rest waits for you.",
        )}
      </Nothing>
    );
  return (
    <div className={styles.view}>
      <div className={styles.head}>
        <nav aria-label={t("Tables")}>
          {schemas.map(({ id, name }) => (
            <a
              key={id}
              aria-current={id === schema.id ? "page" : undefined}
              {...linkTo(at(new URLSearchParams(), { view: "tables", schema: id }), { replace: true })}
            >
              {name}
            </a>
          ))}
        </nav>
        {templates()}
      </div>
      <Table key={schema.id} schema={schema} />
    </div>
  );
}

function Table({ schema }: { schema: Schema }): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  const [question, setQuestion] = useState<TableQuestion>({
    schemaId: schema.id,
    lines: null,
    sort: null,
    descending: false,
  });
  const [asking, setAsking] = useState(false);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useRows(question);
  const { data: sums = [] } = useSums(schema.id);
  const { data: progress } = useProgress(schema.id);
  const { data: queue = [] } = useReviewQueue();
  const waiting = queue.filter(({ schema_id }) => schema_id === schema.id).length;
  const underWay = progress?.underWay ?? 0;
  useEffect(() => {
    // What was found meanwhile.
    for (const key of ["rows", "sums", "review"]) void context.client.invalidateQueries({ queryKey: [key] });
  }, [underWay, context.client]);

  const { lines } = question;
  const fields = scalarsOf(schema.fields);
  const columns = [...fields.keys()].filter((path) => (lines ? path.startsWith(`${lines}.`) : !path.includes(".")));
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  const isNumber = (path: string) => isNumeric(fields.get(path));
  const sortBy = (path: string) =>
    setQuestion((known) => ({
      ...known,
      sort: path,
      descending: known.sort === path ? !known.descending : isNumber(path),
    }));

  async function run(work: Promise<unknown>): Promise<void> {
    await work.catch(sayError);
  }

  async function exportCsv(): Promise<void> {
    const all: TableRow[] = [];
    for (let after: Record<string, unknown> | null = null; ; ) {
      const page = await readRows(context.project, question, after, 1000);
      all.push(...page.rows);
      after = page.next;
      if (!after) break;
    }
    const cells = all.map(({ name, values }) => [name, ...columns.map((path) => typedOf(values[path]))]);
    save(csvOf([["document", ...columns], ...cells]), `${schema.name}.csv`, "text/csv");
    say(t("{count, plural, one {# row} other {# rows}} exported", { count: all.length }));
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
                <button
                  key={name}
                  aria-pressed={lines === name}
                  onClick={() => setQuestion({ schemaId: schema.id, lines: name, sort: null, descending: false })}
                >
                  {name === null ? t("Documents") : labelOf(name)}
                </button>
              ))}
            </div>
          )}
          {progress && progress.lacking.documents > 0 && underWay === 0 && (
            <Button small onClick={() => void run(applySchema(context, schema.id))}>
              {t("Look through {count, plural, one {# document} other {# documents}}", {
                count: progress.lacking.documents,
              })}
              {progress.lacking.cost_micro_usd > 0 &&
                t(", about {cost}", { cost: dollars(progress.lacking.cost_micro_usd) })}
            </Button>
          )}
          <Button small disabled={rows.length === 0} onClick={() => void run(exportCsv())}>
            <Download aria-hidden />
            CSV
          </Button>
          <Button small onClick={() => go(at(new URLSearchParams(), { view: "tables", edit: schema.id }))}>
            <Pencil aria-hidden />
            {t("Fields")}
          </Button>
          <Button small square look="quiet" aria-label={t("Delete the table")} onClick={() => setAsking(true)}>
            <Trash2 aria-hidden />
          </Button>
        </div>
      </div>
      {error ? (
        <Nothing icon={<CloudOff aria-hidden />} title={t("The table could not be loaded")}>
          {sentenceOf(error)}
        </Nothing>
      ) : rows.length === 0 ? (
        data && (
          <Nothing icon={<ScanText aria-hidden />} title={underWay > 0 ? t("Being looked for") : t("Nothing here yet")}>
            {underWay > 0
              ? t("The values appear here one document after the other.")
              : t("Documents that fit are looked through as soon as they are described.")}
          </Nothing>
        )
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
                    <a {...linkTo(at(new URLSearchParams(), { document: document_id }))}>{name ?? t("Deleted")}</a>
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
                <th scope="row">{t("Sums of all documents")}</th>
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
