import { sum } from "../format.ts";
import { t } from "../language.ts";
import { CircleAlert } from "../ui/icons.tsx";
import { type Check, type ExtractedValue, linesOf, type Proposal, type Value } from "./model.ts";
import styles from "./Extraction.module.css";

const numberOf = (value: Value): number | null =>
  typeof value === "number" ? value : value !== null && typeof value === "object" ? value.amount : null;

/** An equation that does not hold, as the sum that it is. */
export function BrokenSum({
  check,
  cells,
}: {
  check: Check;
  /** Proven values before proposals. */
  cells: (ExtractedValue | Proposal)[];
}): React.JSX.Element {
  const numberAt = (path: string, row: number | null): number | null => {
    const found = cells.filter(
      (cell) => cell.path === path && (row === null || !path.includes(".") || cell.row_number === row),
    );
    const byRow = new Map<number, number>();
    for (const { row_number, value } of found) {
      const number = numberOf(value);
      if (number !== null && !byRow.has(row_number)) byRow.set(row_number, number);
    }
    return byRow.size === 0 ? null : [...byRow.values()].reduce((all, one) => all + one, 0);
  };
  return (
    <figure className={styles.sum}>
      <figcaption>
        <CircleAlert aria-hidden />
        {check.row === null
          ? t("This does not add up")
          : t("This does not add up in row {row}", { row: check.row + 1 })}
      </figcaption>
      <table>
        <tbody>
          {linesOf(check, numberAt).map(({ sign, label, amount }, index) => (
            <tr key={index} data-total={sign === "=" || undefined}>
              <th scope="row">
                <span>{sign}</span>
                {label}
              </th>
              <td>{amount === null ? "?" : sum(amount)}</td>
            </tr>
          ))}
          {check.difference !== null && (
            <tr className={styles.off}>
              <th scope="row">
                <span />
                {t("Off by")}
              </th>
              <td>{sum(Math.abs(check.difference))}</td>
            </tr>
          )}
        </tbody>
      </table>
    </figure>
  );
}
