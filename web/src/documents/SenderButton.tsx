import { t } from "../language.ts";
import { at, go, toList } from "../place.ts";
import styles from "./List.module.css";

/** Shows the documents of a sender; what is searched beside the sender stays. */
export function showFrom(sender: string): void {
  const here = toList(new URLSearchParams(location.search));
  const others = (here.get("q") ?? "").replace(/(?:^|\s)from:(?:"[^"]*"|\S+)/gi, " ").trim();
  go(at(here, { q: `from:"${sender.replaceAll('"', "")}" ${others}`.trim() }));
}

/** A sender; pressed, it shows the documents that came from there. */
export function SenderButton({ sender }: { sender: string }): React.JSX.Element {
  return (
    <button
      className={styles.sender}
      title={sender}
      aria-label={t("Documents from {sender}", { sender })}
      onClick={() => showFrom(sender)}
    >
      {sender}
    </button>
  );
}
