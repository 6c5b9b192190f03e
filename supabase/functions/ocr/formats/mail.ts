import { type Bounds, MAX_PARTS } from "./bounds.ts";
import { type FileText, type Part, refused, tooMany } from "./file-text.ts";
import { flowing } from "./plain.ts";

/** A mail, whatever file it was kept in. */
export type Mail = {
  from: string;
  to: string[];
  cc: string[];
  /** ISO 8601, as the sender's clock had it; or what the mail says, where that is no date. */
  date: string | undefined;
  subject: string | undefined;
  body: string;
  attachments: { filename: string; bytes(): Uint8Array }[];
};

/** The text of a mail: who, to whom, when, about what; then what it says, and the names of what is attached. */
export function mailText(mail: Mail, bounds: Bounds): FileText {
  const head = [
    ["From", mail.from],
    ["To", mail.to.join(", ")],
    ["Cc", mail.cc.join(", ")],
    ["Date", mail.date?.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, "$1 $2 UTC")],
    ["Subject", mail.subject],
  ]
    .filter(([, value]) => value)
    .map(([label, value]) => `${label}: ${value?.replace(/\s+/g, " ")}`);
  const tail = mail.attachments.map(({ filename }) => `Attachment: ${filename}`);
  const text = [head.join("\n"), mail.body.trim(), tail.join("\n")].filter(Boolean).join("\n\n");
  return { pages: flowing(text, bounds), parts: mail.attachments.slice(0, MAX_PARTS + 1).map(partOf) };
}

function partOf({ filename, bytes }: Mail["attachments"][number], index: number): Part {
  const position = index + 1;
  return position > MAX_PARTS
    ? refused(position, filename, tooMany())
    : { position, filename, bytes: async () => bytes() };
}
