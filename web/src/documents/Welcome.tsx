import { useState } from "react";
import { FORMATS, type FormatKind, MAX_FILE_BYTES } from "../../../supabase/functions/_shared/file-formats.ts";
import { OFFERED_SAMPLES } from "../../samples.ts";
import { bytes } from "../format.ts";
import { mark, t, type Text } from "../language.ts";
import { Button } from "../ui/Button.tsx";
import { FileUp, LoaderCircle } from "../ui/icons.tsx";
import { sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import { chooseFiles } from "../upload/choose.ts";
import { addFiles } from "../upload/uploads.ts";
import styles from "./Welcome.module.css";

/** Nothing is dropped or pasted with a finger. */
const TOUCH = matchMedia("(pointer: coarse)").matches;

const KINDS: Record<FormatKind, string | Text> = {
  pdf: "PDF",
  picture: mark("Photos and scans"),
  document: mark("Word and other documents"),
  table: mark("Excel and other tables"),
  slides: "PowerPoint",
  mail: mark("Mail, with its attachments"),
  archive: mark("Archives, with their files"),
  text: mark("Text"),
};

/** What an empty account says: what to send, and what becomes of it. */
export default function Welcome(): React.JSX.Element {
  const [sending, setSending] = useState(false);
  async function trySamples(): Promise<void> {
    setSending(true);
    try {
      addFiles(await Promise.all(OFFERED_SAMPLES.map(sample)));
    } catch (error) {
      sayError(error);
    }
    setSending(false);
  }
  return (
    <div className={styles.welcome}>
      <FileUp aria-hidden />
      <h2>{TOUCH ? t("Send your first files") : t("Drop your first files here")}</h2>
      <p>
        {t("Each is read, named, tagged and summarized, and can be found by any word in it.")}
        {!TOUCH && t(" You can also paste a picture.")}
      </p>
      <div className={styles.actions}>
        <Button look="primary" onClick={() => chooseFiles()}>
          {t("Choose files")}
        </Button>
        <Button onClick={() => chooseFiles({ folder: true })}>{t("Choose a folder")}</Button>
        <Button disabled={sending} onClick={() => void trySamples()}>
          {sending && <LoaderCircle aria-hidden className={ui.spin} />}
          {t("Try three samples")}
        </Button>
      </div>
      <dl className={styles.formats} aria-label={t("What can be read")}>
        {Object.entries(KINDS).map(([kind, name]) => (
          <div key={kind}>
            <dt>{t(name)}</dt>
            <dd>
              {kind === "pdf"
                ? t("With text, scanned, or locked by a password")
                : Object.values(FORMATS)
                    .filter((format) => format.kind === kind)
                    .map(({ label }) => label)
                    .join(", ")}
            </dd>
          </div>
        ))}
        <div>
          <dt>{t("How large")}</dt>
          <dd>
            {t("Up to {size} a file, plain text a quarter of that; as many files as you like", {
              size: bytes(MAX_FILE_BYTES),
            })}
          </dd>
        </div>
      </dl>
      <p className={styles.engines}>
        {t(
          "No AI model is needed: names, tags and summaries come from rules. Where the operator of this project has set an Anthropic key, Claude writes them and reads difficult scans. Each document says which of the two described it.",
        )}
      </p>
    </div>
  );
}

async function sample(name: string): Promise<File> {
  const response = await fetch(`samples/${name}`);
  if (!response.ok) throw new Error(t("The samples could not be loaded. Try again in a moment."));
  return new File([await response.blob()], name);
}
