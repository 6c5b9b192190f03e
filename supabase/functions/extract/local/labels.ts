import { kindOf, scalarsOf, type Fields, type ScalarField } from "../../_shared/extraction/schema.ts";
import { NOT_THE_TOTAL } from "../../metadata/local/tables/amounts.ts";
import { OTHER_DATE_LABELS } from "../../metadata/local/tables/dates.ts";
import { MORE_OTHER_DATE_LABELS } from "../../metadata/local/tables/other-dates.ts";
import { MORE_LABELS } from "./more-labels.ts";
import { NOT_THE_NET, NOT_THE_NUMBER } from "./other-labels.ts";
import { keyOf, RUNS_ON } from "../../metadata/local/text/text.ts";

/**
 * A label found in a key: where it begins and ends, and the paths that it names; none for a label of something else. `compound`: the
 * label is the end of a longer word.
 */
export type LabelMatch = { start: number; end: number; phrase: string; paths: string[]; compound?: true };

/** Finds labels of a schema's fields in keys. The longest one counts: "invoice date" is none of "date", nor "total tax" of "total". */
export type Labels = { find(key: string): LabelMatch[] };

/** The labels of one field: what the schema gives, and its name. */
export function labelsOf(path: string, field: ScalarField): string[] {
  const name = path.split(".").at(-1)!.replaceAll("_", " ");
  return [...(field.labels ?? []), name];
}

/** Labels with what else papers call the same. */
const withMore = (labels: string[]): string[] => {
  const keys = new Set(labels.map((label) => keyOf(label).trim()));
  return [...labels, ...MORE_LABELS.filter(([known]) => keys.has(known)).flatMap(([, ...more]) => more)];
};

const COMPOUND = /^[a-z]{3,24}(rechnung|factuur)$/u;

/** `paths`: the fields whose labels are looked for. */
export function createLabels(fields: Fields, paths: string[]): Labels {
  const scalars = scalarsOf(fields);
  const phrases = new Map<string, Set<string>>();
  const add = (label: string, path: string | null) => {
    const phrase = keyOf(label).trim();
    if (phrase === "") return;
    const named = phrases.get(phrase) ?? new Set();
    if (path !== null) named.add(path);
    phrases.set(phrase, named);
  };
  const kinds = new Set<string>();
  for (const path of paths) {
    const field = scalars.get(path)!;
    kinds.add(kindOf(field));
    for (const label of withMore(labelsOf(path, field))) add(label, path);
  }
  // Labels of other things take away what would otherwise be found within them.
  if (kinds.has("money") || kinds.has("number"))
    for (const label of [...NOT_THE_TOTAL, ...NOT_THE_NET]) add(label.replaceAll("*", ""), null);
  if (kinds.has("date"))
    for (const label of [...OTHER_DATE_LABELS, ...MORE_OTHER_DATE_LABELS]) add(label.replaceAll("*", ""), null);

  if (kinds.has("code")) for (const label of NOT_THE_NUMBER) add(label, null);

  const byFirstWord = new Map<string, { phrase: string; paths: string[] }[]>();
  const running: { phrase: string; paths: string[] }[] = [];
  for (const [phrase, named] of phrases) {
    const entry = { phrase, paths: [...named] };
    if (RUNS_ON.test(phrase)) running.push(entry);
    else {
      const first = phrase.split(" ", 1)[0]!;
      byFirstWord.set(first, [...(byFirstWord.get(first) ?? []), entry]);
    }
  }
  // "Mietrechnung", "Verkoopfactuur": what a paper calls itself, with what it is about before.
  const compounds = new Map([...phrases].flatMap(([phrase, named]) => (named.size > 0 ? [[phrase, [...named]]] : [])));
  return {
    find(key) {
      const found: LabelMatch[] = [];
      for (let at = 0; at >= 0 && at < key.length - 1; at = key.indexOf(" ", at + 1)) {
        const start = at + 1;
        const end = key.indexOf(" ", start);
        const word = key.slice(start, end < 0 ? undefined : end);
        for (const { phrase, paths } of byFirstWord.get(word) ?? [])
          if (key.startsWith(`${phrase} `, start)) found.push({ start, end: start + phrase.length, phrase, paths });
        const paths = compounds.get(COMPOUND.exec(word)?.[1] ?? "");
        if (paths && !byFirstWord.has(word))
          found.push({ start, end: start + word.length, phrase: word, paths, compound: true });
      }
      if (running.length > 0 && RUNS_ON.test(key))
        for (const { phrase, paths } of running) {
          const start = key.indexOf(phrase);
          if (start >= 0) found.push({ start, end: start + phrase.length, phrase, paths });
        }
      return found.filter(
        (one) =>
          one.paths.length > 0 &&
          !found.some(
            (other) =>
              other !== one &&
              other.start <= one.start &&
              other.end >= one.end &&
              other.end - other.start > one.end - one.start,
          ),
      );
    },
  };
}

/** Where the words end in a text whose key holds a label up to `end`. */
export function endInText(text: string, end: number): number {
  for (const match of text.matchAll(/[\p{L}\p{N}%]+/gu)) {
    const place = match.index + match[0].length;
    if (keyOf(text.slice(0, place)).trimEnd().length >= end) return place;
  }
  return text.length;
}

/** Where the word begins in a text whose key holds a label from `start` on. */
export function startInText(text: string, start: number): number {
  for (const match of text.matchAll(/[\p{L}\p{N}%]+/gu))
    if (keyOf(text.slice(0, match.index)).trimEnd().length >= start - 1) return match.index;
  return text.length;
}
