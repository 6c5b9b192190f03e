import { addressParser } from "postal-mime";
import { PipelineError } from "../_shared/errors.ts";

/** Most bytes of the head of a mail, as far as the reader goes too: a few thousand addresses. */
export const MOST_HEAD_BYTES = 256 * 1024;

/** The head of a mail: its fields in their order, unfolded, names in lower case. */
export type MailHead = {
  fields: [name: string, value: string][];
  all(name: string): string[];
  first(name: string): string | undefined;
};

/** The fields of a text that is a head. Lines that are no field are passed over. */
export function headOf(text: string): MailHead {
  const fields = text.split(/\r?\n(?![ \t])/).flatMap((line): [string, string][] => {
    const colon = line.indexOf(":");
    if (colon <= 0) return [];
    return [
      [
        line.slice(0, colon).trim().toLowerCase(),
        line
          .slice(colon + 1)
          .replace(/\r?\n/g, "")
          .trim(),
      ],
    ];
  });
  const all = (name: string): string[] => fields.filter(([other]) => other === name).map(([, value]) => value);
  return { fields, all, first: (name) => all(name)[0] };
}

/**
 * The head of a mail.
 *
 * @throws PipelineError broken_file when it is larger than a head may be
 */
export function readHead(mime: Uint8Array): MailHead {
  const text = new TextDecoder().decode(mime.subarray(0, MOST_HEAD_BYTES + 4));
  const ends = [text.indexOf("\r\n\r\n"), text.indexOf("\n\n")].filter((at) => at >= 0);
  if (ends.length === 0 && mime.length > MOST_HEAD_BYTES)
    throw new PipelineError("broken_file", `The head of the mail has more than ${MOST_HEAD_BYTES / 1024} KiB.`);
  return headOf(text.slice(0, ends.length > 0 ? Math.min(...ends) : text.length));
}

/** The mailboxes that a field such as From names, in lower case. */
export function addressesOf(field: string): string[] {
  return addressParser(field, { flatten: true }).flatMap(({ address }) => (address ? [address.toLowerCase()] : []));
}

/** Who sent it, for the list of refused mails: the first mailbox of From, or the envelope's. */
export function senderOf(head: MailHead, envelopeFrom: string | undefined): string {
  const named = addressesOf(head.first("from") ?? "")[0] ?? envelopeFrom ?? "";
  return named.replace(/\p{Cc}/gu, "").slice(0, 320);
}

/** The domain that signed a mail, where one did: which of several signatures a provider checked, it does not say. */
export function signerOf(head: MailHead): string {
  const signatures = head.all("dkim-signature");
  return signatures.length === 1 ? (/(?:^|;)\s{0,10}d=([^;\s]{1,253})/i.exec(signatures[0] ?? "")?.[1] ?? "") : "";
}
