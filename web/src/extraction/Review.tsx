import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useCommands } from "../commands.ts";
import { useDocument } from "../document/data.ts";
import { Pages } from "../document/Pages.tsx";
import { t } from "../language.ts";
import { type DocumentRow, type Evidence, nameOf } from "../model.ts";
import { at, leaveView, linkTo } from "../place.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { Check, CloudOff } from "../ui/icons.tsx";
import { Nothing } from "../ui/Nothing.tsx";
import { sayError } from "../ui/toasts.tsx";
import { BrokenSum } from "./BrokenSum.tsx";
import { review, useExtracted, useReviewQueue, useSchemas } from "./data.ts";
import shared from "./Extraction.module.css";
import { type Extraction, type Found, isBroken, pathsOf, type Schema, scalarsOf } from "./model.ts";
import styles from "./Review.module.css";
import { ValueLine } from "./ValueLine.tsx";

/** What could not be proven, document by document, with its place beside it. By keys, or by hand. */
export default function Review(): React.JSX.Element {
  const { data: queue, error } = useReviewQueue();
  const { data: schemas = [] } = useSchemas();
  // Those that were passed over come last.
  const [passed, setPassed] = useState<string[]>([]);
  if (error)
    return (
      <Nothing icon={<CloudOff aria-hidden />} title={t("What waits for you could not be loaded")}>
        {sentenceOf(error)}
      </Nothing>
    );
  if (!queue) return <div />;
  const current = [...queue].sort((a, b) => passed.indexOf(a.id) - passed.indexOf(b.id))[0];
  const schema = schemas.find(({ id }) => id === current?.schema_id);
  if (!current)
    return (
      <Nothing
        icon={<Check aria-hidden />}
        title={t("Nothing waits for you")}
        actions={<Button onClick={leaveView}>{t("Back")}</Button>}
      >
        {t("Values that could not be proven come here, to be accepted, corrected, or said to be absent.")}
      </Nothing>
    );
  if (!schema) return <div />;
  return (
    <OneDocument
      key={current.id}
      extraction={current}
      schema={schema}
      waiting={queue.length}
      onPass={() => setPassed((known) => [...known.filter((id) => id !== current.id), current.id])}
    />
  );
}

type Item = { path: string; row: number };

function OneDocument(props: {
  extraction: Extraction;
  schema: Schema;
  waiting: number;
  onPass(): void;
}): React.JSX.Element {
  const { data: document } = useDocument(props.extraction.document_id);
  const { data: found } = useExtracted(props.extraction.document_id, document?.status ?? "");
  if (!document || !found) return <div />;
  return <Items {...props} document={document} found={found} />;
}

