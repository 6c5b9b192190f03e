import { decodeWords } from "postal-mime";
import { PipelineError } from "../_shared/errors.ts";
import { localPartOf } from "./recipient.ts";
import type { MailHead } from "./mail-head.ts";

/** More servers than any mail passes on its way (RFC 5321, 6.3, wants 100 to be possible; sendmail stops at 25, Postfix at 50). */
const MOST_HOPS = 50;

/** How programs that answer in somebody's absence begin the subject. */
const ABSENT =
  /^(?:auto(?:matic)?[ -]?reply|automatic response|auto[ -]?response|out of (?:the )?office|automatische antwort|abwesenheit|réponse automatique|respuesta automática|risposta automatica|resposta automática|automatisch antwoord|autosvar)/i;

/**
 * Why a mail that a program sent becomes no document: an answer in somebody's absence, a report that another mail could not be delivered, or
 * one that comes around again. Undefined for all others, bills and notices of programs among them: those are documents.
 *
 * @param envelopeFrom "" for the null path
 * @param localPart the address that it came to
 */
export function automaticMail(
  head: MailHead,
  { envelopeFrom, localPart }: { envelopeFrom?: string | undefined; localPart: string },
): PipelineError | undefined {
  if (isLoop(head, localPart)) return new PipelineError("mail_loop");
  if (isAutoReply(head)) return new PipelineError("auto_reply");
  if (isBounce(head, envelopeFrom)) return new PipelineError("bounce");
  return undefined;
}

/** A mail that passed here before: too many servers, or a field that names this address twice (Delivered-To) or as the one that sent it on (X-Loop). */
function isLoop(head: MailHead, localPart: string): boolean {
  const names = (field: string): number => head.all(field).filter((value) => localPartOf(value) === localPart).length;
  return head.all("received").length > MOST_HOPS || names("delivered-to") > 1 || names("x-loop") > 0;
}

/**
 * RFC 3834 has `Auto-Submitted: auto-replied` for answers and `auto-generated` for what is sent of itself, such as bills. Outlook says
 * auto-generated of answers too, and `X-Auto-Response-Suppress` is on many bills: such a weak sign counts when the mail answers another one,
 * says that it does, or has nothing attached.
 */
function isAutoReply(head: MailHead): boolean {
  const submitted = word(head.first("auto-submitted"));
  const precedence = word(head.first("precedence"));
  if (submitted === "auto-replied" || precedence === "auto_reply" || precedence === "auto-reply") return true;
  if (head.first("x-autoreply") ?? head.first("x-autorespond") ?? head.first("x-autoresponder")) return true;
  const suppressed = head.first("x-auto-response-suppress");
  const isOfProgram = submitted !== undefined && submitted !== "no";
  if (ABSENT.test(decodeWords(head.first("subject")?.slice(0, 1_000) ?? "")))
    return isOfProgram || suppressed !== undefined || precedence !== undefined;
  const answers = (head.first("in-reply-to") ?? head.first("references")) !== undefined;
  return (
    answers &&
    (isOfProgram || suppressed !== undefined || precedence === "bulk" || precedence === "junk") &&
    !hasAttachments(head)
  );
}

/** A report of a mail system (RFC 3462, also under a name that a rebuilt mail keeps), the null path, or the sender that such reports have. */
function isBounce(head: MailHead, envelopeFrom: string | undefined): boolean {
  const type = [head.first("content-type"), head.first("x-original-content-type")].map(word);
  const returnPath = head.first("return-path");
  return (
    type.includes("multipart/report") ||
    envelopeFrom === "" ||
    (returnPath !== undefined && /^<\s*>$/.test(returnPath)) ||
    /(?:^|[<\s])mailer-daemon@/i.test(head.first("from") ?? "")
  );
}

/** A mail of several different parts; its text in two forms is not one. */
const hasAttachments = (head: MailHead): boolean =>
  [head.first("content-type"), head.first("x-original-content-type")].map(word).includes("multipart/mixed");

/** The first word of a field, in lower case: what stands before parameters and comments. */
const word = (value: string | undefined): string | undefined =>
  value
    ?.trim()
    .toLowerCase()
    .split(/[;\s(]/, 1)[0];
