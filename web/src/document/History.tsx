import { clock, moment } from "../format.ts";
import { t } from "../language.ts";
import { useEvents } from "./data.ts";
import styles from "./Details.module.css";
import { eventText } from "./events.ts";

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
            <span>{eventText(event)}</span>
            <time dateTime={event.created_at} title={moment(event.created_at)}>
              {clock(event.created_at)}
            </time>
          </li>
        ))}
      </ol>
    </>
  );
}
