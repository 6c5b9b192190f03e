import { formatOfType } from "../../_shared/file-formats.ts";
import { Metadata, type Describe, type DescribeInput } from "../../_shared/metadata.ts";
import { findFare } from "./amounts/fare.ts";
import { findTotal } from "./amounts/total.ts";
import { isTaughtType, taughtBy } from "../learned/hint.ts";
import { CONFIDENCE } from "./confidence.ts";
import { findCorrespondent } from "./sender/correspondent.ts";
import { readsDayFirst } from "./dates/date-order.ts";
import { findDocumentDate } from "./dates/dates.ts";
import { findDocumentType } from "./type/document-type.ts";
import { archiveTitle, calendarTitle, containerOf, contentsOf, membersOf } from "./type/containers.ts";
import { einvoiceFindings, evidenceFrom, type XmlFinding } from "./einvoice.ts";
import { tagsOf } from "./tags/keywords.ts";
import { withKnownTags } from "./tags/known-tags.ts";
import { findLanguage } from "./text/language.ts";
import { hasSums, mailHead, type MailHead } from "./mails/mails.ts";
import { mendedKey } from "./text/misreadings.ts";
import { blankName, displayName } from "./name/name.ts";
import { isMachineMade } from "./name/own-name.ts";
import { findParties } from "./sender/parties.ts";
import { findRoute, routeText, shortRoute } from "./name/route.ts";
import { findSubject } from "./name/subject.ts";
import { blankSummary, summaryOf } from "./summary.ts";
import { DOCUMENT_TYPE_LABELS } from "./tables/document-types.ts";
import { TOPICS } from "./tables/topics.ts";
import { holds, keyOf, type Line, linesOf } from "./text/text.ts";

/**
 * Describes a document from the words that stand in it, without a model, a key or a network: what it is, who it is from,
 * its date, its amount or its subject. It takes nothing from outside the text: what the text does not say is null. The XML of
 * an e-invoice is believed before the pages.
 * Its cost is bounded: only the first five and the last two pages are looked at (see LIMITS in text.ts).
 */
export const describeLocally: Describe = async (input, onStep, signal) => {
  signal?.throwIfAborted();
  const say = (text: string) => onStep({ type: "text", text });
  const picture = formatOfType(input.mime_type)?.kind === "picture";
  const read = linesOf(input.pages);
  const lines = picture ? read.map(asMeant) : read;
  if (!lines.some((line) => /[\p{L}\p{N}]/u.test(line.text))) {
    say("There is no text to describe.");
    return result(blank(input));
  }

  say(`Reading ${input.pages.length === 1 ? "one page" : `${input.pages.length} pages`}.`);
  const xml = input.einvoice ? einvoiceFindings(input.einvoice, lines) : null;
  const mail = mailHead(input.mime_type, lines);
  const told = mail ? mail.body : lines;
  const container = containerOf(input.mime_type, lines);
  const contents = container ? contentsOf(container, lines) : lines;
  const language = await findLanguage(contents, { names: container !== null });
  const byWords = mail
    ? mailType(mail, picture)
    : container && container !== "table"
      ? OTHER
      : findDocumentType(lines, { picture });
  const taught = input.learned
    ? taughtBy(input.learned, read, { dayFirst: readsDayFirst(lines, language), language })
    : null;
  const taughtType = taught?.type && isTaughtType(input.learned!, byWords.type) ? taught.type : null;
  const byName = xml?.type.value ?? taughtType ?? byWords.type;
  const printed = xml?.amount ?? taught?.amount ?? (WITH_A_TOTAL.includes(byName) ? findTotal(told, language) : null);
  // On a picture of a receipt the dash between a label and its sum looks like a minus.
  const sum =
    picture && byName === "receipt" && printed && !lines.some(({ key }) => holds(key, REFUNDS))
      ? { ...printed, value: { ...printed.value, amount: Math.abs(printed.value.amount) } }
      : printed;
  // An invoice over less than nothing gives money back, whatever it is called.
  const givesBack = !xml && byName === "invoice" && sum !== null && sum.value.amount < 0;
  const type = givesBack ? "credit-note" : byName;
  // A table names payees and days in its rows, not who it is from.
  const rows = type === "other" && container !== null;
  const typeFinding = givesBack
    ? { ...sum, value: type }
    : type === byWords.type && byWords.finding
      ? { ...byWords.finding, ...(xml && { confidence: CONFIDENCE.einvoice }) }
      : (xml?.type ?? null);
  say(
    type === "other"
      ? "The document is of no type that I know."
      : `It reads like this type: ${DOCUMENT_TYPE_LABELS[type]}.`,
  );
  signal?.throwIfAborted();

  const parties = type === "contract" ? findParties(lines) : [];
  const named =
    taught?.correspondent ??
    xml?.correspondent ??
    mail?.from ??
    (rows || (mail && !mail.printed) ? null : findCorrespondent(lines, type));
  // A contract is from one of its parties: the one that its head names, or else the first.
  const correspondent =
    taught?.correspondent ?? parties.find(({ value }) => value === named?.value) ?? parties[0] ?? named;
  const date =
    xml?.date ??
    taught?.date ??
    mail?.date ??
    (rows || (mail && !mail.printed)
      ? null
      : findDocumentDate(lines, type, language, { labelled: picture && type === "other" }));
  const total = sum ?? (type === "ticket" ? findFare(told, language) : null);
  const route = type === "ticket" ? findRoute(lines) : null;
  const subject = route
    ? { ...route, value: routeText(route.value, language) }
    : mail
      ? mail.subject
      : rows
        ? container === "calendar"
          ? calendarTitle(lines)
          : container === "archive" && isMachineMade(input.filename)
            ? archiveTitle(lines)
            : null
        : findSubject(lines, type, correspondent?.value ?? null, picture || !isMachineMade(input.filename));
  if (input.instruction) say("Without a model nothing follows an instruction: the rules are the same as before.");
  say(`Found in the text: ${found({ sender: correspondent, date, amount: total, subject })}.`);
  signal?.throwIfAborted();

  const facts = {
    type,
    correspondent: correspondent?.value ?? null,
    date: date?.value ?? null,
    amount: total?.value ?? null,
    subject: subject?.value ?? null,
  };
  const names = [...parties.map(({ value }) => value), ...(correspondent ? [correspondent.value] : [])];
  const short = route && shortRoute(route.value);
  const ownTags = tagsOf(mail ? [...lines.filter(({ text }) => text === mail.subject?.quote), ...told] : contents, {
    ...facts,
    language,
    names,
    places: short ? [short.from, short.to] : [],
  });
  const tags = withKnownTags(ownTags, input.known_tags ?? []);
  return result({
    display_name: displayName(
      { ...facts, shortSubject: short && routeText(short, language) },
      input.filename,
      input.mime_type,
    ),
    tags,
    summary: summaryOf(told.length > 0 ? told : lines, {
      ...facts,
      language,
      parties: parties.map(({ value }) => value),
      wanted: input.summary_language ?? null,
      picture,
      holds: rows ? { kind: container, names: membersOf(container, lines) } : null,
      topic: ownTags.find((tag, index) => index > 0 && tag in TOPICS) ?? null,
    }),
    document_type: type,
    correspondent: facts.correspondent,
    document_date: facts.date,
    language,
    amount: total && { value: total.value.amount, currency: total.value.currency },
    evidence: evidenceOf({ document_type: typeFinding, correspondent, document_date: date, amount: total, subject }),
  });
};

