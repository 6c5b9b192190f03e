import { PipelineError } from "../../_shared/errors.ts";
import { type Bounds, INLINE_PICTURE_BYTES } from "./bounds.ts";
import { decodeText } from "./charset.ts";
import { checkCompoundFile } from "./compound-file.ts";
import type { FileText } from "./file-text.ts";
import { declaredCharset, htmlText } from "./html.ts";
import { type Mail, mailText } from "./mail.ts";
import { rtfText } from "./rtf.ts";
import { decompressedRtf } from "./rtf-compression.ts";
import type { FieldsData } from "@kenjiuno/msgreader";

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
  const people = (kind: string): string[] =>
    (mail.recipients ?? [])
      .filter(({ recipType = "to" }) => recipType === kind)
      .map((one) => person(one.name, one.smtpAddress ?? one.email));
  const sent = mail.clientSubmitTime ?? mail.messageDeliveryTime;
  const read: Mail = {
    from: person(mail.senderName, mail.senderSmtpAddress ?? mail.senderEmail),
    to: people("to"),
    cc: people("cc"),
    date: sent && !Number.isNaN(Date.parse(sent)) ? new Date(sent).toISOString() : sent,
    subject: mail.subject,
    body: await bodyOf(mail, bounds),
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

/** The text of the mail: plain, or what its HTML or its compressed RTF show. */
async function bodyOf({ body, bodyHtml, html, compressedRtf }: FieldsData, bounds: Bounds): Promise<string> {
  if (body?.trim()) return body.replace(/\r\n?/g, "\n");
  if (html) {
    const bytes = Uint8Array.from(html);
    return htmlText(await decodeText(bytes, declaredCharset(bytes)), bounds);
  }
  if (bodyHtml) return htmlText(bodyHtml, bounds);
  if (!compressedRtf) return "";
  return (await rtfText(decompressedRtf(Uint8Array.from(compressedRtf), bounds), bounds)).pages().join("\n");
}

/** Pictures of the text itself, such as a logo in the signature, are hidden or small and named by the text. */
function isAttached({ attachmentHidden, pidContentId, contentLength = 0, innerMsgContent }: FieldsData): boolean {
  return innerMsgContent === true || !(attachmentHidden || pidContentId) || contentLength > INLINE_PICTURE_BYTES;
}

const nameOf = ({ fileName, fileNameShort, name, innerMsgContent }: FieldsData): string | undefined =>
  innerMsgContent ? (name ? `${name}.msg` : undefined) : (fileName ?? fileNameShort ?? name);

const person = (name = "", address = ""): string =>
  name && address && name !== address ? `${name} <${address}>` : name || address;
