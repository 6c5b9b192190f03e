import { formatOfType } from "../../../_shared/file-formats.ts";
import { CONFIDENCE } from "../confidence.ts";
import { moneyIn } from "../amounts/money.ts";
import { printedHead } from "./printed-mails.ts";
import { foldSpace, visible, type Finding, type Line } from "../text/text.ts";
import { isoOf, writtenDates } from "../dates/written-dates.ts";

/** What the head of a mail says, and the lines below it. */
export type MailHead = {
  from: Finding<string> | null;
  date: Finding<string> | null;
  subject: Finding<string> | null;
  body: Line[];
  /** Whether it stands on paper or in a PDF, where the rules for other papers may find what its head does not say. */
  printed: boolean;
};

/** The head of a mail as its text has it ("From: …", "Subject: …"), be it a file of its own or printed; null for any other file. */
export function mailHead(mimeType: string, lines: Line[]): MailHead | null {
  if (formatOfType(mimeType)?.kind !== "mail") {
    const printed = printedHead(lines);
    return printed && { ...headOf(printed, lines.slice(printed.lines)), printed: true };
  }
  const gap = lines.findIndex((line, index) => index > 0 && (line.afterGap === true || !LABELLED.test(line.text)));
  const head = gap < 0 ? lines : lines.slice(0, gap);
  const find = (label: string): { value: string; line: Line } | null => {
    const line = head.find(({ text }) => text.toLowerCase().startsWith(`${label}: `));
    return line ? { value: line.text.slice(label.length + 2), line } : null;
  };
  return headOf(
    { from: find("from"), date: find("date"), subject: find("subject") },
    lines.slice(head.length).filter(({ text }) => !/^(?:Attachment: |>)/u.test(text)),
  );
}

type Part = { value: string; line: Line } | null;

function headOf({ from, date, subject }: { from: Part; date: Part; subject: Part }, body: Line[]): MailHead {
  const day = date && writtenDates(date.value, null).find((written) => !written.ambiguous);
  const sender = from ? senderOf(from.value) : "";
  const about = subject ? foldSpace(visible(subject.value.replace(REPLIES, ""))) : "";
  return {
    from:
      from && sender !== ""
        ? { value: sender.slice(0, 120), page: from.line.page, quote: from.line.text, confidence: CONFIDENCE.mail }
        : null,
    date:
      date && day
        ? { value: isoOf(day), page: date.line.page, quote: date.line.text, confidence: CONFIDENCE.mail }
        : null,
    subject:
      subject && /[\p{L}\p{N}]/u.test(about)
        ? { value: about, page: subject.line.page, quote: subject.line.text }
        : null,
    body,
    printed: false,
  };
}

/** Whether a mail is itself the receipt, order or ticket that it tells of: it names sums. */
export function hasSums(body: Line[]): boolean {
  return body.some(({ text }) => moneyIn(text).length > 0);
}

const LABELLED = /^(?:From|To|Cc|Date|Subject): /u;

/** "Re: Fwd: AW: WG: …": who answered or passed it on is not what it is about. */
const REPLIES = /^(?:(?:re|fw|fwd|aw|wg|tr|rv|rif|res|enc|antw|sv|vs|odp|ynt)(?:\[\d+\])?\s?:\s?)+/iu;

/** "Ines Roth <ines@example.org>" without the address. */
function withoutAddress(text: string): string {
  const kept = text.trim();
  return kept.endsWith(">") && kept.includes("<") ? kept.slice(0, kept.lastIndexOf("<")).trim() : kept;
}

/** The name of whoever sent it, or the address where there is no name. */
function senderOf(text: string): string {
  const name = visible(withoutAddress(text).replace(/^["']|["']$/gu, ""));
  return name !== "" ? name : visible(text.replace(/[<>]/gu, ""));
}
