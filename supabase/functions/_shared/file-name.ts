import { readable } from "./readable.ts";

const MAX_NAME_LENGTH = 255;

/** A name that is safe to show and to keep: the last part of a path, composed (NFC), without control and direction characters, at most 255 characters with the ending kept. */
export function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const clean = readable(last)
    .replace(/[\t\n\v\f\r\u2028\u2029](?=[\p{L}\p{N}])/gu, " ")
    .replace(/(?![\u200C\u200D\u{E0020}-\u{E007F}])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, "")
    .trim()
    .replace(/^\.+/, "");
  if (clean.length <= MAX_NAME_LENGTH) return clean || "document";
  const ending = /\.[^.]{1,10}$/.exec(clean)?.[0] ?? "";
  // A character may take two places, and is not cut in two.
  return clean.slice(0, MAX_NAME_LENGTH - ending.length).replace(/[\uD800-\uDBFF]$/, "") + ending;
}
