import { t, useLanguage } from "../language.ts";
import { daysUntil } from "./days-until.ts";
import styles from "./Due.module.css";

/** What is payable later than this is not pressing: its day stands in the document. */
const SHOWN_DAYS = 30;

/** By when a document is payable, where that is near or over. */
export function Due({ day }: { day: string | null | undefined }): React.JSX.Element | null {
  useLanguage();
  if (!day) return null;
  const days = daysUntil(day);
  if (Number.isNaN(days) || days > SHOWN_DAYS) return null;
  return (
    <small className={styles.due} data-due={days < 0 ? "over" : days <= 3 ? "soon" : "later"} title={day}>
      {days < 0
        ? t("Overdue for {days, plural, one {# day} other {# days}}", { days: -days })
        : days === 0
          ? t("Due today")
          : t("Due in {days, plural, one {# day} other {# days}}", { days })}
    </small>
  );
}
