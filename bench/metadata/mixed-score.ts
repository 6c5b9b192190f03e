import path from "node:path";
import type { Metadata } from "../../supabase/functions/_shared/metadata.ts";
import type { MixedTruth } from "./mixed.ts";

export type Verdict = "right" | "wrong" | "missing";
export type MixedScore = {
  type: Verdict;
  /** Whether the type that was claimed is right; null where none was (`other`). */
  claimed: boolean | null;
  correspondent: Verdict;
  date: Verdict;
  amount: Verdict;
  language: Verdict;
  /** `plain`: says no more than the file's own name or the type. */
  name: "good" | "plain" | "wrong";
};

/** How right a description is of a document whose truth lists every acceptable value. */
export function mixedScoreOf(metadata: Metadata, truth: MixedTruth): MixedScore {
  const claimed = metadata.document_type === "other" ? null : truth.types.includes(metadata.document_type);
  const right = truth.types.includes(metadata.document_type);
  return {
    type: right ? "right" : "wrong",
    claimed,
    correspondent: verdictOf(metadata.correspondent, truth.correspondents, sameName),
    date: verdictOf(metadata.document_date, truth.dates, (one, other) => one === other),
    amount: amountVerdict(metadata.amount ?? null, truth),
    language: [truth.language, ...truth.languages_also].includes(metadata.language ?? "-")
      ? "right"
      : metadata.language
        ? "wrong"
        : "missing",
    name: judgeName(metadata.display_name, truth),
  };
}

function verdictOf(
  value: string | null,
  allowed: (string | null)[],
  same: (one: string, other: string) => boolean,
): Verdict {
  const values = allowed.filter((each) => each !== null);
  if (value === null) return values.length === 0 || allowed.includes(null) ? "right" : "missing";
  return values.some((each) => same(value, each)) ? "right" : "wrong";
}

function amountVerdict(amount: Metadata["amount"] | null, truth: MixedTruth): Verdict {
  if (truth.amount === null) return amount ? "wrong" : "right";
  if (!amount) return truth.amount_optional ? "right" : "missing";
  const close = [truth.amount.value, ...truth.amounts_also].some((value) => Math.abs(amount.value - value) < 0.005);
  const sameCurrency = !amount.currency || !truth.amount.currency || amount.currency === truth.amount.currency;
  return close && sameCurrency ? "right" : "wrong";
}

/** Letters that decomposition does not make plain. */
const LETTERS: Record<string, string> = {
  ı: "i",
  İ: "i",
  ł: "l",
  Ł: "l",
  ø: "o",
  Ø: "o",
  æ: "ae",
  Æ: "ae",
  œ: "oe",
  đ: "d",
  Đ: "d",
  ð: "d",
  þ: "th",
  ي: "ی",
  ى: "ی",
  ك: "ک",
  ـ: "",
  أ: "ا",
  إ: "ا",
  آ: "ا",
}; // prettier-ignore

const plain = (text: string): string => [...text].map((letter) => LETTERS[letter] ?? letter).join("");

function folded(text: string): string {
  const bare = plain(text.normalize("NFKC")).toLowerCase().replace(/ß/g, "ss").normalize("NFKD").replace(/\p{M}/gu, "");
  return (
    plain(bare.normalize("NFC"))
      .replaceAll("_", " ")
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  ).join(" ");
}

/** Letters and digits of a folded name; one of a script without spaces counts as two. */
const weight = (text: string): number =>
  [...text.replaceAll(" ", "")].reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1), 0);

export function sameName(one: string, other: string): boolean {
  const [a, b] = [folded(one), folded(other)];
  if (!a || !b) return false;
  if (a === b || matchRatio(a, b) >= 0.8) return true;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  return weight(short) >= 6 && long.includes(short);
}

/** Twice the characters in matching blocks over all characters (Ratcliff and Obershelp, as Python's difflib has it). */
export function matchRatio(a: string, b: string): number {
  const matched = (aFrom: number, aTo: number, bFrom: number, bTo: number): number => {
    let best = { length: 0, a: aFrom, b: bFrom };
    let lengths = new Map<number, number>();
    for (let i = aFrom; i < aTo; i++) {
      const next = new Map<number, number>();
      for (let j = bFrom; j < bTo; j++) {
        if (a[i] !== b[j]) continue;
        const length = (lengths.get(j - 1) ?? 0) + 1;
        next.set(j, length);
        if (length > best.length) best = { length, a: i - length + 1, b: j - length + 1 };
      }
      lengths = next;
    }
    if (best.length === 0) return 0;
    const before = matched(aFrom, best.a, bFrom, best.b);
    return before + best.length + matched(best.a + best.length, aTo, best.b + best.length, bTo);
  };
  return a.length + b.length === 0 ? 1 : (2 * matched(0, a.length, 0, b.length)) / (a.length + b.length);
}

