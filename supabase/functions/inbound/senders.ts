import { PipelineError } from "../_shared/errors.ts";
import type { Verdicts } from "./delivery.ts";
import { addressesOf, type MailHead } from "./mail-head.ts";

/** A mailbox that has one meaning: no quotes, comments or second at sign for programs to disagree about. */
const PLAIN_ADDRESS = /^[^\s@"<>(),;:\\[\]]+@([a-z0-9-]+(?:\.[a-z0-9-]+)+)$/;

/**
 * Why the sender of a mail may not send to an address; undefined when they may. One that names nobody in `allowed` takes mails of everybody.
 *
 * A name in From is only written there. So it has to be proven: by SPF or DKIM for its domain, where the provider says so; else the
 * envelope, where it is known, has to name an allowed sender too.
 */
export function senderProblem(
  head: MailHead,
  {
    envelopeFrom,
    verdicts,
    allowed,
  }: { envelopeFrom?: string | undefined; verdicts?: Verdicts | undefined; allowed: string[] },
): PipelineError | undefined {
  const from = head.all("from");
  if (from.length > 1)
    return new PipelineError("sender_not_allowed", "The mail names its sender twice, in two From fields.");
  if (allowed.length === 0) return undefined;
  const [sender, ...others] = addressesOf(from[0] ?? "");
  const domain = sender && PLAIN_ADDRESS.exec(sender)?.[1];
  if (!sender || !domain || others.length > 0 || !isAllowed(sender, allowed))
    return new PipelineError("sender_not_allowed");
  const forged = new PipelineError(
    "sender_not_allowed",
    "Nothing proves that the mail is of the sender that it names.",
  );
  if (verdicts) return isProven(domain, envelopeFrom, verdicts) ? undefined : forged;
  return envelopeFrom === undefined || isAllowed(envelopeFrom.toLowerCase(), allowed) ? undefined : forged;
}

/** Whether a list names an address, its domain, or one above that. */
function isAllowed(address: string, allowed: string[]): boolean {
  const domain = PLAIN_ADDRESS.exec(address)?.[1];
  if (!domain) return false;
  return allowed.some((entry) =>
    entry.includes("@") ? entry === address : domain === entry || domain.endsWith(`.${entry}`),
  );
}

/** DMARC's rule (RFC 7489, 3.1): SPF for the envelope's domain, or DKIM, passes for a domain that is From's, or above or below it. */
function isProven(domain: string, envelopeFrom: string | undefined, { spf, dkim = [], dmarc }: Verdicts): boolean {
  if (dmarc && /^pass/i.test(dmarc)) return true;
  if (dmarc && /^fail/i.test(dmarc)) return false;
  const envelopeDomain = PLAIN_ADDRESS.exec((envelopeFrom ?? "").toLowerCase())?.[1];
  if (passes(spf) && envelopeDomain && isAligned(envelopeDomain, domain)) return true;
  return dkim.some(
    ({ result, domain: signer }) => passes(result) && (signer === undefined || isAligned(signer.toLowerCase(), domain)),
  );
}

const passes = (result: string | undefined): boolean => result !== undefined && /^pass\b/i.test(result.trim());

const isAligned = (one: string, other: string): boolean =>
  one === other ||
  (one.includes(".") && other.endsWith(`.${one}`)) ||
  (other.includes(".") && one.endsWith(`.${other}`));
