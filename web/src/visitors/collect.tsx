import type { UploadLinkFacts } from "@docket/client";
import { type FormEvent, useState } from "react";
import { t } from "../language.ts";
import { Button } from "../ui/Button.tsx";
import { Password } from "./Password.tsx";
import { visitorSentenceOf } from "./sentences.ts";
import { type Visit, visit } from "./visit.tsx";
import styles from "./Visitors.module.css";

void visit(
  (visitor, token) => visitor.lookAtUploadLink(token),
  ({ title }) => title ?? t("Hand in documents"),
  HandIn,
);

/** Takes files. It lists what was handed in on this visit, and nothing else. */
function HandIn({ visitor, token, facts, setTitle }: Visit<UploadLinkFacts>): React.JSX.Element {
  const [asks, setAsks] = useState(facts.needs_password);
  const [busy, setBusy] = useState(false);
  const [lines, setLines] = useState<string[]>([]);

  async function send(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    const given = new FormData(form);
    setBusy(true);
    // One after another: a phone's line is slow.
    for (const file of given.getAll("files") as File[]) {
      const told = (text: string, isNew = false) =>
        setLines((before) => [...(isNew ? before : before.slice(0, -1)), text]);
      told(t("{file}: sending…", { file: file.name }), true);
      try {
        const { title } = await visitor.handIn(token, file, String(given.get("password") ?? "") || undefined);
        setTitle(title);
        told(t("{file}: received", { file: file.name }));
      } catch (error) {
        if ((error as { code?: string }).code === "link_password") setAsks(true);
        told(t("{file}: {why}", { file: file.name, why: visitorSentenceOf(error) }));
      }
    }
    (form.elements.namedItem("files") as HTMLInputElement).value = "";
    setBusy(false);
  }

  return (
    <>
      <form onSubmit={send} className={styles.form}>
        {asks && <Password />}
        <label>
          {t("Files")}
          <input type="file" name="files" multiple required />
        </label>
        <Button type="submit" look="primary" disabled={busy}>
          {t("Send")}
        </Button>
      </form>
      <ul aria-live="polite" className={styles.lines}>
        {lines.map((line, at) => (
          <li key={at}>{line}</li>
        ))}
      </ul>
    </>
  );
}
