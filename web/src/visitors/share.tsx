import type { Shared, SharedValue } from "@docket/client";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { labelOf, textOf } from "../extraction/model.ts";
import { FIELD_NAMES, FIELDS } from "../fields.ts";
import { language, typeName } from "../format.ts";
import { t } from "../language.ts";
import { Button } from "../ui/Button.tsx";
import { Password } from "./Password.tsx";
import { visitorSentenceOf } from "./sentences.ts";
import { type Visit, visit } from "./visit.tsx";
import styles from "./Visitors.module.css";

void visit(
  (visitor, token) => visitor.lookAtShareLink(token),
  () => t("A shared document"),
  SharedDocument,
);

/** Asks for the password if there is one, opens the link, and shows what comes. */
function SharedDocument({ visitor, token, facts }: Visit<{ needs_password: boolean }>): React.JSX.Element {
  const [asks, setAsks] = useState(facts.needs_password);
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState("");
  const [shared, setShared] = useState<Shared>();
  const [fileIsThere, setFileIsThere] = useState(false);

  // The link to the file is good for a moment: then the form is back.
  useEffect(() => {
    if (!fileIsThere || !shared) return;
    const timer = setTimeout(() => {
      setFileIsThere(false);
      setMessage(t("The file can be downloaded for a minute after opening. Open the link again to download it."));
    }, shared.expires_in * 1000);
    return () => clearTimeout(timer);
  }, [fileIsThere, shared]);

  async function open(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    // A second press would be a second opening.
    if (busy) return;
    const password = String(new FormData(event.currentTarget).get("password") ?? "");
    setBusy(true);
    setMessage(t("Opening…"));
    try {
      setShared(await visitor.openShareLink(token, password || undefined));
      setFileIsThere(true);
      setMessage("");
    } catch (error) {
      if ((error as { code?: string }).code === "link_password") setAsks(true);
      setMessage(visitorSentenceOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      {!fileIsThere && (
        <form onSubmit={open} className={styles.form}>
          {asks && <Password />}
          <Button type="submit" look="primary" disabled={busy}>
            {t("Open")}
          </Button>
        </form>
      )}
      <p role="status">{message}</p>
      {shared && (
        <div id="document" className={styles.document}>
          {fileIsThere && <File {...shared} />}
          <Metadata metadata={shared.metadata ?? {}} />
          {shared.extractions?.map(({ schema, values }, at) => (
            <section key={at}>
              <h2 translate="no">{schema}</h2>
              <Values values={values} />
            </section>
          ))}
          {shared.pages?.map(({ page, text }) => (
            <section key={page}>
              <h2>{t("Page {page}", { page })}</h2>
              <pre translate="no">{text}</pre>
            </section>
          ))}
          {(shared.more_pages ?? 0) > 0 && (
            <p>{t("Of the text, the first pages are here. The file has all of them.")}</p>
          )}
        </div>
      )}
    </>
  );
}

function File({ filename, signed_url }: Shared): React.JSX.Element {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => link.current?.focus(), []);
  return (
    <p>
      <a ref={link} href={signed_url} rel="noreferrer">
        {t("Download {file}", { file: filename })}
      </a>
    </p>
  );
}

function Metadata({ metadata }: { metadata: NonNullable<Shared["metadata"]> }): React.JSX.Element {
  return (
    <dl>
      {FIELDS.map((name) => {
        const value = metadata[name];
        if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return null;
        // It stands beside the amount.
        if (name === "currency" && typeof metadata.amount === "number") return null;
        return (
          <div key={name}>
            <dt>{t(FIELD_NAMES[name])}</dt>
            <dd>{shownAs(name, value, metadata)}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function shownAs(name: string, value: string | number | string[], { currency }: Record<string, unknown>): string {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "number") return textOf({ amount: value, currency: (currency as string | undefined) ?? null });
  if (name === "document_type") return typeName(value);
  if (name === "language") return language(value);
  return textOf(value);
}

/** Values that a document has once, and a table for those that it has in rows. */
function Values({ values }: { values: SharedValue[] }): React.JSX.Element {
  const inRows = values.filter(({ path }) => path.includes("."));
  const tables = Map.groupBy(inRows, ({ path }) => path.slice(0, path.indexOf(".")));
  return (
    <>
      <dl>
        {values
          .filter(({ path }) => !path.includes("."))
          .map(({ path, value }) => (
            <div key={path}>
              <dt>{labelOf(path)}</dt>
              <dd>{textOf(value)}</dd>
            </div>
          ))}
      </dl>
      {[...tables].map(([name, cells]) => (
        <Table key={name} name={labelOf(name)} cells={cells} />
      ))}
    </>
  );
}

const isNumber = (value: SharedValue["value"]): boolean =>
  typeof value === "number" || (typeof value === "object" && value !== null);

function Table({ name, cells }: { name: string; cells: SharedValue[] }): React.JSX.Element {
  const columns = [...new Set(cells.map(({ path }) => path))].map((path) => ({
    path,
    className: cells.every((cell) => cell.path !== path || isNumber(cell.value)) ? styles.number : undefined,
  }));
  const rows = [...new Set(cells.map(({ row }) => row))].sort((a, b) => a - b);
  const cellAt = new Map(cells.map(({ path, row, value }) => [`${row} ${path}`, textOf(value)]));
  return (
    // It scrolls, so it takes the focus.
    <div role="region" aria-label={name} tabIndex={0} className={styles.table}>
      <table>
        <caption>{name}</caption>
        <thead>
          <tr>
            {columns.map(({ path, className }) => (
              <th key={path} className={className}>
                {labelOf(path)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              {columns.map(({ path, className }) => (
                <td key={path} className={className}>
                  {cellAt.get(`${row} ${path}`)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
