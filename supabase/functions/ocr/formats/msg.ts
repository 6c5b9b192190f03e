import { PipelineError } from "../../_shared/errors.ts";
import { type Bounds, INLINE_PICTURE_BYTES } from "./bounds.ts";
import { decodeAnsiTexts } from "./ansi-fields.ts";
import { decodeText } from "./charset.ts";
import { checkCompoundFile } from "./compound-file.ts";
import type { FileText, MarkedLine } from "./file-text.ts";
import { declaredCharset } from "./html.ts";
import { linesOfPages, type Mail, mailText, plainLines, richerLines } from "./mail.ts";
import { readRtf } from "./rtf.ts";
import { decompressedRtf } from "./rtf-compression.ts";
import type { FieldsData } from "@kenjiuno/msgreader";
import { singleSpaced, withLineFeeds } from "./white-space.ts";

type MsgReader = { getFileData(): FieldsData; getAttachment(attachment: FieldsData): { content: Uint8Array } };
type MsgReaderClass = new (bytes: ArrayBuffer) => MsgReader;

/** A mail that Outlook saved (MS-OXMSG). A mail attached to it becomes a MSG file of its own. */
export async function readMsg(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  // The library follows every chain of the file to its end.
  checkCompoundFile(bytes, bounds);
  const reader = await open(bytes);
  const mail = reader.getFileData();
  for (const fields of [mail, ...(mail.recipients ?? []), ...(mail.attachments ?? [])]) dropWhatIsNoText(fields);
  if (mail.dataType !== "msg")
    throw new PipelineError("broken_file", "The file is not a mail that Outlook saved. Upload a working copy.");
  await decodeAnsiTexts(bytes, mail);
  const people = (kind: string): string[] =>
    (mail.recipients ?? [])
      .filter(({ recipType = "to" }) => recipType === kind)
      .map((one) => person(one.name, one.smtpAddress ?? one.email));
  const sent = mail.clientSubmitTime ?? mail.messageDeliveryTime;
  const read: Mail = {
    from: person(mail.senderName, mail.senderSmtpAddress ?? mail.senderEmail),
    to: people("to"),
    cc: people("cc"),
    bcc: people("bcc"),
    date: sent && !Number.isNaN(Date.parse(sent)) ? new Date(sent).toISOString() : sent,
    subject: mail.subject,
    body: await bodyWithDetails(mail, bounds),
    attachments: (mail.attachments ?? []).filter(isAttached).map((attachment, index) => ({
      filename: nameOf(attachment) ?? `attachment-${index + 1}${attachment.innerMsgContent ? ".msg" : ""}`,
      bytes: () => new Uint8Array(reader.getAttachment(attachment).content),
    })),
  };
  return mailText(read, bounds);
}

/** Fields that are text. In a damaged file the library takes them for numbers or bytes. */
const TEXTS = [
  ...([
    "name",
    "smtpAddress",
    "email",
    "recipType",
    "senderName",
    "senderSmtpAddress",
    "senderEmail",
    "subject",
  ] as const),
  ...(["clientSubmitTime", "messageDeliveryTime", "body", "bodyHtml", "fileName", "fileNameShort"] as const),
];

function dropWhatIsNoText(fields: FieldsData): void {
  for (const field of TEXTS) if (fields[field] !== undefined && typeof fields[field] !== "string") delete fields[field];
}

async function open(bytes: Uint8Array): Promise<MsgReader> {
  // A CommonJS module: Deno and Node put what it exports one level deeper than tsx and vitest do.
  const library = (await import("@kenjiuno/msgreader")) as unknown as {
    default: MsgReaderClass & { default?: MsgReaderClass };
  };
  const reader = new (library.default.default ?? library.default)(bytes.slice().buffer);
  try {
    reader.getFileData();
    return reader;
  } catch (cause) {
    throw new PipelineError("broken_file", "The mail is damaged and cannot be read. Upload a working copy.", { cause });
  }
}

/** The text of the mail: what its HTML shows, or its plain text where that says more; else what its compressed RTF shows. */
async function bodyOf({ body = "", bodyHtml, html, compressedRtf }: FieldsData, bounds: Bounds): Promise<MarkedLine[]> {
  const bytes = html ? new Uint8Array(html) : undefined;
  bounds.mailText(bytes?.length ?? 0);
  const page = bytes ? await decodeText(bytes, declaredCharset(bytes)) : bodyHtml;
  if (page) return richerLines(body, page, bounds);
  if (body.trim()) return plainLines(withLineFeeds(body).trim(), bounds);
  if (!compressedRtf) return [];
  return linesOfPages(await readRtf(decompressedRtf(new Uint8Array(compressedRtf), bounds), bounds));
}

async function bodyWithDetails(mail: FieldsData, bounds: Bounds): Promise<MarkedLine[]> {
  const [details, body] = [detailsOf(mail), await bodyOf(mail, bounds)];
  return details.length > 0 && body.length > 0 ? [...details, { text: "" }, ...body] : [...details, ...body];
}

/** What an appointment, a task or a contact says of itself, before its text. */
function detailsOf(fields: FieldsData): MarkedLine[] {
  const when = [fields.apptStartWhole, fields.apptEndWhole].map(timeOf).filter(Boolean).join(" to ");
  const isContact = /^IPM\.Contact/i.test(text(fields.messageClass));
  const details: [label: string, value: string | undefined][] = [
    ["When", when],
    ["Where", text(fields.apptLocation)],
    ...(isContact ? CONTACT.map(([label, field]): [string, string] => [label, text(fields[field])]) : []),
  ];
  return details
    .filter(([, value]) => value)
    .map(([label, value]) => ({ text: `${label}: ${singleSpaced(value ?? "")}` }));
}

const text = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

/** Fields of a contact, by what people call them. */
const CONTACT = [
  ["Organization", "companyName"],
  ["Title", "title"],
  ["Department", "departmentName"],
  ["Email", "email1EmailAddress"],
  ["Phone", "businessTelephoneNumber"],
  ["Phone", "mobileTelephoneNumber"],
  ["Phone", "homeTelephoneNumber"],
  ["Address", "workAddress"],
  ["Address", "postalAddress"],
  ["Web", "businessHomePage"],
] as const;

function timeOf(value: unknown): string {
  const time = Date.parse(text(value));
  return Number.isNaN(time) ? "" : `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** Pictures of the text itself, such as a logo in the signature, are hidden or small and named by the text. */
function isAttached({ attachmentHidden, pidContentId, contentLength = 0, innerMsgContent }: FieldsData): boolean {
  return innerMsgContent === true || !(attachmentHidden || pidContentId) || contentLength > INLINE_PICTURE_BYTES;
}

const nameOf = ({ fileName, fileNameShort, name, innerMsgContent }: FieldsData): string | undefined =>
  innerMsgContent ? (name ? `${name}.msg` : undefined) : (fileName ?? fileNameShort ?? name);

const person = (name = "", address = ""): string =>
  name && address && name !== address ? `${name} <${address}>` : name || address;
