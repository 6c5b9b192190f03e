import { extensionOf } from "../../../_shared/file-formats.ts";
import { trimmed, trimmedEnd, whole } from "../../../_shared/trim.ts";
import type { DocumentType } from "../../../_shared/metadata.ts";
import type { Amount } from "../amounts/money.ts";
import { titleCase, withoutLegalForm } from "../sender/company-name.ts";
import { CONTRACT_WORDS } from "../tables/contracts.ts";
import { DOCUMENT_TYPE_LABELS } from "../tables/document-types.ts";
import { LEGAL_FORMS } from "../tables/companies.ts";
import { FUNCTION_WORDS } from "../tables/function-words.ts";
import { STOP_WORDS } from "../tables/stop-words.ts";
import { isMachineMade, ownName } from "./own-name.ts";
import { foldSpace, keyOf, shorten, visible } from "../text/text.ts";
import { isNamed } from "./title-likeness.ts";
import { isoOf, writtenDates } from "../dates/written-dates.ts";

const LONGEST = 60;
/** A sender with more characters may be cut for the sake of the subject. */
const LONG_SENDER = 30;
/** Less of a title than this says nothing: "Ein Abend" of "Ein Abend mit alten Liedern". */
const TELLING = 10;
/** A sender is cut to this where nothing of the subject fits beside more of it. */
const SHORT_SENDER = 20;
const SMALL_WORDS = new Set(
  Object.values(FUNCTION_WORDS)
    .flat()
    .filter((word) => word.length <= 4),
);

/** What a name is made of. `shortSubject`: the same subject in fewer words, where there is one. */
export type NameParts = {
  type: DocumentType;
  correspondent: string | null;
  date: string | null;
  subject: string | null;
  shortSubject?: string | null;
  amount: Amount | null;
};

/**
 * "Invoice - Acme Corp - 2026-03-15.pdf": at most 60 characters; the parts shrink at word boundaries, the date never. Where
 * neither who nor what is known, the name that a person gave the file says more and is kept.
 */
export function displayName(parts: NameParts, filename: string, mimeType: string): string {
  const known = clean(parts.correspondent) !== "" || clean(parts.subject) !== "";
  if (!known && (parts.type === "other" || !isMachineMade(filename))) {
    const extension = extensionOf(filename, mimeType);
    const own = ownName(filename, LONGEST - extension.length);
    if (own !== "") return own + extension;
  }
  const correspondent = clean(parts.correspondent);
  const subject = shownSubject(parts);
  const subjects = [subject, clean(parts.shortSubject ?? null)].filter((text) => text !== "");
  const date = parts.date ?? "";
  // Without a date or a sender, the amount is what tells two bills apart.
  const amount =
    parts.amount && (!date || !correspondent) && !(parts.type === "ticket" && subject) ? amountText(parts.amount) : "";
  const extension = extensionOf(filename, mimeType);
  // "Document" tells nothing: a long title has its room.
  const labelled = [DOCUMENT_TYPE_LABELS[parts.type], subject, date, amount].filter((part) => part !== "").join(" - ");
  const tooLong = (sender: string): boolean =>
    [labelled, sender].filter((part) => part !== "").join(" - ").length > LONGEST - extension.length;
  // "Residential Lease" says that it is a contract, and more.
  const saysMore =
    (parts.type === "other" && tooLong(withoutLegalForm(correspondent))) ||
    (SAID_BY_TITLE.includes(parts.type) &&
      (subject.includes(" ") || (parts.type === "certificate" && isNamed(keyOf(subject)))) &&
      tooLong(withoutLegalForm(correspondent)));
  const senders = [correspondent, withoutLegalForm(correspondent)];
  const fitted = (label: string): string[] => {
    const fixed = [label, date, amount].filter((part) => part !== "");
    // What fits is counted with the mark before it, which a name without any other part has not.
    const room = LONGEST - extension.length - fixed.join(" - ").length + (fixed.length === 0 ? 3 : 0);
    return flexible(parts.type, senders, subjects, room);
  };
  const said = subject !== "" && saysMore ? fitted("") : [];
  // The title takes the place of the type only where it is told.
  const toldBy = said.some((part) => subject.startsWith(part));
  const label = toldBy ? "" : DOCUMENT_TYPE_LABELS[parts.type];
  const names = [label, ...(toldBy ? said : fitted(label)).map(titled), amount, date].filter((part) => part !== "");
  return names.join(" - ") + extension;
}

/**
 * A subject as it is told beside type and date: without what these say already, and not in capitals.
 *
 * @param title whether the title of a contract stays whole, "Window Cleaning Agreement", as a sentence has it
 */
