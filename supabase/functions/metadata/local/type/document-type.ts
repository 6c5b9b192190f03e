import type { DocumentType } from "../../../_shared/metadata.ts";
import { CONFIDENCE } from "../confidence.ts";
import { DOCUMENT_TYPE_EVIDENCE } from "../tables/document-types.ts";
import { CLOSINGS, GREETINGS, SALUTATIONS, SUBJECT_LABELS } from "../tables/letters.ts";
import { holds, type Finding, type Line } from "../text/text.ts";
import { BILLS, GOES_WITH_A_BILL, type Heading, headingOf, WITHOUT_HEADING } from "./headings.ts";
import {
  billLine,
  cvSections,
  isCiting,
  isMachineReadable,
  isProse,
  isScholarly,
  isTillRoll,
  isTimed,
  isTotal,
  mayBeReceipt,
  stripOfPaper,
} from "./looks.ts";
import { type Loudest, phrasesOf } from "./phrases.ts";

/** Below this the evidence is too thin, and the type is `other`. One plain name of a type in a short line is enough. */
const ENOUGH = 4;

/** From this score on many words speak for a type that no heading names. */
const MANY_WORDS = 10;

/** How many lines a ticket has at most, with its conditions. */
const LONGEST_TICKET = 150;

/** What the name of a type is worth in a row of the table. */
const OWN_NAME = 5;

/** Three sections of a curriculum vitae say more than any word. */
const SECTIONS = 10;

/** Types whose own words are enough: a till's, and those of long papers. */
const SURE_ENOUGH: readonly DocumentType[] = ["receipt", "invoice", "report"];

type Named = Exclude<DocumentType, "other">;

/** What is looked at once for all types. `joined`: the keys of all lines. */
type Paper = { lines: Line[]; joined: string; heading: Heading | null; prose: boolean; picture: boolean };

/**
 * The type that most evidence speaks for, with the line that speaks loudest; `other` (and no finding) where none is
 * strong enough.
 */
export function findDocumentType(
  lines: Line[],
  { picture = false }: { picture?: boolean } = {},
): { type: DocumentType; finding: Finding<DocumentType> | null } {
  const none = { type: "other", finding: null } as const;
  if (lines.some(isMachineReadable)) return none;
  const heading = headingOf(lines);
  const joined = lines.map(({ key }) => key).join("");
  const paper = { lines, joined, heading, prose: isProse(lines), picture };
  let best: { type: Named; score: number; line: Line | null } | null = null;
  for (const type of Object.keys(DOCUMENT_TYPE_EVIDENCE) as Named[]) {
    const found = isRuledOut(type, paper) ? null : scoreOf(type, paper);
    if (found && found.score > (best?.score ?? 0)) best = { type, ...found };
  }
  const headed = best !== null && heading?.type === best.type;
  const least = best && (headed || SURE_ENOUGH.includes(best.type)) ? ENOUGH : WITHOUT_HEADING;
  if (!best?.line || best.score < least) return mayBeBill(paper, best) ? unnamedBill(lines) : none;
  const { type, score, line } = best;
  const confidence = CONFIDENCE.type[headed ? "heading" : score >= MANY_WORDS ? "words" : "few"];
  return { type, finding: { value: type, page: line.page, quote: line.text, confidence } };
}

/** Whether a paper of no known name may be a bill: no office's words speak for another one, and it is no running text. */
const mayBeBill = ({ prose, heading }: Paper, best: { type: Named } | null): boolean =>
  !prose && heading === null && (best === null || best.type === "invoice" || best.type === "letter");

function unnamedBill(lines: Line[]): { type: DocumentType; finding: Finding<DocumentType> | null } {
  const line = billLine(lines);
  return line
    ? {
        type: "invoice",
        finding: { value: "invoice", page: line.page, quote: line.text, confidence: CONFIDENCE.type.few },
      }
    : { type: "other", finding: null };
}

/** Whether a paper cannot be of a type, whatever words of it stand there. */
function isRuledOut(type: Named, { lines, heading, prose }: Paper): boolean {
  // A bill names its order and its delivery note, with their numbers and days.
  if (heading?.type === "invoice" && GOES_WITH_A_BILL.includes(type)) return true;
  // "Fatura do Cartão de Crédito": what a bank calls a bill is none.
  if (type === "invoice" && heading?.type === "bank-statement" && holds(heading.line.key, BILLS)) return true;
  if (heading?.type === type) return false;
  // Words of tills stand in running text, too, and those of tickets in long papers about journeys.
  if (type === "receipt") return prose || !mayBeReceipt(lines);
  if (type === "ticket") return lines.length > LONGEST_TICKET || !isTimed(lines);
  if (type !== "letter") return false;
  // A letter greets or takes its leave on its first page; behind a bill the mail that it came with may be filed.
  const first = lines.filter(({ page }) => page === lines[0]?.page);
  return first.length < lines.length && !first.some(({ key }) => holds(key, ADDRESSING));
}

/** How letters begin and end, and the labels of what they are about. */
const ADDRESSING: readonly string[] = [...SALUTATIONS, ...GREETINGS, ...CLOSINGS, ...SUBJECT_LABELS];

/** What speaks for a type, and the line that speaks loudest; null where that is a single word of other papers, too. */
function scoreOf(type: Named, { lines, joined, heading, picture }: Paper): { score: number; line: Line | null } | null {
  const said = phrasesOf(type, lines, joined, heading);
  let score = said.score + (type === "receipt" && (picture || isTillRoll(lines)) ? stripOfPaper(lines) : 0);
  let loudest: Loudest | null = said.loudest;
  // A till's strip of paper needs no word of its own beside its total.
  if (type === "receipt" && !loudest && score >= ENOUGH && isTillRoll(lines))
    loudest = { line: lines.find(isTotal)!, weight: 1 };
  if (heading?.type === type) {
    score += heading.score;
    loudest = { line: heading.line, weight: Infinity };
  }
  if (type === "article" && !loudest && heading === null && isScholarly(lines)) {
    score += MANY_WORDS;
    loudest = { line: lines.find(isCiting) ?? lines[0]!, weight: OWN_NAME };
  }
  const sections = type === "cv" ? cvSections(lines) : null;
  if (sections) {
    score += SECTIONS;
    if (!loudest || loudest.weight < SECTIONS) loudest = { line: sections, weight: SECTIONS };
  }
  // One word that papers of a type have, however often, stands in other papers too.
  const isOneWord = heading?.type !== type && said.phrases < 2 && (loudest?.weight ?? 0) < OWN_NAME;
  return isOneWord && !SURE_ENOUGH.includes(type) ? null : { score, line: loudest?.line ?? null };
}
