import { kindOf, type ScalarField } from "../../_shared/extraction/schema.ts";
import { PERIOD_JOINERS } from "../../metadata/local/tables/other-dates.ts";
import { keyOf } from "../../metadata/local/text/text.ts";
import { isoOf, type WrittenDate, writtenDates } from "../../metadata/local/dates/written-dates.ts";
import type { Row } from "./grid.ts";
import { labelsOf } from "./labels.ts";
import type { Reading } from "./parse.ts";
import type { Candidate } from "./candidate.ts";

/** A field that asks until when to pay has one of these labels. */
const ASKED = new Set(["due date", "payment due", "fallig am", "zahlbar bis", "echeance", "vencimiento", "scadenza"]);
/** Points for a day of a sentence: fewer than for one behind a label. */
const IN_A_SENTENCE = 9.5;
/** How far from its day the words of a sentence stand. */
const REACH = 110;

/** What is done until a day: paying. In key form, as all words here. */
const PAYING =
  / (?:uberweis\w{0,6}|zahlen|bezahlen|zahlung|zahlbar|zahlbetrag|begleich\w{0,4}|auszugleichen|einzuzahlen|anzuweisen|pay|payable|payment|remit|remittance|transfer|settle|settled|regler|reglement|payer|paiement|virement|verser|pagar|pago|abonar|transferir|ingresar|pagare|pagamento|versare|saldare|bonifico|betalen|betaling|voldoen|overmaken|over te maken|zaplat\w{1,3}|platnosc\w{0,2}) /u;
/** What happens on a day by itself: the sum is due, or is taken from an account. */
const TAKEN =
  / (?:fallig|eingezogen|einziehen|abgebucht|abbuchen|buchen wir|wir buchen|ziehen wir|wir ziehen|belastet|lastschrift|debited|collected|direct debit|preleve\w?|prelevement|exigible|cargara|cargaremos|domiciliacion|addebitat[oa]|addebito|afgeschreven|geincasseerd|incasso|debitado) /u;
const UNTIL =
  / (?:bis|bis zum|bis spatestens|bis spatestens zum|bis spatestens am|bis zum spatestens|spatestens|spatestens am|spatestens zum|spatestens bis|spatestens bis zum|until|by|before|no later than|not later than|on or before|at the latest by|latest by|au plus tard le|avant le|jusqu au|d ici le|antes del|antes de|hasta el|a mas tardar el|entro|entro il|entro e non oltre il|uiterlijk|uiterlijk op|voor|uiterlijk voor|do|do dnia|ate|ate ao|ate a) $/u;
const ON = / (?:am|zum|on|on or after|about|le|du|el|il|al|op|per|em|a) $/u;
/** What leads right to the day, whatever else the sentence says. */
const DUE =
  / (?:fallig|payable|due|due on|due date|exigible|vence|vence el|echeance|scadenza|vencimiento|vervalt op|vervaldatum) $/u;
/** Until then less is paid, or was paid; or it has happened. */
const NOT_DUE =
  / (?:skonto|rabatt|abzug|discount|deduct|escompte|remise|sconto|descuento|korting|berucksichtigt|eingegangen\w{0,2}|zahlungseingang\w{0,2}|verbucht|received|included|recus?|recibid[oa]s?|ricevut[oi]|ontvangen|wurden?|worden|waren?|erhalten|bezahlt|was|were|been|paid|thank|ete|paye|fue|sido|pagad[oa]|stat[oa]|pagat[oa]|werd|betaald) /u;

/**
 * The days until which a paper asks to pay in a sentence, and those on which the sum is taken from an account: "Bitte überweisen Sie
 * bis zum 12.06.2014". The sentence may begin in the line above, and go on below.
 */
export function daysToPay(rows: Row[], fields: Map<string, ScalarField>, reading: Reading): Candidate[] {
  const asked = [...fields].filter(
    ([path, field]) =>
      kindOf(field) === "date" && labelsOf(path, field).some((label) => ASKED.has(keyOf(label).trim())),
  );
  if (asked.length === 0) return [];
  return rows.flatMap((row, index) =>
    row.cells.flatMap((cell) => {
      const own = writtenDates(cell.text, reading.dayFirst);
      if (own.length === 0) return [];
      const [above, below] = row.cells.length === 1 ? [rows[index - 1], rows[index + 1]] : [];
      const lead = above && isOfOneText(above, row) ? `${above.text} ` : "";
      const tail = below && isOfOneText(row, below) ? ` ${below.text}` : "";
      const text = lead + cell.text + tail;
      const dates = writtenDates(text, reading.dayFirst);
      return dates.flatMap((date, nth) => {
        if (date.start < lead.length || date.end > lead.length + cell.text.length) return [];
        if ((date.ambiguous && reading.dayFirst === null) || !isToPay(text, dates, nth)) return [];
        return asked.map(([path]) => ({
          path,
          value: isoOf(date),
          page: row.page,
          quote: cell.text.slice(0, 290),
          box: cell.box,
          confidence: cell.confidence,
          score: IN_A_SENTENCE,
        }));
      });
    }),
  );
}

/** Whether a sentence goes on from one line to the next: with a small letter, or behind words that lead to a day. */
const isOfOneText = (one: Row, next: Row): boolean =>
  one.page === next.page &&
  one.cells.length === 1 &&
  next.cells.length === 1 &&
  (/^\p{Ll}/u.test(next.text) || UNTIL.test(keyOf(one.text.slice(-40))) || ON.test(keyOf(one.text.slice(-40))));

/** A sentence ends with a mark and a capital behind it; the point of "30. Oktober" ends none. */
const END = /(?<!(?<!\d)\d{1,2})[.!?]\s(?=\p{Lu})/gu;

function isToPay(text: string, dates: WrittenDate[], nth: number): boolean {
  const { start, end } = dates[nth]!;
  const last = dates[nth - 1]?.end ?? 0;
  if (last > 0 && PERIOD_JOINERS.test(text.slice(last, start))) return false;
  const ends = [...text.matchAll(END)].map(({ index }) => index + 1);
  const from = Math.max(start - REACH, ...ends.filter((at) => at <= start), 0);
  const to = Math.min(end + REACH, ...ends.filter((at) => at >= end), text.length);
  // "Zahlbar bis 15.03. mit 2 % Skonto, bis 30.03. netto": what parts two days parts what is said of them.
  const between = text.slice(Math.max(last, from), start);
  const before = last > from ? between.slice(between.lastIndexOf(",") + 1) : between;
  const after = text.slice(end, Math.min(to, dates[nth + 1]?.start ?? to)).split(/[,;]/u, 1)[0]!;
  const said = `${keyOf(before)}| ${keyOf(after).trimStart()}`;
  if (NOT_DUE.test(said) || /\d\s?%/u.test(before) || /\d\s?%/u.test(after)) return false;
  const lead = keyOf(before);
  if (DUE.test(lead)) return true;
  if (UNTIL.test(lead)) return PAYING.test(keyOf(text.slice(from, to))) || TAKEN.test(said);
  return ON.test(lead) && TAKEN.test(said);
}
