import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sum } from "../format.ts";
import { mark, t, type Text } from "../language.ts";
import type { DocumentRow, Evidence } from "../model.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { LoaderCircle } from "../ui/icons.tsx";
import { sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import { BrokenSum } from "./BrokenSum.tsx";
import { Correction } from "./Correction.tsx";
import { review, useExtracted, useSchemas } from "./data.ts";
import styles from "./Extraction.module.css";
import {
  type Extraction,
  type Found,
  isBroken,
  isNumeric,
  labelOf,
  type ScalarField,
  scalarsOf,
  type Schema,
  tablesOf,
  textOf,
  type Value,
} from "./model.ts";
import { type Answer, ValueLine } from "./ValueLine.tsx";

/** The currency of all amounts of a table, where they have one: said once above it, it leaves room for the columns. */
function sharedCurrency(cells: { value: Value }[]): string | null {
  const currencies = new Set(
    cells.flatMap(({ value }) => (value !== null && typeof value === "object" ? [value.currency] : [])),
  );
  return currencies.size === 1 ? [...currencies][0]! : null;
}

const inCell = (value: Value, currency: string | null): string =>
  currency && value !== null && typeof value === "object" ? sum(value.amount) : textOf(value);

type Props = { document: DocumentRow; shown: Evidence | null; onShow(evidence: Evidence | null): void };

const STATUSES: Partial<Record<Extraction["status"], Text>> = {
  needs_review: mark("Needs review"),
  failed: mark("Failed"),
  stopped: mark("Stopped"),
};

/** What the schemas found in a document, each value with the words that prove it. */
export default function Extracted({ document, shown, onShow }: Props): React.JSX.Element | null {
  const { data: found } = useExtracted(document.id, document.status);
  const { data: schemas = [] } = useSchemas();
  if (!found || found.extractions.length === 0) return null;
  return (
    <div className={styles.extracted}>
      {found.extractions.map((extraction) => {
        const schema = schemas.find(({ id }) => id === extraction.schema_id);
        if (!schema || extraction.status === "stopped") return null;
        return (
          <section key={extraction.id} aria-label={schema.name}>
            <h2>
              {schema.name}
              {extraction.status === "queued" || extraction.status === "running" ? (
                <small role="status">
                  <LoaderCircle aria-hidden className={ui.spin} />
                  {t("Being looked for")}
                </small>
              ) : (
                STATUSES[extraction.status] && (
                  <small data-status={extraction.status}>{t(STATUSES[extraction.status] ?? extraction.status)}</small>
                )
              )}
            </h2>
            {extraction.error && <p className={styles.error}>{sentenceOf(extraction.error)}</p>}
            <Values extraction={extraction} schema={schema} found={found} shown={shown} onShow={onShow} />
            <Correction extraction={extraction} found={found} />
          </section>
        );
      })}
    </div>
  );
}

function Values({
  extraction,
  schema,
  found,
  shown,
  onShow,
}: {
  extraction: Extraction;
  schema: Schema;
  found: Found;
  shown: Evidence | null;
  onShow(evidence: Evidence | null): void;
}): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  const [chosen, setChosen] = useState<{ path: string; row: number } | null>(null);
  const values = found.values.filter(({ extraction_id }) => extraction_id === extraction.id);
  const proposals = found.proposals.filter(({ extraction_id }) => extraction_id === extraction.id);
  const fields = scalarsOf(schema.fields);
  const at = (path: string, row: number) => ({
    value: values.find((cell) => cell.path === path && cell.row_number === row),
    proposal: proposals.find((cell) => cell.path === path && cell.row_number === row),
  });
  const line = (path: string, field: ScalarField, row: number) => {
    const { value, proposal } = at(path, row);
    const cell = value ?? proposal;
    const answer: Answer = (action, next) =>
      review(context, { extraction_id: extraction.id, path, row_number: row }, action, next).then(
        () => true,
        (error: unknown) => {
          sayError(error);
          return false;
        },
      );
    return (
      <ValueLine
        key={`${path} ${row}`}
        path={path}
        field={field}
        value={value}
        proposal={proposal}
        isMissing={extraction.missing.includes(path)}
        isShown={Boolean(cell && shown && cell.page === shown.page && cell.quote === shown.quote)}
        onShow={onShow}
        onAnswer={answer}
      />
    );
  };
  return (
    <>
      {extraction.checks.filter(isBroken).map((check) => (
        <BrokenSum key={`${check.check} ${check.row}`} check={check} cells={[...values, ...proposals]} />
      ))}
      <dl>{[...fields].flatMap(([path, field]) => (path.includes(".") ? [] : [line(path, field, 0)]))}</dl>
      {tablesOf(schema.fields).map(([name, columns]) => {
        const rows = [
          ...new Set(
            [...values, ...proposals].filter(({ path }) => columns.includes(path)).map(({ row_number }) => row_number),
          ),
        ].sort((a, b) => a - b);
        if (rows.length === 0) return null;
        const used = columns.filter((path) => [...values, ...proposals].some((cell) => cell.path === path));
        const currency = sharedCurrency([...values, ...proposals].filter(({ path }) => columns.includes(path)));
        return (
          <div key={name}>
            <div className={`${ui.sideways} ${styles.table}`} role="region" aria-label={labelOf(name)} tabIndex={0}>
              <table>
                <caption>
                  {labelOf(name)} {currency && <small>{currency}</small>}
                </caption>
                <thead>
                  <tr>
                    {used.map((path) => (
                      <th key={path} scope="col" data-number={isNumeric(fields.get(path)) || undefined}>
                        {labelOf(path)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={row}>
                      {used.map((path) => {
                        const { value, proposal } = at(path, row);
                        const cell = value ?? proposal;
                        const isChosen = chosen?.path === path && chosen.row === row;
                        return (
                          <td
                            key={path}
                            data-number={isNumeric(fields.get(path)) || undefined}
                            data-open={(!value && proposal !== undefined) || undefined}
                          >
                            <button
                              aria-pressed={isChosen}
                              onClick={() => {
                                setChosen(isChosen ? null : { path, row });
                                onShow(
                                  !isChosen && cell?.page && cell.quote ? { page: cell.page, quote: cell.quote } : null,
                                );
                              }}
                            >
                              {cell ? inCell(cell.value, currency) : <span className="unseen">{t("None")}</span>}
                            </button>
                          </td>
                        );
                      })}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {chosen && columns.includes(chosen.path) && fields.has(chosen.path) && (
              <dl className={styles.chosen}>{line(chosen.path, fields.get(chosen.path)!, chosen.row)}</dl>
            )}
          </div>
        );
      })}
    </>
  );
}
