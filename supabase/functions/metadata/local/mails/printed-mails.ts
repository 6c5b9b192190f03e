import { type MailLabel, COUNTED_MAILS, mailParts } from "../tables/mail-labels.ts";
import type { Line } from "../text/text.ts";
import { writtenDates } from "../dates/written-dates.ts";

/** A part of a mail's head with the line that has it. */
type Part = { value: string; line: Line };

/** The head of a mail that was printed; `lines`: how many lines of the text it takes with all above it. */
export type PrintedHead = { from: Part; date: Part | null; subject: Part; lines: number };

/** Above this line a printed mail begins. */
const TOP = 12;

/** The head of a mail that somebody printed to a PDF or on paper; null for anything else. */
export function printedHead(lines: Line[]): PrintedHead | null {
  return labelledHead(lines) ?? countedHead(lines);
}

/** "From: …", "Sent: …", "To: …", "Subject: …", one below the other, with an address or a day and time of day among them. */
function labelledHead(lines: Line[]): PrintedHead | null {
  const start = lines.findIndex((line, index) => index < TOP && partOf(line, "from") !== null);
  if (start < 0) return null;
  const found = new Map<MailLabel, Part>([["from", partOf(lines[start]!, "from")!]]);
  let end = start + 1;
  for (; end < lines.length && end <= start + 8; end++) {
    const line = lines[end]!;
    const part = (["date", "to", "subject", "others"] as const).find(
      (name) => !found.has(name) && partOf(line, name) !== null,
    );
    if (part) found.set(part, partOf(line, part)!);
    // An address or two may take more than a line.
    else if (!line.text.includes("@") || line.afterGap) break;
  }
  const [from, date, to, subject] = (["from", "date", "to", "subject"] as const).map((name) => found.get(name) ?? null);
  if (!from || !subject || !(date || to)) return null;
  const addressed = [from, to].some((part) => part?.value.includes("@"));
  const timed = date !== null && date !== undefined && /\d[:.]\d\d/u.test(date.value);
  return addressed || timed ? { from, date: date ?? null, subject, lines: end } : null;
}

/** The value after this label in a line; null where the line has another label or none. */
function partOf(line: Line, name: MailLabel): Part | null {
  const labelled = /^([\p{L}\p{M}' -]{1,20})\s?[:：]\s?(\S.*)$/u.exec(line.text);
  return labelled && mailParts(labelled[1]!).has(name) ? { value: labelled[2]!, line } : null;
}

/** The subject, "1 message", and who wrote when, as Google's mail is printed. */
function countedHead(lines: Line[]): PrintedHead | null {
  const count = lines.findIndex(({ text }, index) => index > 0 && index < TOP && COUNTED_MAILS.test(text));
  const [above, below] = [lines[count - 1], lines[count + 1]];
  if (count < 0 || !above || !below || !/<[^<>@\s]+@[^<>@\s]+>/u.test(below.text)) return null;
  const address = below.text.indexOf(">") + 1;
  const rest = below.text.slice(address).trim();
  const date = writtenDates(rest, null).length > 0 ? { value: rest, line: below } : null;
  const labels = lines
    .slice(count + 2)
    .findIndex((line) => partOf(line, "to") === null && partOf(line, "others") === null);
  return {
    from: { value: below.text.slice(0, address), line: below },
    date,
    subject: { value: above.text, line: above },
    lines: labels < 0 ? lines.length : count + 2 + labels,
  };
}
