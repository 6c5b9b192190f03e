import { mark, t, type Text, useLanguage } from "../language.ts";
import { Paperclip, StickyNote } from "../ui/icons.tsx";
import { memo, type ReactNode } from "react";
import { ago, day, sum, typeName } from "../format.ts";
import { nameOf } from "../model.ts";
import { at, linkTo } from "../place.ts";
import { sentenceOf } from "../sentences.ts";
import { Highlighted } from "../ui/Highlighted.tsx";
import { SenderButton } from "./SenderButton.tsx";
import { TagButton } from "./TagButton.tsx";
import { Marked } from "../ui/Marked.tsx";
import { Thumbnail } from "../ui/Thumbnail.tsx";
import ui from "../ui/ui.module.css";
import styles from "./List.module.css";
import { Due } from "./Due.tsx";
import type { FoundRow } from "./query.ts";
import { Status } from "./Status.tsx";

/** `sort`: what the server sorts by, and the way a first click sorts. */
type Column = {
  id: string;
  header: Text;
  sort?: { key: string; first: "" | "-" };
  cell(document: FoundRow, terms: string[]): ReactNode;
  /** What is cut where there is no room. */
  title?(document: FoundRow): string | null;
};

export const COLUMNS: Column[] = [
  {
    id: "name",
    header: mark("Name"),
    sort: { key: "name", first: "" },
    cell: (document, terms) => <Name document={document} terms={terms} />,
  },
  { id: "status", header: mark("Status"), cell: (document) => <Status document={document} quiet /> },
  { id: "type", header: mark("Type"), cell: ({ document_type }) => document_type && typeName(document_type) },
  {
    id: "from",
    header: mark("From"),
    sort: { key: "correspondent", first: "" },
    cell: ({ correspondent }) => correspondent && <SenderButton sender={correspondent} />,
    title: ({ correspondent }) => correspondent,
  },
  {
    id: "date",
    header: mark("Date"),
    sort: { key: "document_date", first: "-" },
    cell: ({ document_date, due_date }) => (
      <>
        {document_date && day(document_date)}
        <Due day={due_date} />
      </>
    ),
  },
  {
    id: "amount",
    header: mark("Amount"),
    sort: { key: "amount", first: "-" },
    cell: ({ amount, currency }) =>
      amount !== null && (
        <>
          {sum(Number(amount))} <small>{currency}</small>
        </>
      ),
  },
  {
    id: "added",
    header: mark("Added"),
    sort: { key: "created_at", first: "-" },
    cell: ({ created_at }) => ago(created_at),
  },
];

type RowProps = {
  document: FoundRow;
  terms: string[];
  firstSimilar: boolean;
  index: number;
  start: number;
  height: number;
  selected: boolean;
};

/** Drawn again only when something of it changed. What a click does, the list knows by `data-index`. */
export const Row = memo(function Row({
  document,
  terms,
  firstSimilar,
  index,
  start,
  height,
  selected,
}: RowProps): React.JSX.Element {
  useLanguage();
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      className={styles.row}
      aria-selected={selected}
      style={{ height, transform: `translateY(${start}px)`, paddingTop: firstSimilar ? 32 : undefined }}
    >
      <div role="cell" className={styles.box}>
        {firstSimilar && <span className={styles.similarHead}>{t("Similar:")}</span>}
        <input
          type="checkbox"
          className={ui.check}
          aria-label={t("Select {name}", { name: nameOf(document) })}
          checked={selected}
          readOnly
        />
      </div>
      {COLUMNS.map(({ id, cell, title }) => (
        <div role="cell" key={id} data-column={id} title={title?.(document) ?? undefined}>
          {cell(document, terms)}
        </div>
      ))}
    </div>
  );
});

/** What the owner noted on a document, cut where there is no room. */
function Note({ note, terms }: { note: string; terms: string[] }): React.JSX.Element {
  return (
    <span className={styles.note} title={note}>
      <StickyNote role="img" aria-label={t("Note")} />
      <Highlighted text={note} terms={terms} />
    </span>
  );
}

/** So many tags fit beside a summary; of the others the number is said. */
const TAGS_SHOWN = 2;

function Name({ document, terms }: { document: FoundRow; terms: string[] }): React.JSX.Element {
  const failed = document.status === "failed";
  // The type has a column of its own.
  const all = document.tags.filter((tag) => tag !== document.document_type);
  const tags = all.slice(0, TAGS_SHOWN);
  const others = all.slice(TAGS_SHOWN);
  // Where the words stand in the note and not in the text, the note says more.
  const snippet = document.note && !document.snippet?.includes("⟦") ? null : document.snippet;
  return (
    <div className={styles.name}>
      <Thumbnail document={document} />
      <div>
        <a title={nameOf(document)} {...linkTo(at(new URLSearchParams(location.search), { document: document.id }))}>
          <Highlighted text={nameOf(document)} terms={terms} />
        </a>
        {snippet ? (
          <p className={styles.snippet}>
            <Marked text={snippet} />
          </p>
        ) : failed ? (
          <p data-failed title={sentenceOf(document.error)}>
            {sentenceOf(document.error)}
          </p>
        ) : (
          (tags.length > 0 || document.summary || document.note) && (
            <p className={styles.about}>
              {document.parent_id && <Paperclip role="img" aria-label={t("Came inside another document")} />}
              {tags.map((tag) => (
                <TagButton key={tag} tag={tag} />
              ))}
              {others.length > 0 && (
                <span className={ui.tag} title={others.join(", ")}>
                  +{others.length}
                  <span className="unseen">{t(" more tags: {tags}", { tags: others.join(", ") })}</span>
                </span>
              )}
              {document.note ? (
                <Note note={document.note} terms={terms} />
              ) : (
                <span title={document.summary ?? undefined}>{document.summary}</span>
              )}
            </p>
          )
        )}
        <p className={styles.brief}>
          <Status document={document} />
          <Due day={document.due_date} />
          {document.amount !== null && (
            <span>
              {sum(Number(document.amount))} {document.currency}
            </span>
          )}
          {document.document_date && <span>{day(document.document_date)}</span>}
          {document.note && <StickyNote role="img" aria-label={t("Note")} />}
        </p>
      </div>
    </div>
  );
}
