import { PipelineError } from "../_shared/errors.ts";
import { acceptedType } from "../_shared/file-type.ts";
import { headOf } from "./mail-head.ts";

const NUL = 0;
const LINE_FEED = 10;

/** Of these, every mail has one. */
const COMMON_FIELDS = ["from", "to", "subject", "date", "received", "message-id", "return-path"];

/** How much of a mail is looked at to see that it is one. */
const BEGINNING_BYTES = 64 * 1024;

/**
 * A mail as the file that it becomes: without the line that mbox and pipes put before it ("From ada Sat Nov 28 …"), and without NUL, which no mail may
 * have (RFC 5322, 4).
 *
 * @throws PipelineError unsupported_type when it is none
 */
export async function mailFile(mime: Uint8Array): Promise<Uint8Array> {
  const begin = /^>?From /.test(new TextDecoder("latin1").decode(mime.subarray(0, 6)))
    ? mime.indexOf(LINE_FEED) + 1
    : 0;
  const mail = mime.subarray(begin);
  const clean = mail.includes(NUL) ? mail.filter((byte) => byte !== NUL) : mail;
  if (beginsAsMail(clean) && (await typeOf(clean)) === "message/rfc822") return clean;
  throw new PipelineError(
    "unsupported_type",
    "What was sent is no mail: it does not begin with fields such as From and Subject.",
  );
}

function beginsAsMail(bytes: Uint8Array): boolean {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, BEGINNING_BYTES)).split(/\r?\n\r?\n/, 1)[0]!;
  return /^[!-9;-~]{1,200}:/.test(head) && headOf(head).fields.some(([name]) => COMMON_FIELDS.includes(name));
}

/** Its type as the reader will see it. */
const typeOf = (bytes: Uint8Array): Promise<string | undefined> =>
  acceptedType(bytes, "mail.eml").catch(() => undefined);
