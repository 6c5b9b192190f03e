import type { Bounds } from "./bounds.ts";
import { type ContentLine, contentLines, decoded, unescaped } from "./content-lines.ts";
import { singleSpaced } from "./white-space.ts";

const KINDS: Record<string, string> = { VEVENT: "Event", VTODO: "Task", VJOURNAL: "Journal" };
const METHODS: Record<string, string> = { CANCEL: "Canceled", REPLY: "Reply", COUNTER: "Counter-proposal" };

const ANSWERS: Record<string, string> = { ACCEPTED: "Accepted", DECLINED: "Declined", TENTATIVE: "Tentative" };

export const isCalendar = (text: string): boolean => /^\s{0,100}BEGIN:VCALENDAR/i.test(text);

/** What people need of a calendar (iCalendar, RFC 5545): what, when, where, with whom. Null where it has no entry. */
export async function calendarText(text: string, bounds: Bounds): Promise<string | null> {
  const entries: string[] = [];
  let entry: { kind: string; lines: ContentLine[] } | undefined;
  let inside = 0;
  let method = "";
  let calendar = "";
  for (const line of contentLines(text, bounds)) {
    const { name } = line;
    const value = line.value.trim().toUpperCase();
    if ((name === "X-WR-CALNAME" || name === "NAME") && !entry) calendar = unescaped(line.value).trim();
    else if (name === "METHOD") method = METHODS[value] ?? "";
    else if (name === "BEGIN" && entry) inside += 1;
    else if (name === "BEGIN" && Object.hasOwn(KINDS, value)) entry = { kind: KINDS[value]!, lines: [] };
    else if (name === "END" && inside > 0) inside -= 1;
    else if (name === "END" && entry) {
      entries.push(await entryText(entry.kind, entry.lines, method, bounds));
      entry = undefined;
    } else if (entry && inside === 0) entry.lines.push({ ...line, value: await decoded(line, bounds) });
  }
  if (entries.length === 0) return null;
  // RFC 7986 calls it NAME, most programs X-WR-CALNAME.
  return [...(calendar ? [`Calendar: ${singleSpaced(calendar)}`] : []), ...entries].join("\n\n");
}

async function entryText(kind: string, lines: ContentLine[], method: string, bounds: Bounds): Promise<string> {
  const first = (name: string) => lines.find((line) => line.name === name);
  const text = (name: string) => unescaped(first(name)?.value ?? "");
  const all = (name: string) =>
    lines
      .filter((line) => line.name === name)
      .map(({ value }) => unescaped(value))
      .join(", ");
  const times = (name: string) =>
    lines
      .filter((line) => line.name === name)
      .flatMap((line) => line.value.split(",").map((value) => timeOf({ ...line, value })))
      .join(", ");
  const answers = method === METHODS.REPLY ? lines.filter(({ name }) => name === "ATTENDEE") : [];
  const answer =
    answers.length === 1 ? ANSWERS[answers[0]!.parameters.get("PARTSTAT")?.toUpperCase() ?? ""] : undefined;
  const status = answer || method || (/^cancelled$/i.test(text("STATUS")) ? "Canceled" : "");
  const [start, end] = [first("DTSTART"), first("DTEND")];
  const from = timeOf(start);
  // The end of whole days is the day after.
  const until = timeOf(end && WHOLE_DAY.test(end.value.trim()) ? { ...end, value: dayBefore(end.value.trim()) } : end);
  const due = end ? until : timeOf(first("DUE"));
  const when = [from, due === from ? "" : due].filter(Boolean).join(" to ");
  const people = lines.filter(({ name }) => name === "ATTENDEE").map(person);
  const fields = [
    [kind, text("SUMMARY")],
    ["Status", status],
    ["When", when || (first("DUE") ? timeOf(first("DUE")) : "")],
    ["Duration", text("DURATION")],
    ["Repeats", text("RRULE")],
    ["Also", times("RDATE")],
    ["Except", times("EXDATE")],
    ["Where", text("LOCATION")],
    ["Organizer", first("ORGANIZER") ? person(first("ORGANIZER")!) : ""],
    ["Attendees", people.join(", ")],
    ["Contact", all("CONTACT")],
    ["Web", text("URL") || text("CONFERENCE") || text("X-GOOGLE-CONFERENCE")],
    ["Categories", all("CATEGORIES")],
    ["Comment", all("COMMENT")],
  ];
  const head = fields.filter(([, value]) => value).map(([label, value]) => `${label}: ${singleSpaced(value ?? "")}`);
  const description = text("DESCRIPTION") || (await htmlDescription(first("X-ALT-DESC"), bounds));
  return [head.join("\n"), description].filter(Boolean).join("\n\n");
}

/** What it costs to begin with a text in HTML. */
const HTML_STEPS = 250;

/** What Outlook writes where it has no plain text. */
async function htmlDescription(line: ContentLine | undefined, bounds: Bounds): Promise<string> {
  if (!line || !/^text\/html$/i.test(line.parameters.get("FMTTYPE") ?? "")) return "";
  bounds.step(HTML_STEPS);
  const { htmlText } = await import("./html.ts");
  return htmlText(unescaped(line.value), bounds);
}

const WHOLE_DAY = /^\d{8}$/;

function dayBefore(day: string): string {
  const date = new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)) - 1));
  return Number.isNaN(date.getTime()) ? day : date.toISOString().slice(0, 10).replaceAll("-", "");
}

/** `20260617T090000Z`, with the zone that it is in; a date alone for a whole day. */
function timeOf(line: ContentLine | undefined): string {
  if (!line) return "";
  const parts = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d*(Z?))?/.exec(line.value.trim());
  if (!parts) return unescaped(line.value);
  const [, year, month, day, hours, minutes, utc] = parts;
  const zone = utc ? " UTC" : line.parameters.has("TZID") ? ` (${line.parameters.get("TZID")})` : "";
  return `${year}-${month}-${day}${hours ? ` ${hours}:${minutes}${zone}` : ""}`;
}

function person({ value, parameters }: ContentLine): string {
  const address = value.trim().replace(/^mailto:/i, "");
  const name = parameters.get("CN")?.trim();
  return name && name !== address ? `${name} <${address}>` : address;
}
