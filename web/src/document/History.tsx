import { clock, moment } from "../format.ts";
import { type EventRow, type Field, FIELD_NAMES } from "../model.ts";
import { useEvents } from "./data.ts";
import styles from "./Details.module.css";

/** What happened to a document, newest last. Of each run of progress only the latest page is a line. */
export function History({ documentId }: { documentId: string }): React.JSX.Element | null {
  const { data: events = [] } = useEvents(documentId);
  if (events.length === 0) return null;
  const lines = events.filter((event, index) => event.kind !== "progress" || events[index + 1]?.kind !== "progress");
  return (
    <>
      <h2>History</h2>
      <ol className={styles.history}>
        {lines.map((event) => (
          <li key={event.id} data-kind={event.kind}>
            <span>{wordsOf(event)}</span>
            <time dateTime={event.created_at} title={moment(event.created_at)}>
              {clock(event.created_at)}
            </time>
          </li>
        ))}
      </ol>
    </>
  );
}

/** What a person did to fields. */
const VERBS: Record<string, string> = {
  edited: "changed",
  undone: "took back the change of",
  accepted: "accepted the new",
  locked: "locked",
  unlocked: "unlocked",
};

function wordsOf({ kind, message, data }: EventRow): string {
  const verb = VERBS[kind];
  if (verb && Array.isArray(data.fields))
    return `You ${verb} ${data.fields.map((field: Field) => (FIELD_NAMES[field] ?? field).toLowerCase()).join(", ")}.`;
  if (kind === "retrying" && data.attempt) return `Attempt ${data.attempt}: ${message}`;
  return message;
}
