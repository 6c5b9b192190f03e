import type { MarkedLine } from "./file-text.ts";

export const PGP_ENCRYPTED = "Content is encrypted (PGP) and cannot be read. Upload a decrypted copy.";

/** Whether a file is what PGP has encrypted, as text (RFC 9580, 6.2). */
export const isArmored = (bytes: Uint8Array): boolean =>
  /^\s{0,20}-----BEGIN PGP MESSAGE-----/.test(new TextDecoder("latin1").decode(bytes.subarray(0, 60)));

/** The lines of a text without what PGP wrote: of what is signed, the text alone; of what is encrypted, that it is. */
export function withoutArmor(lines: MarkedLine[]): MarkedLine[] {
  if (!lines.some(({ text }) => text.startsWith("-----BEGIN PGP "))) return lines;
  const kept: MarkedLine[] = [];
  let within: "message" | "head" | "signed" | "signature" | undefined;
  for (const line of lines) {
    const text = line.text.trimEnd();
    if (text === "-----BEGIN PGP MESSAGE-----") {
      within = "message";
      kept.push({ text: PGP_ENCRYPTED });
    } else if (text === "-----BEGIN PGP SIGNED MESSAGE-----") within = "head";
    else if (within === "signed" && text === "-----BEGIN PGP SIGNATURE-----") within = "signature";
    else if (/^-----END PGP (?:MESSAGE|SIGNATURE)-----$/.test(text)) within = undefined;
    else if (within === "head") within = text === "" ? "signed" : within;
    // What begins with a hyphen has another one before it.
    else if (within === "signed" && text.startsWith("- ")) kept.push({ text: line.text.slice(2) });
    else if (within === undefined || within === "signed") kept.push(line);
  }
  return kept;
}
