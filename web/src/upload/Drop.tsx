import { t } from "../language.ts";
import { FileDown } from "../ui/icons.tsx";
import { useEffect, useState } from "react";
import { filesOf } from "./choose.ts";
import styles from "./upload.module.css";
import { addFiles } from "./uploads.ts";

/** Takes files that are dropped anywhere on the page, and pictures that are pasted into it. */
export function Drop(): React.JSX.Element | null {
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const on = new AbortController();
    const listen = <Name extends keyof WindowEventMap>(name: Name, run: (event: WindowEventMap[Name]) => void) =>
      addEventListener(name, run, { signal: on.signal });
    listen("dragenter", (event) => {
      if (hasFiles(event)) {
        depth += 1;
        setOver(true);
      }
    });
    listen("dragleave", (event) => {
      if (hasFiles(event) && (depth -= 1) <= 0) {
        depth = 0;
        setOver(false);
      }
    });
    listen("dragover", (event) => {
      if (hasFiles(event)) event.preventDefault();
    });
    listen("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      void filesOf(event.dataTransfer!).then(addFiles);
    });
    listen("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      // A pasted picture is always "image.png"; the time tells one from the next.
      const stamp = new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll(":", "-");
      addFiles(
        files.map((file) =>
          file.name === "image.png"
            ? new File([file], t("Pasted {time}.png", { time: stamp }), { type: file.type })
            : file,
        ),
      );
    });
    return () => on.abort();
  }, []);
  if (!over) return null;
  return (
    <div className={styles.over}>
      <div>
        <FileDown aria-hidden />
        <strong>{t("Drop to add")}</strong>
        <span>{t("Files and folders, as many as you like")}</span>
      </div>
    </div>
  );
}
