import { useQuery } from "@tanstack/react-query";
import { Fragment, useMemo, useState } from "react";
import { useExtracted } from "./data.ts";
import { usePages } from "../document/data.ts";
import { questionAt, searchDocuments } from "../documents/query.ts";
import { spansOf, termsOf } from "../documents/words.ts";
import { t } from "../language.ts";
import { type DocumentRow, nameOf } from "../model.ts";
import { useProject } from "../project.tsx";
import { Thumbnail } from "../ui/Thumbnail.tsx";
import ui from "../ui/ui.module.css";
import { type Draft, type DraftField, slugOf } from "./draft.ts";
import { textOf } from "./model.ts";
import styles from "./SchemaEditor.module.css";

type Props = {
  draft: Draft;
  schemaId: string | null;
  /** Those that the draft was suggested from stand first. */
  of?: DocumentRow[] | undefined;
};

/** What a draft comes to on one document: the words of each field where they stand, and the values that are stored already. */
export function Preview({ draft, schemaId, of = [] }: Props): React.JSX.Element {
  const project = useProject();
  const types = draft.documentTypes;
  const { data: fitting = [] } = useQuery({
    queryKey: ["preview", types],
    queryFn: async () =>
      (await searchDocuments(project, { ...questionAt(new URLSearchParams("status=completed")), types }, null, 30))
        .documents,
  });
  const documents = [...of, ...fitting.filter((one) => of.every(({ id }) => id !== one.id))];
  const [chosen, setChosen] = useState<string | null>(null);
  const document = documents.find(({ id }) => id === chosen) ?? documents[0];
  return (
    <aside className={styles.preview} aria-label={t("Preview")}>
      <label className={styles.which}>
        {t("Preview on")}
        <select
          className={ui.input}
          value={document?.id ?? ""}
          disabled={documents.length === 0}
          onChange={(event) => setChosen(event.target.value)}
        >
          {documents.length === 0 && <option value="">{t("No document of this kind yet")}</option>}
          {documents.map((one) => (
            <option key={one.id} value={one.id}>
              {nameOf(one)}
            </option>
          ))}
        </select>
      </label>
      {document && <OnDocument key={document.id} draft={draft} document={document} schemaId={schemaId} />}
    </aside>
  );
}

type Place = { page: number; line: string; start: number; end: number };

function OnDocument({
  draft,
  document,
  schemaId,
}: {
  draft: Draft;
  document: DocumentRow;
  schemaId: string | null;
}): React.JSX.Element {
  const { data: pages = [] } = usePages(document.id);
  const { data: extracted } = useExtracted(document.id, document.status);
  const [shown, setShown] = useState<number | null>(null);
  const fields = useMemo(
    () => draft.fields.flatMap((field) => (field.kind === "table" ? [field, ...field.columns] : [field])),
    [draft.fields],
  );
  const places = useMemo(
    () => new Map(fields.map((field) => [field.key, placeOf(field, pages)] as const)),
    [fields, pages],
  );
  const extraction = extracted?.extractions.find(({ schema_id }) => schema_id === schemaId);
  const values = new Map(
    extracted?.values
      .filter(({ extraction_id, row_number }) => extraction_id === extraction?.id && row_number === 0)
      .map(({ path, value }) => [path, value] as const),
  );
  const found = shown === null ? undefined : places.get(shown);
  const page = pages.find(({ page_number }) => page_number === (found?.page ?? 1));
  return (
    <>
      <ul className={styles.found}>
        {draft.fields.map((field) => (
          <Line
            key={field.key}
            field={field}
            place={places.get(field.key)}
            value={values.get(slugOf(field.name))}
            shown={shown}
            onShow={setShown}
          >
            {field.columns.map((column) => (
              <Line
                key={column.key}
                field={column}
                place={places.get(column.key)}
                value={undefined}
                shown={shown}
                onShow={setShown}
              />
            ))}
          </Line>
        ))}
      </ul>
      <div className={styles.paper}>
        {page ? (
          <>
            <div className={styles.sheet}>
              <Thumbnail document={document} large />
            </div>
            <pre tabIndex={0} aria-label={t("Text of page {page}", { page: page.page_number })}>
              {marked(page.text, fields, shown)}
            </pre>
          </>
        ) : (
          <p>{t("Its text is not here yet.")}</p>
        )}
      </div>
    </>
  );
}

function Line({
  field,
  place,
  value,
  shown,
  onShow,
  children,
}: {
  field: DraftField;
  place: Place | null | undefined;
  value: Parameters<typeof textOf>[0] | undefined;
  shown: number | null;
  onShow(key: number | null): void;
  children?: React.ReactNode;
}): React.JSX.Element {
  return (
    <li>
      <button
        disabled={!place}
        aria-pressed={shown === field.key}
        onClick={() => onShow(shown === field.key ? null : field.key)}
      >
        <b>{field.name.trim() || t("New field")}</b>
        {value !== undefined ? (
          <span data-value>{textOf(value)}</span>
        ) : place ? (
          <span>
            {place.line.slice(0, place.start)}
            <mark>{place.line.slice(place.start, place.end)}</mark>
            {place.line.slice(place.end)}
          </span>
        ) : (
          <span data-none>{t("Its words are not on this paper")}</span>
        )}
      </button>
      {children && <ul>{children}</ul>}
    </li>
  );
}

/** By what a field is looked for: its labels, or else its name. */
function labelsOf({ labels, name }: DraftField): string[] {
  const all = labels.split("\n").filter((label) => label.trim());
  return (all.length > 0 ? all : name.trim() ? [name] : []).flatMap((label) =>
    termsOf(`"${label.replaceAll('"', "")}"`),
  );
}

/** The first line that holds one of the field's words, and where in it they stand. */
function placeOf(field: DraftField, pages: { page_number: number; text: string }[]): Place | null {
  const terms = labelsOf(field);
  if (terms.length === 0) return null;
  for (const { page_number, text } of pages) {
    const [span] = spansOf(text, terms);
    if (!span) continue;
    const begin = text.lastIndexOf("\n", span.start - 1) + 1;
    const end = text.indexOf("\n", span.end);
    const line = text.slice(begin, end < 0 ? undefined : end);
    return { page: page_number, line, start: span.start - begin, end: span.end - begin };
  }
  return null;
}

function marked(text: string, fields: DraftField[], shown: number | null): React.ReactNode {
  const chosen = fields.filter(({ key }) => shown === null || key === shown);
  const spans = spansOf(text, chosen.flatMap(labelsOf)).slice(0, 200);
  return (
    <>
      {spans.map(({ start, end }, index) => (
        <Fragment key={start}>
          {text.slice(spans[index - 1]?.end ?? 0, start)}
          <mark>{text.slice(start, end)}</mark>
        </Fragment>
      ))}
      {text.slice(spans.at(-1)?.end ?? 0)}
    </>
  );
}
