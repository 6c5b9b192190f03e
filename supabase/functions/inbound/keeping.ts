import { decodeWords } from "postal-mime";
import { sha256 } from "../_shared/bytes.ts";
import { PipelineError } from "../_shared/errors.ts";
import { safeName } from "../_shared/file-name.ts";
import type { Files } from "../_shared/files.ts";
import type { Log } from "../_shared/log.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import { retried } from "../_shared/retry.ts";
import { attachmentsIn, MOST_ATTACHMENTS } from "./attachments.ts";
import { automaticMail } from "./automatic.ts";
import type { Delivery } from "./delivery.ts";
import { mailFile } from "./mail-file.ts";
import { type MailHead, readHead, senderOf } from "./mail-head.ts";
import { senderProblem } from "./senders.ts";

type Keeper = {
  log: Log;
  pipeline: Pick<Pipeline, "lookAtInboxAddress" | "admitMail" | "refuseMail" | "abandonUpload">;
  files: Pick<Files, "store">;
  maxBytes: number;
};

/** What addresses answer that were revoked or guessed: all the same. */
export const noSuchAddress = (): PipelineError => new PipelineError("not_found", "There is no such mail address.");

const hash = (text: string): Promise<string> => sha256(new TextEncoder().encode(text));

/**
 * Makes a document of a mail to one address, once, however often the mail comes. What is refused is listed for the owner of the address.
 *
 * @throws PipelineError not_found; why it is refused; storage_unavailable, database_unavailable
 */
export async function keepMail(keeper: Keeper, delivery: Delivery, localPart: string): Promise<void> {
  const { pipeline, files } = keeper;
  const address_sha256 = await hash(localPart);
  const { allowed_senders } = await pipeline.lookAtInboxAddress(address_sha256);
  const envelopeFrom = delivery.envelopeFrom === "<>" ? "" : delivery.envelopeFrom;
  let head: MailHead | undefined;
  try {
    head = readHead(delivery.mime);
    const problem =
      delivery.refused ??
      sizeProblem(delivery.mime, keeper.maxBytes) ??
      automaticMail(head, { envelopeFrom, localPart }) ??
      senderProblem(head, { envelopeFrom, verdicts: delivery.verdicts, allowed: allowed_senders });
    if (problem) throw problem;
    const file = await mailFile(delivery.mime);
    const admission = await pipeline.admitMail({
      address_sha256,
      message_sha256: await keyOf(head, file),
      sender: senderOf(head, envelopeFrom),
      filename: nameOf(head),
      byte_size: file.byteLength,
      content_sha256: await sha256(file),
    });
    if (admission.duplicate) return;
    await files.store(admission.storage_path, file, "message/rfc822").catch(async (cause: unknown) => {
      await pipeline
        .abandonUpload(admission)
        .catch(() => keeper.log.error("inbound.not_abandoned", { document: admission.document_id }));
      throw cause;
    });
  } catch (thrown) {
    const problem = PipelineError.from(thrown);
    if (isTold(problem))
      await pipeline.refuseMail({
        address_sha256,
        message_sha256: head ? await keyOf(head, delivery.mime) : await sha256(delivery.mime),
        sender: senderOf(head ?? NO_HEAD, envelopeFrom),
        code: problem.code,
        message: problem.message,
      });
    throw problem;
  }
}

/** Tells the owner of a mail that was not read to its end. */
export async function noteTooLarge(
  pipeline: Pick<Pipeline, "refuseMail">,
  localPart: string,
  envelopeFrom: string | undefined,
  { code, message }: PipelineError,
): Promise<void> {
  const sender = senderOf(NO_HEAD, envelopeFrom);
  const message_sha256 = await hash(`too large: ${sender}`);
  await retried(async () =>
    pipeline.refuseMail({ address_sha256: await hash(localPart), message_sha256, sender, code, message }),
  );
}

const NO_HEAD: MailHead = { fields: [], all: () => [], first: () => undefined };

/** What is the owner's to know, and is not listed by the database itself. */
const TOLD = new Set([
  "sender_not_allowed",
  "auto_reply",
  "bounce",
  "mail_loop",
  "too_many_parts",
  "unsupported_type",
  "broken_file",
  "empty_file",
  "file_too_large",
]);
const isTold = ({ code }: PipelineError): boolean => TOLD.has(code);

export const tooLarge = (maxBytes: number): PipelineError =>
  new PipelineError("file_too_large", `The mail is larger than the ${maxBytes} bytes that this project takes.`);

function sizeProblem(mime: Uint8Array, maxBytes: number): PipelineError | undefined {
  if (mime.byteLength === 0) return new PipelineError("empty_file");
  if (mime.byteLength > maxBytes) return tooLarge(maxBytes);
  return attachmentsIn(mime, MOST_ATTACHMENTS) > MOST_ATTACHMENTS
    ? new PipelineError(
        "too_many_parts",
        `The mail has more than ${MOST_ATTACHMENTS} attachments. Send them in several mails.`,
      )
    : undefined;
}

/** What tells the same message again: its Message-ID, or all of it where it has none. */
async function keyOf(head: MailHead, mime: Uint8Array): Promise<string> {
  const id = head.first("message-id")?.trim();
  return id ? hash(`message-id ${id}`) : sha256(mime);
}

/** A name for the file of a mail: its subject. */
function nameOf(head: MailHead): string {
  const subject = decodeWords(head.first("subject")?.slice(0, 1_000) ?? "").replace(/[/\\]/g, "-");
  return `${safeName(subject.trim().slice(0, 200) || "Mail")}.eml`;
}