/** What is claimed where nothing is. */
const OTHER = { type: "other", finding: null } as const;

/** A mail is a letter, unless it is itself the bill, order or ticket that its subject names. */
function mailType({ subject, body }: MailHead, picture: boolean): ReturnType<typeof findDocumentType> {
  const found = findDocumentType(body, { picture });
  if (found.type === "ticket" && hasSums(body)) return found;
  // A mail that merely speaks of a bill has no total of its own.
  if (["invoice", "receipt", "order"].includes(found.type) && findTotal(body)) return found;
  const line = body.find(({ text }) => /\p{L}/u.test(text));
  const quote = subject ?? (line && { page: line.page, quote: line.text });
  return quote
    ? {
        type: "letter",
        finding: { value: "letter", page: quote.page, quote: quote.quote, confidence: CONFIDENCE.mail },
      }
    : OTHER;
}

/** Words of a receipt that gives money back. In key form. */
const REFUNDS: readonly string[] = [
  "refund",
  "refunded",
  "return",
  "void",
  "erstattung",
  "storno",
  "retoure",
  "rembourse",
  "remboursement",
  "annulation",
  "devolucion",
  "reembolso",
  "anulacion",
  "rimborso",
  "reso",
  "retour",
  "zwrot",
  "bayaran balik",
];

/** Papers with a sum; an amount in a letter or a report is not its total. */
const WITH_A_TOTAL: readonly Metadata["document_type"][] = [
  "invoice",
  "receipt",
  "credit-note",
  "quote",
  "order",
  "ticket",
];

function blank(input: DescribeInput): Metadata {
  return {
    display_name: blankName(input.filename, input.mime_type),
    tags: ["other"],
    summary: blankSummary(input.summary_language ?? null),
    document_type: "other",
    correspondent: null,
    document_date: null,
    language: null,
    amount: null,
    evidence: {},
  };
}

function result(metadata: Metadata): Awaited<ReturnType<Describe>> {
  return {
    metadata: Metadata.parse(metadata),
    engine: "local",
    model: null,
    prompt_version: null,
    input_tokens: 0,
    output_tokens: 0,
  };
}

function evidenceOf(findings: Record<keyof Metadata["evidence"], XmlFinding<unknown> | null>): Metadata["evidence"] {
  const evidence: Metadata["evidence"] = {};
  for (const [name, finding] of Object.entries(findings) as [
    keyof Metadata["evidence"],
    XmlFinding<unknown> | null,
  ][]) {
    if (finding) evidence[name] = evidenceFrom(finding);
  }
  return evidence;
}

function found(findings: Record<string, XmlFinding<unknown> | null>): string {
  const names = Object.keys(findings).filter((name) => findings[name]);
  return names.length > 0 ? names.join(", ") : "nothing certain";
}

/** A line that was read from a picture, whose misread label words count as what they were meant to be. */
const asMeant = (line: Line): Line => ({ ...line, key: mendedKey(keyOf(line.text)), cells: [line.text] });
