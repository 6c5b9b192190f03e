import { PipelineError } from "../../_shared/errors.ts";
import { type Bounds, INLINE_PICTURE_BYTES } from "./bounds.ts";
import type { FileText } from "./file-text.ts";
import { htmlText } from "./html.ts";
import { type Mail, mailText } from "./mail.ts";

/** Most bytes of the head of a mail, or of a part: a few thousand addresses. */
const MAX_HEAD_BYTES = 256 * 1024;

/** What the library takes for a line of any kind, and for one that may begin a part. */
const LINE_STEPS = 8;
const PART_STEPS = 100;
const [LINE_FEED, HYPHEN] = [10, 45];

/** Takes the steps of reading a mail before it is read: the library goes through it line by line, without a pause. */
function countLines(bytes: Uint8Array, bounds: Bounds): void {
  for (let at = 0; at >= 0 && at < bytes.length; at = bytes.indexOf(LINE_FEED, at) + 1 || -1)
    bounds.step(bytes[at] === HYPHEN && bytes[at + 1] === HYPHEN ? PART_STEPS : LINE_STEPS);
}

/** A mail as it was sent (RFC 5322, MIME). A mail that was forwarded as a file is an attachment, not a part of the text. */
export async function readEml(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  countLines(bytes, bounds);
  const { default: PostalMime } = await import("postal-mime");
  const mail = await PostalMime.parse(bytes, {
    forceRfc822Attachments: true,
    maxNestingDepth: 50,
    maxHeadersSize: MAX_HEAD_BYTES,
  }).catch((cause: unknown) => {
    throw new PipelineError("broken_file", "The mail is damaged and cannot be read. Upload a working copy.", {
      cause,
    });
  });
  const attachments = mail.attachments.map((attachment, index) => ({
    ...attachment,
    content: attachment.content as ArrayBuffer,
    index,
  }));
  const read: Mail = {
    from: mail.from ? person(mail.from) : "",
    to: (mail.to ?? []).map(person),
    cc: (mail.cc ?? []).map(person),
    date: mail.date,
    subject: mail.subject,
    body: mail.text?.trim() ? mail.text : htmlText(mail.html ?? "", bounds),
    attachments: attachments
      .filter(({ related, content }) => !related || content.byteLength > INLINE_PICTURE_BYTES)
      .map(({ filename, mimeType, content, index }) => ({
        filename: filename ?? (mimeType === "message/rfc822" ? `message-${index + 1}.eml` : `attachment-${index + 1}`),
        bytes: () => new Uint8Array(content),
      })),
  };
  return mailText(read, bounds);
}

/** "Ada Lovelace <ada@example.com>", or what there is of it. */
function person({
  name,
  address,
  group,
}: {
  name: string;
  address?: string | undefined;
  group?: { name: string; address: string }[] | undefined;
}): string {
  if (group) return `${name}: ${group.map(person).join(", ")}`;
  return name && address ? `${name} <${address}>` : name || (address ?? "");
}
