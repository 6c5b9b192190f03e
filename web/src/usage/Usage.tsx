import { useQuery } from "@tanstack/react-query";
import { mark, t } from "../language.ts";
import { useProject } from "../project.tsx";
import { dayOfMonth, dollars, monthName, number } from "../format.ts";
import { sentenceOf } from "../sentences.ts";
import { Nothing } from "../ui/Nothing.tsx";
import { CloudOff } from "../ui/icons.tsx";
import styles from "./Usage.module.css";

type Amount = { used: number; limit: number | null };
type Left = { month: string; resets_at: string; documents: Amount; pages: Amount; cost_micro_usd: Amount };
type Month = { month: string; documents: number; pages: number; cost_micro_usd: number };

const MEASURES = [
  { key: "documents", name: mark("Documents"), show: number },
  { key: "pages", name: mark("Pages"), show: number },
  { key: "cost_micro_usd", name: mark("Spent on Claude"), show: dollars },
] as const;

/** This month against its limits, and the year behind it. */
export default function Usage(): React.JSX.Element {
  const { supabase } = useProject();
  const { data, error } = useQuery({
    queryKey: ["usage"],
    queryFn: async () => {
      const [{ data: months, error }, { data: left, error: failure }] = await Promise.all([
        supabase
          .from("usage_months")
          .select("month, documents, pages, cost_micro_usd")
          .order("month", { ascending: false })
          .limit(12),
        supabase.rpc("usage_left"),
      ]);
      if (error ?? failure) throw error ?? failure;
      return { months: lastTwelve(months as Month[], left as Left), left: left as Left };
    },
  });
  if (error)
    return (
      <Nothing icon={<CloudOff aria-hidden />} title={t("The usage could not be loaded")}>
        {sentenceOf(error)}
      </Nothing>
    );
  if (!data) return <div />;
  const { months, left } = data;
  return (
    <div className={styles.view}>
      <h1>{monthName(left.month, "withYear")}</h1>
      <p>{t("Starts over on {day}.", { day: dayOfMonth(left.resets_at) })}</p>
      <div className={styles.measures}>
        {MEASURES.map(({ key, name, show }) => {
          const { used, limit } = left[key];
          return (
            <section key={key} aria-label={t(name)}>
              <h2>{t(name)}</h2>
              <p className={styles.figure}>
                <strong>{show(used)}</strong>
                <span>{limit === null ? t("no limit") : t("of {limit}", { limit: show(limit) })}</span>
              </p>
              {limit !== null && (
                <meter
                  className={styles.meter}
                  min={0}
                  max={Math.max(limit, 1)}
                  value={used}
                  high={limit * 0.9}
                  aria-label={t("{name}: {used} of {limit}", { name: t(name), used: show(used), limit: show(limit) })}
                />
              )}
              <Bars months={months} measure={key} show={show} name={t(name)} />
            </section>
          );
        })}
      </div>
    </div>
  );
}

/** A bar a month; the table behind it is what a screen reader reads. */
function Bars({
  months,
  measure,
  show,
  name,
}: {
  months: Month[];
  measure: (typeof MEASURES)[number]["key"];
  show(value: number): string;
  name: string;
}): React.JSX.Element {
  const most = Math.max(...months.map((one) => one[measure]), 1);
  return (
    <>
      <div className={styles.bars} aria-hidden>
        {months.map((one, index) => (
          <div
            key={one.month}
            title={`${monthName(one.month, "long")}: ${show(one[measure])}`}
            data-now={index === months.length - 1 || undefined}
          >
            <i style={{ height: `${one[measure] === 0 ? 0 : Math.max(3, (one[measure] / most) * 100)}%` }} />
            <small>{monthName(one.month, "narrow")}</small>
          </div>
        ))}
      </div>
      <div className="unseen">
        <table>
          <caption>{t("{name} by month", { name })}</caption>
          <tbody>
            {months.map((one) => (
              <tr key={one.month}>
                <th scope="row">{monthName(one.month, "long")}</th>
                <td>{show(one[measure])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/**
 * The twelve months up to this one (UTC), those without use too. This month's is what is counted against the limits, so with
 * what is reserved for documents that are under way: two figures of one thing have to be the same.
 */
function lastTwelve(months: Month[], left: Left): Month[] {
  const known = new Map(months.map((month) => [month.month, month]));
  const [year, now] = left.month.split("-").map(Number) as [number, number];
  known.set(left.month, {
    month: left.month,
    documents: left.documents.used,
    pages: left.pages.used,
    cost_micro_usd: left.cost_micro_usd.used,
  });
  return Array.from({ length: 12 }, (_, index) => {
    const month = new Date(Date.UTC(year, now - 12 + index, 1)).toISOString().slice(0, 10);
    return known.get(month) ?? { month, documents: 0, pages: 0, cost_micro_usd: 0 };
  });
}
