import { useState } from "react";
import { clock, count, moment } from "../format.ts";
import { mark, t, type Text } from "../language.ts";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { ChevronDown, LoaderCircle } from "../ui/icons.tsx";
import { say, sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import styles from "./Connections.module.css";
import { call, type Delivery, useContext, useDeliveries } from "./data.ts";
import { EVENTS } from "./Webhooks.tsx";

const STATES: Record<string, Text> = {
  waiting: mark("Waiting"),
  delivered: mark("Delivered"),
  failed: mark("Failed"),
  skipped: mark("Skipped"),
};

/** The last messages of a webhook, and how each went. */
export default function Deliveries({ endpointId }: { endpointId: string }): React.JSX.Element {
  const { data, error } = useDeliveries(endpointId);
  if (error) return <p className={styles.none}>{sentenceOf(error)}</p>;
  if (!data) return <p className={styles.none}>{t("Loading")}</p>;
  if (data.length === 0) return <p className={styles.none}>{t("No messages yet. “Send a test” makes one.")}</p>;
  return (
    <ol className={styles.deliveries} aria-label={t("Messages")}>
      {data.map((delivery) => (
        <One key={delivery.id} delivery={delivery} />
      ))}
    </ol>
  );
}

function One({ delivery }: { delivery: Delivery }): React.JSX.Element {
  const context = useContext();
  const { id, event_type, state, attempts, response_status, response_body, error, duration_ms } = delivery;
  const [open, setOpen] = useState(false);
  const run = (name: string, done: string) =>
    void call(context, name, { delivery_id: id }, "webhook_deliveries").then(() => say(done), sayError);
  const isWaiting = state === "waiting";
  return (
    <li>
      <button className={styles.delivery} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span data-state={isWaiting && attempts > 0 ? "failed" : state}>
          {isWaiting && attempts === 0 && <LoaderCircle aria-hidden className={ui.spin} />}
          {isWaiting && attempts > 0 ? t("Tried again") : t(STATES[state] ?? state)}
        </span>
        <span>{event_type === "webhook.test" ? t("Test") : t(EVENTS[event_type] ?? event_type)}</span>
        <span className={styles.answer}>{response_status ?? ""}</span>
        <time>{moment(delivery.created_at)}</time>
        <ChevronDown aria-hidden />
      </button>
      {open && (
        <div className={styles.message}>
          <p className={`${ui.facts} ${styles.facts}`}>
            <span>{count(attempts, "attempt")}</span>
            {delivery.last_attempt_at && (
              <span>{t("The last at {time}", { time: clock(delivery.last_attempt_at) })}</span>
            )}
            {duration_ms !== null && <span>{t("{count, number} ms", { count: duration_ms })}</span>}
            <span>{delivery.message_id}</span>
          </p>
          {error && <p className={styles.wrong}>{sentenceOf(error.message)}</p>}
          <h3>{t("Sent")}</h3>
          <pre tabIndex={0}>{JSON.stringify(delivery.payload, null, 2)}</pre>
          {response_status !== null && (
            <>
              <h3>{t("Answered with {status}", { status: response_status })}</h3>
              {response_body ? (
                <pre tabIndex={0}>{response_body}</pre>
              ) : (
                <p className={styles.none}>{t("Nothing more.")}</p>
              )}
            </>
          )}
          <div className={styles.tools}>
            <Button small onClick={() => run("redeliver_webhook", t("It is sent again"))}>
              {isWaiting ? t("Send now") : t("Send again")}
            </Button>
            {isWaiting && (
              <Button small look="quiet" onClick={() => run("skip_webhook_delivery", t("Given up"))}>
                {t("Give up")}
              </Button>
            )}
          </div>
        </div>
      )}
    </li>
  );
}
