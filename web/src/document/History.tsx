import { clock, moment, within } from "../format.ts";
import { mark, t, type Text } from "../language.ts";
import { type EventRow, type Field, FIELD_NAMES } from "../model.ts";
import { useEvents } from "./data.ts";
import styles from "./Details.module.css";

/** What happened to a document, newest last. Of each run of progress only the latest page is a line. */
export function History({ documentId }: { documentId: string }): React.JSX.Element | null {
  const { data: events = [] } = useEvents(documentId);
  if (events.length === 0) return null;
  // That a picture was drawn is nothing that happened to the document.
  const told = events.filter(({ stage }) => stage !== "thumbnail");
  const lines = told.filter((event, index) => event.kind !== "progress" || told[index + 1]?.kind !== "progress");
  return (
    <>
      <h2>{t("History")}</h2>
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
const DEEDS: Record<string, Text> = {
  edited: mark("You changed {fields}."),
  undone: mark("You took back the change of {fields}."),
  accepted: mark("You accepted the new {fields}."),
  locked: mark("You locked {fields}."),
  unlocked: mark("You unlocked {fields}."),
};

function wordsOf({ kind, message, data }: EventRow): string {
  const deed = DEEDS[kind];
  if (deed && Array.isArray(data.fields))
    return t(deed, { fields: data.fields.map((field: Field) => within(t(FIELD_NAMES[field] ?? field))).join(", ") });
  if (kind === "retrying" && data.attempt) return t("Attempt {attempt}: {message}", { attempt: data.attempt, message });
  return message;
}