/** Whether a folded name has the words, from the start of a word; anywhere in scripts without spaces. */
function has(words: string, name: string, whole = false): boolean {
  const wanted = folded(words);
  if (!wanted) return false;
  if (!whole && weight(wanted) > wanted.replaceAll(" ", "").length) return name.includes(wanted);
  return whole ? ` ${name} `.includes(` ${wanted} `) : ` ${name}`.includes(` ${wanted}`);
}

/** Words that say what kind of paper it is, and no more. */
const TYPE_WORDS = new Set(
  folded(`document blank untitled other unknown scan image page file invoice receipt bill credit note quote quotation order
  purchase delivery bank statement payslip tax insurance policy contract agreement letter report minutes manual article form
  certificate cv resume curriculum vitae ticket dokument rechnung quittung beleg gutschrift angebot bestellung lieferschein
  kontoauszug gehaltsabrechnung lohnabrechnung steuer steuerdokument versicherung vertrag brief bericht protokoll handbuch
  anleitung artikel formular bescheinigung urkunde zertifikat lebenslauf facture recu avoir devis commande bon de livraison
  releve bancaire compte bulletin paie impot assurance contrat lettre courrier rapport proces verbal manuel notice formulaire
  certificat billet factura recibo nota credito presupuesto pedido albaran extracto bancario nomina impuesto seguro contrato
  carta informe acta articulo formulario certificado entrada fattura ricevuta preventivo ordine bolla estratto conto busta paga
  imposta assicurazione contratto lettera relazione verbale manuale articolo modulo certificato biglietto fatura orcamento
  encomenda guia remessa extrato holerite imposto relatorio ata bilhete factuur bon creditnota offerte bestelling pakbon
  bankafschrift loonstrook belasting verzekering verslag notulen handleiding formulier certificaat faktura paragon oferta
  zamowienie wyciag umowa list raport protokol instrukcja formularz zaswiadczenie bilet kvitto kvittering offert tilbud
  bestallning lonespecifikation avtal kontrakt brev rapport intyg biljett billet uctenka nabidka objednavka vypis smlouva dopis
  zprava zapis navod formular potvrzeni zivotopis fis teklif siparis sozlesme mektup rapor tutanak kilavuz belge ozgecmis arve
  leping kiri di of`).split(" "),
);
const MONTHS = new Set(
  `january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept
  oct nov dec`.split(/\s+/),
);
const CURRENCIES = new Set("usd eur gbp chf jpy cny aud cad inr brl pln dkk sek nok czk try rsd huf".split(" "));

/** What a name says besides its type, dates, sums and numbers. */
const bare = (name: string): string[] =>
  name
    .split(" ")
    .filter(
      (word) => word && !TYPE_WORDS.has(word) && !MONTHS.has(word) && !CURRENCIES.has(word) && !/^\d+$/.test(word),
    );

function judgeName(displayName: string, truth: MixedTruth): MixedScore["name"] {
  const stem = displayName.trim().replace(/\.[A-Za-z0-9]{2,5}$/, "");
  const name = folded(stem);
  const own = folded(path.parse(truth.file).name);
  if (truth.bad.some((words) => has(words, name, true) || (!folded(words) && stem.includes(words)))) return "wrong";
  if (name === own || name === folded(truth.file) || bare(name).length === 0)
    return name !== "" &&
      name !== own &&
      truth.title_any.some(
        (title) =>
          has(title, name) &&
          !folded(title)
            .split(" ")
            .every((word) => TYPE_WORDS.has(word)),
      )
      ? "good"
      : "plain";
  if (truth.title_any.some((title) => has(title, name))) return "good";
  const ownWords = new Set(own.split(" "));
  return bare(name).every((word) => ownWords.has(word)) ? "plain" : "wrong";
}

/** Counts and shares of a group; a share is "percent (count/of)". */
export function mixedFiguresOf(scores: MixedScore[]): Record<string, number | string> {
  const share = (count: number, of: number): string =>
    of === 0 ? "none" : `${Math.round((1000 * count) / of) / 10}% (${count}/${of})`;
  const count = (name: keyof MixedScore, verdict: string): number =>
    scores.filter((score) => score[name] === verdict).length;
  const claimed = scores.filter(({ claimed }) => claimed !== null);
  const all = scores.length;
  return {
    documents: all,
    type_right: share(count("type", "right"), all),
    claimed_type_right: share(claimed.filter(({ claimed }) => claimed).length, claimed.length),
    ...Object.fromEntries(
      (["correspondent", "date", "amount", "language"] as const).flatMap((name) =>
        (["right", "wrong", "missing"] as const).map((verdict) => [
          `${name}_${verdict}`,
          share(count(name, verdict), all),
        ]),
      ),
    ),
    ...Object.fromEntries(
      (["good", "plain", "wrong"] as const).map((verdict) => [`name_${verdict}`, share(count("name", verdict), all)]),
    ),
  };
}
