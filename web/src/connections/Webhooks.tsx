import { Suspense, useState } from "react";
import { mark, t, type Text } from "../language.ts";
import { lazyPart } from "../lazy-view.tsx";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Dialog.tsx";
import { ChevronDown, Ellipsis, KeyRound, Pencil, Plus, Power, Send, Trash2 } from "../ui/icons.tsx";
import { Menu, MenuItem, MenuLine } from "../ui/Menu.tsx";
import { attempt } from "../ui/toasts.tsx";
import { ago, moment } from "../format.ts";
import { sentenceOf } from "../sentences.ts";
import ui from "../ui/ui.module.css";
import styles from "./Connections.module.css";
import { call, changeEndpoint, type Endpoint, useContext, useEndpoints } from "./data.ts";
import { Item, Kind, Making, None, Secret, textFrom } from "./parts.tsx";

const Deliveries = lazyPart(() => import("./Deliveries.tsx"));

/** What is told, in words, by what messages call it. */
export const EVENTS: Record<string, Text> = {
  "document.uploaded": mark("Stored"),
  "document.read": mark("Read ~ as an event"),
  "document.completed": mark("Described"),
  "document.extracted": mark("Values extracted"),
  "document.edited": mark("Edited"),
  "document.due_soon": mark("Due soon"),
  "document.failed": mark("Failed ~ as an event"),
  "document.trashed": mark("Moved to the trash"),
  "document.restored": mark("Taken back"),
  "document.deleted": mark("Deleted for good"),
};
const SECRET_NOTE = mark("Copy it now: it is shown this once. Your receiver verifies messages with it.");

/** Addresses that are told of what happens to documents. */
export default function Webhooks(): React.JSX.Element {
  const { data: endpoints, error } = useEndpoints();
  const [making, setMaking] = useState(false);
  return (
    <Kind
      title={t("Webhooks")}
      about={t(
        "A webhook is told of what happens to your documents: a signed message for each event, in order, until it has arrived. Texts are never sent.",
      )}
      error={error}
      action={
        <Button look="primary" onClick={() => setMaking(true)}>
          <Plus aria-hidden />
          {t("New webhook")}
        </Button>
      }
    >
      {endpoints?.length === 0 && <None>{t("Nothing is told of your documents.")}</None>}
      {endpoints && endpoints.length > 0 && (
        <ul className={styles.list}>
          {endpoints.map((endpoint) => (
            <One key={endpoint.id} endpoint={endpoint as Endpoint} />
          ))}
        </ul>
      )}
      {making && <Form onClose={() => setMaking(false)} />}
    </Kind>
  );
}

