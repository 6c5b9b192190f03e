import type { Bounds } from "./bounds.ts";
import { contentLines, decoded, unescaped } from "./content-lines.ts";
import { singleSpaced } from "./white-space.ts";

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
    const value = await decoded(line, bounds);
    if (line.name === "N") structured = personName(value);
    if (line.name === "END" && structured && !fields.some((field) => field.startsWith("Name: ")))
      fields.unshift(`Name: ${structured}`);
    const label = Object.hasOwn(LABELS, line.name) ? LABELS[line.name] : undefined;
    const shown = unescaped(["ADR", "ORG"].includes(line.name) ? partsOf(value).filter(Boolean).join(", ") : value);
    if (label && shown) fields.push(`${label}: ${singleSpaced(shown.replace(/^(?:tel|mailto):/i, ""))}`);
  }
  return contacts.map((fields) => fields.join("\n")).join("\n\n");
}

/** Family name; given name; more names; titles before and behind. */
function personName(value: string): string {
  const [family, given, more, before, behind] = partsOf(value).map(unescaped);
  return [before, given, more, family, behind].filter(Boolean).join(" ");
}

/** More than an address, a name or an organization has. */
const MAX_VALUES = 50;

/** Parts of a value between semicolons that are not escaped. */
function partsOf(value: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < value.length && parts.length < MAX_VALUES; at += 1) {
    if (value[at] === "\\") at += 1;
    else if (value[at] === ";") {
      parts.push(value.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...parts, value.slice(from).trim()];
}
