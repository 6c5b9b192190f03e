/** A local part as private.inbox_addresses makes it, alone or behind a plus sign, where a provider has one mailbox for all. */
const LOCAL_PART = /(?:^|\+)(inbox-[0-9a-f]{32})$/;

/** Our local part in a mail address; undefined where it has none. The domain is the provider's concern. */
export function localPartOf(recipient: string): string | undefined {
  const address = recipient.trim().toLowerCase().replace(/^</, "").replace(/>$/, "");
  const at = address.lastIndexOf("@");
  return LOCAL_PART.exec(at < 0 ? address : address.slice(0, at))?.[1];
}

/** Our local parts among mail addresses, each once. */
export const localPartsOf = (recipients: string[]): string[] => [
  ...new Set(recipients.flatMap((recipient) => localPartOf(recipient) ?? [])),
];
