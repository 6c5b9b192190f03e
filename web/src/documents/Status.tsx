import { mark, t, type Text } from "../language.ts";
import { CircleAlert, Check, LoaderCircle } from "../ui/icons.tsx";
import type { DocumentRow, DocumentStatus } from "../model.ts";
import { sentenceOf } from "../sentences.ts";
import ui from "../ui/ui.module.css";
import { useStep } from "./live.ts";
import styles from "./Status.module.css";

export const STATUS_NAMES: Record<DocumentStatus, Text> = {
  uploading: mark("Uploading"),
  processing: mark("Reading"),
  ocr_complete: mark("Read ~ as a status"),
  generating_metadata: mark("Describing"),
  completed: mark("Done"),
  failed: mark("Failed"),
};

/** How far along the way each status is, of four steps. */
const STEPS: Partial<Record<DocumentStatus, number>> = {
  uploading: 1,
  processing: 2,
  ocr_complete: 3,
  generating_metadata: 3,
};

/** A document's status in words, with the step it is at. */
export function Status({
  document,
  quiet,
}: {
  document: Pick<DocumentRow, "id" | "status" | "error">;
  quiet?: boolean;
}): React.JSX.Element {
  const step = useStep(document.id);
  const { status, error } = document;
  if (status === "completed")
    return (
      <span className={styles.status} data-quiet={quiet || undefined} data-status="completed">
        <Check aria-hidden />
        {t("Done")}
      </span>
    );
  if (status === "failed")
    return (
      <span className={styles.status} data-status="failed" title={sentenceOf(error)}>
        <CircleAlert aria-hidden />
        {t("Failed")}
      </span>
    );
  const at = STEPS[status] ?? 1;
  return (
    <span className={styles.status} data-status="busy">
      <LoaderCircle aria-hidden className={ui.spin} />
      <span>
        {t(STATUS_NAMES[status])}
        {step && <span className={styles.step}>{step}</span>}
        {!step && (
          <span className={styles.bar} aria-hidden>
            {[1, 2, 3].map((part) => (
              <i key={part} data-done={part <= at || undefined} />
            ))}
          </span>
        )}
      </span>
    </span>
  );
}