export function shownSubject(
  { subject, type, date }: Pick<NameParts, "subject" | "type" | "date">,
  { title = false } = {},
): string {
  const undated = withoutDate(clean(subject), date);
  return inTitleCase(title && type === "contract" ? undated : withoutLabel(undated, DOCUMENT_TYPE_LABELS[type]));
}

/** Each word with a capital but the small ones within: "Au bon moulin" becomes "Au Bon Moulin". What begins with a capital or mixes them stays. */
function titled(text: string): string {
  return text
    .split(" ")
    .map((word, at) =>
      at > 0 && (isSmall(word) || LEGAL_FORMS.includes(word))
        ? word
        : word.replace(
            /^(?:[dl]['’])?\p{Ll}(?=[\p{Ll}\p{M}'’-]*$)/u,
            (letters) => letters.slice(0, -1) + letters.slice(-1).toUpperCase(),
          ),
    )
    .join(" ");
}

/** A heading in capitals as one writes a title: "EMPLOYEE EXPENSE REPORT" becomes "Employee Expense Report". */
function inTitleCase(text: string): string {
  if (!text.includes(" ") || /\p{Ll}/u.test(text) || !/\p{Lu}{4}/u.test(text)) return text;
  return titleCase(text)
    .split(" ")
    .map((word, at) => (at > 0 && SMALL_WORDS.has(keyOf(word).trim()) ? word.toLowerCase() : word))
    .join(" ");
}

/** The name of a file in which no text was found: its own, where a person gave it. */
export function blankName(filename: string, mimeType: string): string {
  const extension = extensionOf(filename, mimeType);
  const own = isMachineMade(filename) ? "" : ownName(filename, LONGEST - extension.length);
  return `${own || "Blank Document"}${extension}`;
}

/** Papers that are for many readers, who know their title or go to the event. */
const PUBLISHED: readonly DocumentType[] = ["article", "manual", "ticket"];

/** Papers whose titles say what they are: "Residential Lease", "Extrait d'acte de naissance". */
const SAID_BY_TITLE: readonly DocumentType[] = ["contract", "certificate"];

/** Papers that bear a title. */
const TITLED: readonly DocumentType[] = ["report", "minutes", "manual", "article", "form", "ticket", "other"];

/** The sender and the subject as far as the room takes them, each with its " - ". The longer forms of each come first. */
function flexible(type: DocumentType, senders: string[], subjects: string[], room: number): string[] {
  const [sender = "", subject = ""] = [senders.at(-1), subjects[0]];
  const whole = subjects
    .flatMap((subject) => senders.map((sender) => [sender, subject]))
    .find((both) => both.join(" - ").length + 3 <= room);
  if (sender !== "" && whole) return whole;
  if (subject === "" || sender === "") {
    const texts = (sender === "" ? subjects : senders).filter((text) => text !== "");
    const best = texts.find((text) => text.length + 3 <= room) ?? texts.at(-1);
    return best !== undefined && room >= 9 ? [cut(best, room - 3)] : [];
  }
  // "Meadow Park Clinic Informed Consent" names its sender itself.
  if (keyOf(subject).includes(keyOf(sender))) return flexible(type, [""], subjects, room);
  // What somebody wrote for many goes by its title; the sender is named too where both fit.
  if (PUBLISHED.includes(type)) return flexible(type, [""], subjects, room);
  return (
    shared(sender, subjects.at(-1)!, room - 6, type === "letter" ? 0 : TELLING) ??
    (TITLED.includes(type) || (type === "certificate" && isNamed(keyOf(subject)))
      ? flexible(type, [""], subjects, room)
      : flexible(type, senders, [], room))
  );
}

/** A sender and a subject in less room than they need: only a long sender is cut, the subject where it still says something. */
function shared(sender: string, subject: string, room: number, least: number): [string, string] | null {
  const longest =
    sender.length <= LONG_SENDER ? sender : cut(sender, Math.min(LONG_SENDER, room - Math.min(10, subject.length)));
  // Where nothing of the subject fits beside the whole name, its beginning may do.
  const told = (name: string): string | null => {
    const about = phrase(subject, room - name.length);
    // "Physician Hospital" of "Physician Hospital Discharge Summary" leaves out what the paper is.
    const half = least > 0 && about !== null && isNamed(keyOf(subject)) && !isNamed(keyOf(about));
    return about !== null && !half && about.length >= Math.min(subject.length, least) ? about : null;
  };
  const name = [longest, cut(sender, SHORT_SENDER)].find(told);
  const about = name && told(name);
  if (!name || !about) return null;
  // What the subject leaves free, a cut sender takes back.
  return [cut(sender, Math.max(name.length, Math.min(LONG_SENDER, room - about.length))), about];
}

/**
 * The beginning of a subject that can stand alone, or null. It ends before a small word ("Termination | of your …") or
 * holds two words at least, and it does not end with a small word or a German adjective whose noun is cut off.
 */