function One({ endpoint }: { endpoint: Endpoint }): React.JSX.Element {
  const context = useContext();
  const { id, url, enabled, description } = endpoint;
  const [open, setOpen] = useState(false);
  const [asking, setAsking] = useState<"edit" | "delete" | "secret" | null>(null);
  const [secret, setSecret] = useState<string | null>(null);

  const test = () => {
    setOpen(true);
    attempt(call(context, "test_webhook", { webhook_id: id }, "webhook_deliveries"), t("A test is on its way"));
  };
  async function rotate(): Promise<void> {
    const made = await call<{ secret: string }>(
      context,
      "rotate_webhook_secret",
      { webhook_id: id },
      "webhook_endpoints",
    );
    setSecret(made.secret);
  }
  return (
    <Item
      name={description || url}
      state={enabled ? null : t("Disabled")}
      facts={[
        description && url,
        Object.keys(EVENTS)
          .filter((event) => endpoint.events.includes(event))
          .map((event) => t(EVENTS[event]!))
          .join(", "),
        !enabled && endpoint.disabled_reason && sentenceOf(endpoint.disabled_reason.message),
        enabled && endpoint.failures > 0 && (
          <em>
            {endpoint.failing_since ? t("Fails since {when}", { when: moment(endpoint.failing_since) }) : t("Fails")}
            {endpoint.paused_until && t(", tried again {when}", { when: moment(endpoint.paused_until) })}
          </em>
        ),
        t("Made {when}", { when: ago(endpoint.created_at) }),
      ]}
      actions={
        <>
          <Button small look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
            {t("Messages")}
            <ChevronDown aria-hidden />
          </Button>
          <Menu
            align="end"
            trigger={
              <Button small square look="quiet" aria-label={t("More for {name}", { name: description || url })}>
                <Ellipsis aria-hidden />
              </Button>
            }
          >
            <MenuItem onClick={test}>
              <Send aria-hidden />
              {t("Send a test")}
            </MenuItem>
            <MenuItem onClick={() => setAsking("edit")}>
              <Pencil aria-hidden />
              {t("Edit")}
            </MenuItem>
            <MenuItem
              onClick={() =>
                attempt(
                  changeEndpoint(context, id, { enabled: !enabled }),
                  enabled ? t("Disabled: what happens from now on is not told") : t("Enabled"),
                )
              }
            >
              <Power aria-hidden />
              {enabled ? t("Disable") : t("Enable")}
            </MenuItem>
            <MenuItem onClick={() => setAsking("secret")}>
              <KeyRound aria-hidden />
              {t("New secret")}
            </MenuItem>
            <MenuLine />
            <MenuItem danger onClick={() => setAsking("delete")}>
              <Trash2 aria-hidden />
              {t("Delete")}
            </MenuItem>
          </Menu>
        </>
      }
    >
      {open && (
        <Suspense>
          <Deliveries endpointId={id} />
        </Suspense>
      )}
      {asking === "edit" && <Form endpoint={endpoint} onClose={() => setAsking(null)} />}
      {asking === "secret" && (
        <Making
          title={secret ? t("The secret is made") : t("Give the webhook a new secret?")}
          action={t("Make a new secret")}
          onMake={rotate}
          onClose={() => {
            setAsking(null);
            setSecret(null);
          }}
          made={secret && <Secret label={t("Secret")} value={secret} note={t(SECRET_NOTE)} />}
        >
          <p>{t("For a day messages are signed with the old one too, so that your receiver can change over.")}</p>
        </Making>
      )}
      {asking === "delete" && (
        <Confirm
          title={t("Delete this webhook?")}
          action={t("Delete")}
          onClose={() => setAsking(null)}
          onConfirm={() => attempt(changeEndpoint(context, id, null), t("The webhook is deleted"))}
        >
          {t("Its messages and its secret go with it. This cannot be undone.")}
        </Confirm>
      )}
    </Item>
  );
}

/** Makes a webhook, or changes one. */
function Form({ endpoint, onClose }: { endpoint?: Endpoint; onClose(): void }): React.JSX.Element {
  const context = useContext();
  const [secret, setSecret] = useState<string | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set(endpoint?.events ?? ["document.completed", "document.deleted"]),
  );
  async function submit(form: FormData): Promise<void> {
    const values = {
      url: textFrom(form, "url") ?? "",
      events: [...chosen],
      description: textFrom(form, "description") ?? "",
    };
    if (endpoint) {
      await changeEndpoint(context, endpoint.id, values);
      return onClose();
    }
    setSecret((await call<{ secret: string }>(context, "create_webhook", values, "webhook_endpoints")).secret);
  }
  return (
    <Making
      title={secret ? t("The webhook is made") : endpoint ? t("Edit the webhook") : t("New webhook")}
      action={endpoint ? t("Save") : t("Make the webhook")}
      onMake={submit}
      onClose={onClose}
      made={secret && <Secret label={t("Secret")} value={secret} note={t(SECRET_NOTE)} />}
    >
      <label>
        {t("Address")}
        <input
          className={ui.input}
          name="url"
          type="url"
          required
          maxLength={2000}
          defaultValue={endpoint?.url}
          placeholder="https://example.com/docket"
          autoFocus
        />
      </label>
      <label>
        <span>
          {t("Name")} <small>{t("optional")}</small>
        </span>
        <input
          className={ui.input}
          name="description"
          maxLength={200}
          defaultValue={endpoint?.description}
          placeholder={t("Accounting")}
        />
      </label>
      <fieldset className={styles.events}>
        <legend>{t("It is told when a document is")}</legend>
        {Object.entries(EVENTS).map(([event, name], index) => (
          <label key={event} className={styles.check}>
            <input
              type="checkbox"
              className={ui.check}
              checked={chosen.has(event)}
              required={index === 0 && chosen.size === 0}
              onChange={(change) => {
                const next = new Set(chosen);
                if (change.currentTarget.checked) next.add(event);
                else next.delete(event);
                setChosen(next);
              }}
            />
            <span>
              {t(name)} <small>{event}</small>
            </span>
          </label>
        ))}
      </fieldset>
    </Making>
  );
}
