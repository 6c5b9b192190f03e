import { francAll } from "franc-min";

/** Tesseract's names where the detector has others (ISO 639-3). */
const NAMES: Record<string, string> = { zlm: "msa" };
const LEAST_LETTERS = 60;
const SAMPLE = 4_000;
/** How likely the language that a text was read in may be, next to the likeliest, for the text to be read again. */
const DOUBT = 0.9;

/** Tesseract's names of languages that are written in other scripts than Latin: a model for Latin letters reads nonsense there. */
const OTHER_SCRIPTS = new Set(
  `amh ara asm bel ben bod bul chi_sim chi_sim_vert chi_tra chi_tra_vert chr div dzo ell fas grc guj heb hin hye iku jpn jpn_vert kan kat
  kaz khm kir kor kor_vert lao mal mar mkd mon mya nep ori pan pus rus san sin snd srp syr tam tat tel tgk tha tir uig ukr urd yid`.split(
    /\s+/,
  ),
);

/** Whether a language is written in another script than Latin. */
export const isOfAnotherScript = (code: string): boolean => OTHER_SCRIPTS.has(code);

/**
 * The installed language that a text, read as another, is most likely in; null where that other one may be right.
 * @param readAs tesseract's names, such as `eng`
 */
export function likelierLanguage(text: string, readAs: string, installed: string[]): string | null {
  const letters = text
    .replace(/[^\p{L}\s]+/gu, " ")
    .replace(/\s+/g, " ")
    .slice(0, SAMPLE);
  if (letters.length < LEAST_LETTERS) return null;
  const known = (code: string): string => NAMES[code] ?? code;
  const only = [...installed, "zlm"].filter((code) => code !== "msa" && (code !== "zlm" || installed.includes("msa")));
  const ranked = francAll(letters, { only, minLength: LEAST_LETTERS }).map(
    ([code, likely]) => [known(code), likely] as const,
  );
  const [best] = ranked;
  if (!best || best[0] === readAs || !installed.includes(best[0])) return null;
  const current = ranked.find(([code]) => code === readAs)?.[1] ?? 0;
  return current < DOUBT ? best[0] : null;
}