function Items({
  extraction: known,
  schema,
  waiting,
  document,
  found,
  onPass,
}: {
  extraction: Extraction;
  schema: Schema;
  waiting: number;
  document: DocumentRow;
  found: Found;
  onPass(): void;
}): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  // As it was read last: an answer changes it before the queue is asked again.
  const current = found.extractions.find(({ id }) => id === known.id) ?? known;
  const values = found.values.filter(({ extraction_id }) => extraction_id === current.id);
  const proposals = found.proposals.filter(({ extraction_id }) => extraction_id === current.id);
  const fields = scalarsOf(schema.fields);
  const broken = current.checks.filter(isBroken);
  const items = useMemo(() => itemsOf(current, schema, found), [current, schema, found]);
  const [chosen, setChosen] = useState(0);
  const [editing, setEditing] = useState(false);
  const at_ = Math.min(chosen, items.length - 1);
  const item = items[at_];
  const cellOf = ({ path, row }: Item) => ({
    value: values.find((cell) => cell.path === path && cell.row_number === row),
    proposal: proposals.find((cell) => cell.path === path && cell.row_number === row),
  });
  const evidenceOf = (one: Item | undefined): Evidence | null => {
    const { value, proposal } = one ? cellOf(one) : {};
    const cell = value ?? proposal;
    return cell?.page && cell.quote ? { page: cell.page, quote: cell.quote } : null;
  };
  // Where the pages are below, they come into sight only when they are asked for: what waits is read first.
  const [asked, setAsked] = useState<Item>();
  const isAsked = !matchMedia("(max-width: 64rem)").matches || (asked?.path === item?.path && asked?.row === item?.row);
  const shown = useMemo(() => (isAsked ? evidenceOf(item) : null), [item?.path, item?.row, found, isAsked, asked]);

  async function answer(one: Item, action: "accept" | "correct" | "absent", value?: Parameters<typeof review>[3]) {
    try {
      await review(context, { extraction_id: current.id, path: one.path, row_number: one.row }, action, value);
      setEditing(false);
      return true;
    } catch (error) {
      sayError(error);
      return false;
    }
  }
  const move = (by: number) => {
    setEditing(false);
    const next = Math.max(0, Math.min(items.length - 1, at_ + by));
    setChosen(next);
    setAsked(items[next]);
  };
  const accept = () => {
    const { value, proposal } = item ? cellOf(item) : {};
    if (item && (value ?? proposal)) void answer(item, "accept");
  };
  useCommands([
    { key: "j", run: () => move(1) },
    { key: "ArrowDown", run: () => move(1) },
    { key: "k", run: () => move(-1) },
    { key: "ArrowUp", run: () => move(-1) },
    { key: "a", run: accept },
    { key: "e", run: () => setEditing(true) },
    { key: "n", run: () => item && void answer(item, "absent") },
    { key: "s", run: onPass },
  ]);
  return (
    <div className={styles.view}>
      <div className={styles.head}>
        <h1>{t("{count, plural, one {# document waits} other {# documents wait}} for you", { count: waiting })}</h1>
        <p>
          <a {...linkTo(at(new URLSearchParams(), { document: document.id }))}>{nameOf(document)}</a>, {schema.name}
        </p>
        <Button small onClick={onPass}>
          {t("Later")} <kbd aria-hidden>s</kbd>
        </Button>
      </div>
      <aside className={styles.items} aria-label={t("What waits")}>
        {broken.map((check) => (
          <BrokenSum key={`${check.check} ${check.row}`} check={check} cells={[...values, ...proposals]} />
        ))}
        {current.missing
          .filter((one) => one.includes(":"))
          .map((one) => (
            <p key={one} className={shared.error}>
              {one}.
            </p>
          ))}
        {items.length === 0 && (
          <p className={styles.none}>{t("No value waits here. Look at the document, or come back later.")}</p>
        )}
        <ol>
          {items.map((one, index) => {
            const { value, proposal } = cellOf(one);
            return (
              <li
                key={`${one.path} ${one.row}`}
                aria-current={index === at_ ? "step" : undefined}
                onFocus={() => index !== at_ && setChosen(index)}
                onClick={() => index !== at_ && setChosen(index)}
              >
                <dl>
                  <ValueLine
                    path={one.path}
                    field={fields.get(one.path)!}
                    value={value}
                    proposal={proposal}
                    isMissing
                    isShown={index === at_}
                    onShow={() => {
                      setChosen(index);
                      setAsked({ ...one });
                    }}
                    onAnswer={(action, next) => answer(one, action, next)}
                    editing={editing && index === at_}
                    onEdit={(on) => {
                      setChosen(index);
                      setEditing(on);
                    }}
                  />
                </dl>
              </li>
            );
          })}
        </ol>
        <p className={styles.keys} aria-hidden>
          <kbd>a</kbd> {t("accept")} <kbd>e</kbd> {t("correct")} <kbd>n</kbd> {t("there is none")} <kbd>j</kbd>{" "}
          <kbd>k</kbd> {t("next, previous")}
        </p>
      </aside>
      <Pages document={document} shown={shown} terms={[]} hit={0} onHit={() => {}} />
    </div>
  );
}

/** What a person has to say something about: proposals, what is missing, and the numbers of sums that do not add up. */
function itemsOf(extraction: Extraction, schema: Schema, { values, proposals }: Found): Item[] {
  const fields = scalarsOf(schema.fields);
  const own = { values: values.filter(isOf(extraction)), proposals: proposals.filter(isOf(extraction)) };
  const items = new Map<string, Item>();
  const add = (path: string, row: number) => fields.has(path) && items.set(`${path} ${row}`, { path, row });
  for (const check of extraction.checks.filter(isBroken))
    for (const path of pathsOf(check.check)) if (!path.includes(".") || check.row !== null) add(path, check.row ?? 0);
  for (const { path, row_number } of own.proposals) add(path, row_number);
  for (const path of extraction.missing) {
    if (!path.includes(".")) add(path, 0);
    else
      for (const row of new Set(
        [...own.values, ...own.proposals].map(({ path: one, row_number }) =>
          one.split(".")[0] === path.split(".")[0] ? row_number : -1,
        ),
      ))
        if (row >= 0 && !own.values.some((cell) => cell.path === path && cell.row_number === row)) add(path, row);
  }
  const order = [...fields.keys()];
  return [...items.values()].sort((a, b) => a.row - b.row || order.indexOf(a.path) - order.indexOf(b.path));
}

const isOf =
  ({ id }: Extraction) =>
  ({ extraction_id }: { extraction_id: string }): boolean =>
    extraction_id === id;
