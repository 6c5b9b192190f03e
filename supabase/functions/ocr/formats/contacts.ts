import type { Bounds } from "./bounds.ts";
import { decodeText } from "./charset.ts";
import { type ContentLine, contentLines, unescaped } from "./content-lines.ts";

const LABELS: Record<string, string> = {
  FN: "Name",
  ORG: "Organization",
  TITLE: "Title",
  ROLE: "Role",
  TEL: "Phone",
  EMAIL: "Email",
  ADR: "Address",
  URL: "Web",
  BDAY: "Birthday",
  NOTE: "Note",
  NICKNAME: "Nickname",
  IMPP: "Messenger",
  "X-SKYPE": "Messenger",
  LABEL: "Address",
  ANNIVERSARY: "Anniversary",
  RELATED: "Related",
  CATEGORIES: "Categories",
  "X-SOCIALPROFILE": "Web",
};

export const isContacts = (text: string): boolean => /^\s{0,100}BEGIN:VCARD/i.test(text);

/** Contacts (vCard 2.1, 3 and 4): what people need of them, a field on a line. */
export async function contactsText(text: string, bounds: Bounds): Promise<string> {
  const contacts: string[][] = [];
  let structured = "";
  for (const line of contentLines(text, bounds)) {
    if (line.name === "BEGIN") contacts.push([]);
    const fields = contacts.at(-1);
    if (!fields) continue;
    const value = await decoded(line);
    if (line.name === "N") structured = personName(value);
    if (line.name === "END" && structured && !fields.some((field) => field.startsWith("Name: ")))
      fields.unshift(`Name: ${structured}`);
    const label = Object.hasOwn(LABELS, line.name) ? LABELS[line.name] : undefined;
    const shown = unescaped(["ADR", "ORG"].includes(line.name) ? partsOf(value).filter(Boolean).join(", ") : value);
    if (label && shown) fields.push(`${label}: ${shown.replace(/^(?:tel|mailto):/i, "").replace(/\s+/g, " ")}`);
  }
  return contacts.map((fields) => fields.join("\n")).join("\n\n");
}

/** Family name; given name; more names; titles before and behind. */
function personName(value: string): string {
  const [family, given, more, before, behind] = partsOf(value).map(unescaped);
  return [before, given, more, family, behind].filter(Boolean).join(" ");
}

/** Parts of a value between semicolons that are not escaped. */
const partsOf = (value: string): string[] =>
  (value.match(/(?:\\.|[^\\;])+|;/g) ?? []).reduce<string[]>(
    (parts, piece) => {
      if (piece === ";") parts.push("");
      else parts[parts.length - 1] = piece.trim();
      return parts;
    },
    [""],
  );

async function decoded({ value, parameters }: ContentLine): Promise<string> {
  if (!/^quoted-printable$/i.test(parameters.get("ENCODING") ?? "")) return value;
  const bytes = value.replace(/=([\dA-F]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return decodeText(
    Uint8Array.from(bytes, (char) => char.charCodeAt(0)),
    parameters.get("CHARSET"),
  );
}
