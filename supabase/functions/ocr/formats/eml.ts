import { Buffer } from "node:buffer";
import type PostalMime from "postal-mime";
import type { PostalMimeOptions } from "postal-mime";
import { PipelineError } from "../../_shared/errors.ts";
import { type Bounds, INLINE_PICTURE_BYTES } from "./bounds.ts";
import { decodeText } from "./charset.ts";
import type { FileText } from "./file-text.ts";
import { declaredCharset, htmlText } from "./html.ts";
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
  const Parser = await parserOfAnyCharset();
  const mail = await new Parser({
    forceRfc822Attachments: true,
    maxNestingDepth: 50,
    maxHeadersSize: MAX_HEAD_BYTES,
  })
    .parse(await withReadableHead(bytes))
    .catch((cause: unknown) => {
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

/** What the library knows of a part of a mail, as far as it is used here; none of it is in its types. */
type MimeNode = {
  content: ArrayBuffer | Uint8Array | null;
  contentType: { multipart: unknown; parsed: { value: string; params: Record<string, string> } };
  childNodes: MimeNode[];
};
type Collecting = { collectNode(node: MimeNode, alternative: unknown, related: boolean): Promise<void> };

let parser: Promise<typeof PostalMime> | undefined;

/** The library, which takes each part's word for its charset, with one that reads a part's text whatever it says. */
function parserOfAnyCharset(): Promise<typeof PostalMime> {
  parser ??= import("postal-mime").then(({ default: Library }) => {
    const Base = Library as unknown as new (options?: PostalMimeOptions) => Collecting;
    class ParserOfAnyCharset extends Base {
      #isDecoded = false;

      override async collectNode(node: MimeNode, alternative: unknown, related: boolean): Promise<void> {
        if (!this.#isDecoded) {
          this.#isDecoded = true;
          await decodeParts(node);
        }
        return super.collectNode(node, alternative, related);
      }
    }
    return ParserOfAnyCharset as unknown as typeof PostalMime;
  });
  return parser;
}

/** Makes UTF-8 of the texts of a mail. */
async function decodeParts(root: MimeNode): Promise<void> {
  const nodes = [root];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    nodes.push(...node.childNodes);
    const { value, params } = node.contentType.parsed;
    if (!node.content || !/^(?:text\/(?:plain|html|calendar)|application\/ics)$/.test(value)) continue;
    const content = new Uint8Array(node.content as ArrayBuffer);
    const declared = params.charset?.trim() || (value === "text/html" ? declaredCharset(content) : undefined);
    node.content = new TextEncoder().encode(await decodeText(content, declared)).buffer as ArrayBuffer;
    params.charset = "utf-8";
  }
}

/** A mail whose head is in some other charset as it is, against the rules, with a head in UTF-8. */
async function withReadableHead(bytes: Uint8Array): Promise<Uint8Array> {
  const beginning = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, MAX_HEAD_BYTES));
  const ends = [beginning.indexOf("\r\n\r\n"), beginning.indexOf("\n\n")].filter((at) => at >= 0);
  const head = bytes.subarray(0, ends.length > 0 ? Math.min(...ends) : beginning.length);
  // Escape sequences of ISO-2022-JP stay, as those of encoded words do: both are ASCII.
  if (head.every((byte) => byte < 0x80)) return bytes;
  return Buffer.concat([Buffer.from((await decodeText(head)).replaceAll("\n", "\r\n")), bytes.subarray(head.length)]);
}
