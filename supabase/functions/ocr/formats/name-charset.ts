import { Buffer } from "node:buffer";
import {
  ARABIC,
  CYRILLIC,
  GREEK,
  HEBREW,
  LATIN,
  type Likelihood,
  likelihoodsOf,
  type OneByte,
  THAI,
} from "./likely-charset.ts";

const WESTERN = [LATIN.german, LATIN.french, LATIN.spanish, LATIN.portuguese, LATIN.italian, LATIN.nordic];
const EASTERN = [LATIN.polish, LATIN.czech, LATIN.slovak, LATIN.hungarian, LATIN.romanian, LATIN.southSlavic];

/** Charsets of names in archives, as systems had them: code pages of DOS, then of Windows. Those first that win where several are as likely. */
const CHARSETS: OneByte[] = [
  ["cp437", WESTERN],
  ["cp850", WESTERN],
  ["cp865", [LATIN.nordic]],
  ["cp861", [LATIN.icelandic]],
  ["windows-1252", [...WESTERN, LATIN.icelandic]],
  ["cp852", EASTERN],
  ["windows-1250", EASTERN],
  ["cp857", [LATIN.turkish]],
  ["windows-1254", [LATIN.turkish]],
  ["cp775", [LATIN.baltic]],
  ["windows-1257", [LATIN.baltic]],
  ["cp866", CYRILLIC],
  ["windows-1251", CYRILLIC],
  ["koi8-r", CYRILLIC],
  ["koi8-u", CYRILLIC],
  ["cp855", CYRILLIC],
  ["cp737", GREEK],
  ["windows-1253", GREEK],
  ["iso-8859-7", GREEK],
  ["cp869", GREEK],
  ["cp862", HEBREW],
  ["windows-1255", HEBREW],
  ["cp720", ARABIC],
  ["windows-1256", ARABIC],
  ["iso-8859-6", ARABIC],
  ["windows-874", THAI],
  ["macintosh", WESTERN],
];
/** Charsets that few archives are in: a guess at them has to be better by so much. */
const RARE = new Set(["macintosh", "cp869", "cp855", "cp861"]);
const BETTER = 0.3;
/** Names that are looked at: more make the guess no better. */
const SAMPLE_BYTES = 8 * 1024;

/**
 * How to decode the names of an archive that does not say in which charset they are: one charset for all, the one in which all of
 * them look most like names. A name alone is a few bytes, which could be anything.
 */
export async function nameDecoder(names: readonly Uint8Array[]): Promise<(name: Uint8Array) => string> {
  const foreign = names.filter((name) => name.some((byte) => byte >= 0x80));
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  const decodeUtf8 = (name: Uint8Array): string => utf8.decode(name);
  if (works(() => foreign.forEach(decodeUtf8))) return decodeUtf8;
  const sample: number[] = [];
  for (const name of foreign) if (sample.length + name.length < SAMPLE_BYTES) sample.push(...name, LINE_FEED);
  const found = await likelihoodsOf(Uint8Array.from(sample), CHARSETS);
  const sure = ({ charset, likelihood }: Likelihood): number => likelihood - (RARE.has(charset) ? BETTER : 0);
  const [best] = found.toSorted((a, b) => sure(b) - sure(a));
  const { default: iconv } = await import("iconv-lite");
  return (name) => iconv.decode(Buffer.from(name), best?.charset ?? "cp437");
}

const LINE_FEED = 10;

function works(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