function phrase(subject: string, room: number): string | null {
  if (subject.length <= room) return subject;
  if (room < 8) return null;
  const words = subject.split(" ");
  let kept = shorten(subject, room).split(" ").length;
  while (
    kept > 0 &&
    (isSmall(words[kept - 1]!) || (/^\p{Ll}/u.test(words[kept - 1]!) && /^\p{Lu}/u.test(words[kept] ?? "")))
  )
    kept--;
  const text = trimmedEnd(words.slice(0, kept).join(" "), /[\s,;:.&(–-]/u);
  return text !== "" && text.length <= room && (kept >= 2 || (text.length >= 6 && isSmall(words[kept] ?? "")))
    ? text
    : null;
}

function isSmall(word: string): boolean {
  const key = keyOf(word).trim();
  return SMALL_WORDS.has(key) || STOP_WORDS.has(key);
}

/** Shortens so that no small word hangs at the end: "Ministry of" becomes "Ministry". */
function cut(text: string, length: number): string {
  const words = shorten(text, length).split(" ");
  const all = text.split(" ");
  const hangs = (last: string, next: string): boolean =>
    SMALL_WORDS.has(keyOf(last).trim()) || (/^\p{Ll}/u.test(last) && /^\p{Lu}/u.test(next));
  const least = words.join(" ").length * 0.6;
  while (
    text.length > length &&
    words.length > 1 &&
    words.slice(0, -1).join(" ").length >= least &&
    hangs(words.at(-1)!, all[words.length] ?? "")
  )
    words.pop();
  return words.join(" ");
}

/** Without control characters, invisible marks, and what file systems do not take in a name. */
function clean(text: string | null): string {
  const name = visible((text ?? "").normalize("NFC"))
    .replace(/[/\\:*?"<>|]+/g, " ")
    .replace(/\s-\s/g, " ");
  return trimmed(whole(foldSpace(name)), /[\s.,;–-]/u);
}

/** The type stands in front already: a title that says no more is left out, "Maintenance Agreement" of a contract is "Maintenance". */
function withoutLabel(subject: string, label: string): string {
  const key = keyOf(subject).trim();
  if (key === keyOf(label).trim()) return "";
  // "ordentlichen Mitgliederversammlung" loses its adjective.
  if (label === DOCUMENT_TYPE_LABELS.minutes)
    return subject.replace(MINUTES_OF, "").replace(/^\p{Ll}\p{L}{2,14}\s(?=\p{Lu}\p{Ll})/u, "") || subject;
  if (label !== DOCUMENT_TYPE_LABELS.contract) return subject;
  const begun =
    /^(?:contrat|contrato|contratto|contract|agreement)\s(?:de\s|d['’]|di\s|for\s|voor\s)(?=\p{L}{4})/iu.exec(subject);
  if (begun) return subject.slice(begun[0].length);
  const names = [label, ...CONTRACT_WORDS].map((name) => keyOf(name).trim());
  const words = subject.split(" ");
  return names.includes(keyOf(words.at(-1) ?? "").trim()) ? words.slice(0, -1).join(" ").trim() : subject;
}

/** How minutes begin: "Minutes of the Committee Meeting" is told as "Committee Meeting". */
const MINUTES_OF =
  /^(?:minutes of (?:the |a |an )?|protokoll (?:der |des |über die |zur )|compte[ -]rendu (?:de la |de l['’]|du |de )|proc[eè]s[ -]verbal (?:de la |de l['’]|du |de )|acta (?:de la |del |de )|verbale (?:della |dell['’]|di |del )|ata (?:da |de )|notulen (?:van de |van het |van )|protokół (?:z |ze )|zápis (?:z |ze )|zápisnica (?:z |zo )|protokoll (?:fra |från |fört vid )|referat (?:fra |af )|møtereferat (?:fra )|mødereferat (?:fra |af )|proces[ -]verbal (?:al |de )|minit )(?=\p{L}{4})/iu;

/** What joins a day to what stands before it. */
const DATED = /[\s,(](?:held on|on|of|dated|vom|am|du|le|del|de|van|den|z dnia|dnia|ze dne|dne|fra|från|em|il|el)$/iu;

/** A subject without the day that the name holds already: "Minutes of the meeting held on 11 February 2025". */
function withoutDate(subject: string, date: string | null): string {
  const written = date ? writtenDates(subject, true).find((one) => isoOf(one) === date) : undefined;
  if (!written || subject.length - written.end > 30) return subject;
  const before = trimmedEnd(subject.slice(0, written.start), /[\s,(]/u).replace(DATED, "");
  return before.split(" ").length >= 2 ? trimmed(before, /[\s,–-]/u) : subject;
}

function amountText({ amount, currency }: Amount): string {
  return `${currency ? `${currency} ` : ""}${amount.toFixed(2)}`;
}
