import { useQueryClient } from "@tanstack/react-query";
import { Suspense } from "react";
import { t } from "../language.ts";
import { lazyPart } from "../lazy-view.tsx";
import { Quote } from "../ui/icons.tsx";
import { edit, undo, unlock } from "../documents/actions.ts";
import { bytes, count, dollars, moment } from "../format.ts";
import { FIELD_NAMES, FIELDS } from "../fields.ts";
import { type DocumentRow, type Evidence, type Field as FieldName, type Metadata, nameOf } from "../model.ts";
import { at, linkTo } from "../place.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { say } from "../ui/toasts.tsx";
import { useDocument, useParts, useRuns } from "./data.ts";
import styles from "./Details.module.css";
import { Field, OWN_DATA } from "./Field.tsx";
import { History } from "./History.tsx";
import { Note } from "./Note.tsx";
import { Similar } from "./Similar.tsx";

// Only who has schemas has something there.
const Extracted = lazyPart(() => import("../extraction/Extracted.tsx"));

type Props = { document: DocumentRow; shown: Evidence | null; onShow(evidence: Evidence | null): void };

/** What is known of a document, each value with the words that it was read from; and what happened to it. */
export function Details({ document, shown, onShow }: Props): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  const { data: runs = [] } = useRuns(document.id);
  const { data: parts = [] } = useParts(document);
  const evidence = evidenceOf(runs[0]?.evidence);
  const others = Object.entries(evidence).filter(([value]) => !(FIELDS as string[]).includes(value));

  async function save(field: FieldName, value: Metadata[FieldName]): Promise<boolean> {
    const before = document[field];
    if (JSON.stringify(before) === JSON.stringify(value)) return true;
    const after = await edit(context, document, { [field]: value });
    if (after)
      say(t("{field} saved", { field: t(FIELD_NAMES[field]) }), {
        label: t("Undo"),
        run: () => void undo(context, [{ before: document, after, fields: [field] }]),
      });
    return after !== null;
  }

  const isShown = (one: Evidence | undefined) =>
    Boolean(one && shown && shown.page === one.page && shown.quote === one.quote);
  return (
    <aside className={styles.details} aria-label={t("Details")}>
      {/* On a narrow screen the values stand before the pages, and the rest after them. */}
      <dl className={styles.fields}>
        {FIELDS.map((field) => (
          <Field
            key={field}
            field={field}
            document={document}
            evidence={evidence[field]}
            isShown={isShown(evidence[field])}
            onShow={onShow}
            onSave={(value) => save(field, value)}
            onUnlock={() => void unlock(context, document, field)}
          />
        ))}
        {others.map(([value, one]) => (
          <div key={value} className={styles.field}>
            <dt>{value === "subject" ? t("Subject") : value.replaceAll("_", " ")}</dt>
            <dd>
              {one.page === null ? (
                <div className={styles.evidence}>
                  <Quote aria-hidden />
                  {one.quote}
                  <small>{t(OWN_DATA)}</small>
                </div>
              ) : (
                <button
                  className={styles.evidence}
                  aria-pressed={isShown(one)}
                  onClick={() => onShow(isShown(one) ? null : one)}
                >
                  <Quote aria-hidden />
                  {one.quote}
                  <small>{t("page {page}", { page: one.page })}</small>
                </button>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <Note key={document.id} document={document} />
      <Suspense>
        <Extracted document={document} shown={shown} onShow={onShow} />
      </Suspense>
      <div className={styles.about}>
        <h2>{t("File")}</h2>
        <dl className={styles.facts}>
          <div>
            <dt>{t("Came as")}</dt>
            <dd>{document.filename}</dd>
          </div>
          <div>
            <dt>{t("Size")}</dt>
            <dd>
              {bytes(document.byte_size)}
              {document.page_count ? `, ${count(document.page_count, "page")}` : ""}
            </dd>
          </div>
          {document.unreadable_pages > 0 && (
            <div>
              <dt>{t("Not readable")}</dt>
              <dd>{count(document.unreadable_pages, "page")}</dd>
            </div>
          )}
          {document.parent_id && (
            <div>
              <dt>{t("Came in")}</dt>
              <dd>
                <Parent id={document.parent_id} />
              </dd>
            </div>
          )}
          <div>
            <dt>{t("Added")}</dt>
            <dd>{moment(document.created_at)}</dd>
          </div>
          {runs[0] && (
            <div>
              <dt>{t("Described by")}</dt>
              <dd>
                {runs[0].engine === "claude" ? (runs[0].model ?? "Claude") : t("the local generator, without a model")}
                {runs[0].cost_micro_usd > 0 && `, ${dollars(runs[0].cost_micro_usd)}`}
              </dd>
            </div>
          )}
        </dl>
        {parts.length > 0 && (
          <>
            <h2>{count(parts.length, "part")}</h2>
            <ul className={styles.parts}>
              {parts.map(({ position, filename, document_id, error }) => (
                <li key={position}>
                  {document_id ? (
                    <a {...toDocument(document_id)}>{filename}</a>
                  ) : (
                    <>
                      {filename}
                      <small>{error ? sentenceOf(error) : t("Deleted")}</small>
                    </>
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
        <Similar document={document} />
        <History documentId={document.id} />
      </div>
    </aside>
  );
}

const toDocument = (id: string) => linkTo(at(new URLSearchParams(location.search), { document: id }));

/** The mail or the archive that a document came in. */
function Parent({ id }: { id: string }): React.JSX.Element {
  const { data: parent } = useDocument(id);
  return <a {...toDocument(id)}>{parent ? nameOf(parent) : t("Another document")}</a>;
}

/** Evidence by value; of several quotes for one value the first. What has another shape is left out. */
function evidenceOf(found: Record<string, unknown> = {}): Record<string, Evidence> {
  return Object.fromEntries(
    Object.entries(found).flatMap(([value, given]) => {
      const one = (Array.isArray(given) ? given[0] : given) as Partial<Evidence> | null;
      return one && typeof one.quote === "string" && one.page !== undefined
        ? [[value, { page: one.page, quote: one.quote, confidence: one.confidence }]]
        : [];
    }),
  );
}
