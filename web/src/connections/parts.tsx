import { type FormEvent, type ReactNode, useId, useRef, useState } from "react";
import { mark, t } from "../language.ts";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog, DialogActions } from "../ui/Dialog.tsx";
import { Check, CloudOff, Copy } from "../ui/icons.tsx";
import { Nothing } from "../ui/Nothing.tsx";
import ui from "../ui/ui.module.css";
import styles from "./Connections.module.css";

/** One kind of connection: what it is for, a way to make one, and those that are there. */
export function Kind({
  title,
  about,
  action,
  error,
  children,
}: {
  title: string;
  about: ReactNode;
  action?: ReactNode;
  error: unknown;
  children: ReactNode;
}): React.JSX.Element {
  return (
    <section className={styles.kind} aria-label={title}>
      <header>
        <div>
          <h2>{title}</h2>
          <p>{about}</p>
        </div>
        {action}
      </header>
      {error ? (
        <Nothing icon={<CloudOff aria-hidden />} title={t("This could not be loaded")}>
          {sentenceOf(error)}
        </Nothing>
      ) : (
        children
      )}
    </section>
  );
}

export const None = ({ children }: { children: ReactNode }): React.JSX.Element => (
  <p className={styles.none}>{children}</p>
);

/** One connection in its list: its name, what there is to know, what can be done. */
export function Item({
  name,
  state,
  facts,
  actions,
  children,
}: {
  name: ReactNode;
  /** Why it does not work; null when it does. */
  state?: string | null | undefined;
  facts: ReactNode[];
  actions?: ReactNode;
  children?: ReactNode;
}): React.JSX.Element {
  return (
    <li className={styles.item} data-ended={state ? true : undefined}>
      <div className={styles.about}>
        <p className={styles.name}>
          <b>{name}</b>
          {state && <span className={ui.tag}>{state}</span>}
        </p>
        <p className={`${ui.facts} ${styles.facts}`}>
          {facts
            .filter((fact) => fact !== null && fact !== false && fact !== "")
            .map((fact, index) => (
              <span key={index}>{fact}</span>
            ))}
        </p>
      </div>
      {actions && <div className={styles.tools}>{actions}</div>}
      {children}
    </li>
  );
}

/** Something that is shown once and never again, with a button that copies it. */
export function Secret({ label, value, note }: { label: string; value: string; note: string }): React.JSX.Element {
  const box = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    box.current?.select();
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      // A page that came by plain http from another machine has no clipboard but this.
      window.document.execCommand("copy");
    }
    setCopied(true);
  }
  return (
    <div className={styles.secret}>
      <label>
        {label}
        <input
          ref={box}
          className={ui.input}
          readOnly
          value={value}
          onFocus={(event) => event.currentTarget.select()}
          spellCheck={false}
        />
      </label>
      <Button look="primary" onClick={() => void copy()}>
        {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
        {copied ? t("Copied") : t("Copy")}
      </Button>
      <p>{note}</p>
    </div>
  );
}

/** A dialog that makes something by a form, and then shows what was made. */
export function Making({
  title,
  action,
  children,
  onMake,
  onClose,
  made,
  ready = true,
}: {
  title: string;
  action: string;
  children: ReactNode;
  onMake(form: FormData): Promise<void>;
  onClose(): void;
  /** What takes the place of the form when it is done. */
  made?: ReactNode;
  /** Whether there is something to do. */
  ready?: boolean;
}): React.JSX.Element {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setWrong(null);
    await onMake(new FormData(event.currentTarget)).catch((error: unknown) => setWrong(sentenceOf(error)));
    setBusy(false);
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {made ? (
        <>
          {made}
          <DialogActions>
            <Button onClick={onClose}>{t("Done")}</Button>
          </DialogActions>
        </>
      ) : (
        <form className={styles.form} onSubmit={(event) => void submit(event)}>
          {children}
          <p role="alert" className={styles.wrong}>
            {wrong}
          </p>
          <DialogActions>
            <Button onClick={onClose}>{t("Cancel")}</Button>
            <Button look="primary" type="submit" disabled={busy || !ready}>
              {action}
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}

const DAY_MS = 86_400_000;
const SPANS = [
  ["1", mark("In 1 day")],
  ["7", mark("In 7 days")],
  ["14", mark("In 14 days")],
  ["30", mark("In 30 days")],
  ["90", mark("In 90 days")],
  ["365", mark("In 1 year")],
] as const;

/** When something ends: after a while, on a day, or never where that is possible. `endFrom` reads it from the form. */
export function Ends({ first, never = false }: { first: string; never?: boolean }): React.JSX.Element {
  const [span, setSpan] = useState(first);
  const id = useId();
  const day = (from: number) => new Date(Date.now() + from * DAY_MS).toISOString().slice(0, 10);
  return (
    <div className={styles.ends}>
      <label htmlFor={id}>{t("Ends")}</label>
      <select
        id={id}
        className={ui.input}
        name="span"
        value={span}
        onChange={(event) => setSpan(event.currentTarget.value)}
      >
        {SPANS.map(([days, name]) => (
          <option key={days} value={days}>
            {t(name)}
          </option>
        ))}
        <option value="day">{t("On a day…")}</option>
        {never && <option value="never">{t("Never")}</option>}
      </select>
      {span === "day" && (
        <input className={ui.input} type="date" name="day" aria-label={t("Day")} required min={day(1)} max={day(365)} />
      )}
    </div>
  );
}

/** When what a form makes ends, null for never. A day is meant to its end, where the reader is. */
export function endFrom(form: FormData): string | null {
  const span = String(form.get("span"));
  if (span === "never") return null;
  if (span !== "day") return new Date(Date.now() + Number(span) * DAY_MS).toISOString();
  return new Date(`${form.get("day")}T23:59:59`).toISOString();
}

/** A password that a link asks for, if any. */
export const LinkPassword = (): React.JSX.Element => (
  <label>
    <span>
      {t("Password")} <small>{t("optional, 8 characters or more")}</small>
    </span>
    <input
      className={ui.input}
      name="password"
      type="text"
      autoComplete="off"
      spellCheck={false}
      minLength={8}
      maxLength={72}
    />
  </label>
);

/** What was typed in a field; null when nothing was. */
export const textFrom = (form: FormData, name: string): string | null => {
  const text = String(form.get(name) ?? "").trim();
  return text === "" ? null : text;
};

/** What was typed in a field, with commas between. */
export const listFrom = (form: FormData, name: string): string[] =>
  String(form.get(name) ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);

/** A number that was typed in a field; null when none was. */
export const numberFrom = (form: FormData, name: string): number | null => {
  const text = textFrom(form, name);
  return text === null ? null : Number(text);
};
