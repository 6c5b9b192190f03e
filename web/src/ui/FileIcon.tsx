import styles from "./ui.module.css";

const KINDS: [RegExp, string][] = [
  [/pdf/, "pdf"],
  [/^image\//, "image"],
  [/word|sheet|presentation|opendocument|rtf|excel/, "office"],
  [/rfc822|outlook/, "mail"],
];

/** A small sheet with the kind of file on it. */
export function FileIcon({ filename, mimeType }: { filename: string; mimeType: string }): React.JSX.Element {
  const kind = KINDS.find(([pattern]) => pattern.test(mimeType))?.[1] ?? "text";
  const label =
    kind === "pdf"
      ? "PDF"
      : (/\.(\w{2,4})$/.exec(filename)?.[1] ?? mimeType.split("/").pop() ?? "").slice(0, 4).toUpperCase();
  return (
    <span className={styles.file} data-kind={kind} aria-hidden>
      <span>{label}</span>
    </span>
  );
}
