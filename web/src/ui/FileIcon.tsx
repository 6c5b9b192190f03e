import { extensionOf, type FormatKind, formatOfType } from "../../../supabase/functions/_shared/file-formats.ts";
import styles from "./ui.module.css";

/** The looks that ui.module.css has for a sheet. */
const LOOKS: Record<FormatKind, string> = {
  pdf: "pdf",
  picture: "image",
  document: "office",
  table: "office",
  slides: "office",
  mail: "mail",
  archive: "text",
  text: "text",
};

/** A small sheet with the kind of file on it. */
export function FileIcon({ filename, mimeType }: { filename: string; mimeType: string }): React.JSX.Element {
  const format = formatOfType(mimeType);
  const label = extensionOf(filename, mimeType).slice(1, 5).toUpperCase();
  return (
    <span className={styles.file} data-kind={LOOKS[format?.kind ?? "text"]} aria-hidden>
      <span>{label}</span>
    </span>
  );
}
