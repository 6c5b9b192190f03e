import { makeZip } from "client-zip";
import { useEffect, useRef, useState } from "react";
import { save } from "../documents/export.ts";
import { t } from "../language.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { Download } from "../ui/icons.tsx";
import { say } from "../ui/toasts.tsx";
import styles from "./Account.module.css";
import { fileOf, forgetArchive } from "./archive-file.ts";

/** Packs everything that the account has into one ZIP, and saves it. It is written while documents arrive. */
export function Export(): React.JSX.Element {
  const { docket } = useProject();
  const [packed, setPacked] = useState<number | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const stopping = useRef<AbortController>(undefined);
  useEffect(() => {
    // What an earlier visit left on the disk.
    void forgetArchive();
    return () => stopping.current?.abort();
  }, []);

  async function pack(): Promise<void> {
    const stop = new AbortController();
    stopping.current = stop;
    setWrong(null);
    setPacked(0);
    try {
      const files = docket.archive({ signal: stop.signal, onDocument: setPacked });
      const zip = await fileOf(makeZip(files));
      save(zip, `docket-${new Date().toISOString().slice(0, 10)}.zip`);
      say(t("Your copy is ready"));
    } catch (error) {
      await forgetArchive();
      if (!stop.signal.aborted) setWrong(sentenceOf(error));
    }
    setPacked(null);
  }

  return (
    <div className={styles.form}>
      <p role="status" data-bad={wrong !== null || undefined}>
        {packed === null
          ? wrong
          : t("{count, plural, one {# document} other {# documents}} packed. Keep this page open.", { count: packed })}
      </p>
      <div className={styles.buttons}>
        <Button disabled={packed !== null} onClick={() => void pack()}>
          <Download aria-hidden />
          {t("Export everything")}
        </Button>
        {packed !== null && <Button onClick={() => stopping.current?.abort()}>{t("Stop")}</Button>}
      </div>
    </div>
  );
}
