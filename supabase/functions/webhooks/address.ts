import ipaddr from "ipaddr.js";
import type { Network } from "../_shared/network.ts";
import { Undelivered } from "./undelivered.ts";

/** Where a message goes: the address that was checked, and the name that the certificate has to bear. */
export type Target = { url: URL; address: string; port: number; tlsName: string | null };

/** Azure's metadata and DNS service: the one of its kind with a public address. */
const METADATA_ADDRESSES = ["168.63.129.16"];
const GLOBAL_IPV6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse("2000::"), 3];

/**
 * Whether an address is one of the public internet. IANA's special-purpose registries name what is not: private, loopback, link-local
 * (with 169.254.169.254), shared (CGNAT), multicast, reserved, documentation; and IPv6 that hides an IPv4 address (mapped, 6to4, Teredo,
 * NAT64) leads wherever that one does.
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address) || METADATA_ADDRESSES.includes(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(...GLOBAL_IPV6);
}

/** Every range that is not public, besides all of IPv6 outside of 2000::/3. For the database, which refuses such a webhook when it is made. */
export function closedRanges(): string[] {
  return [
    ...METADATA_ADDRESSES.map((address) => `${address}/32`),
    ...[ipaddr.IPv4.prototype, ipaddr.IPv6.prototype].flatMap((kind) =>
      // Not in the types of ipaddr.js: its ranges by their names, each one range or a list of them.
      Object.values((kind as unknown as { SpecialRanges: Record<string, Range | Range[]> }).SpecialRanges)
        .flatMap((ranges) => (Array.isArray(ranges[0]) ? (ranges as Range[]) : [ranges as Range]))
        .map(([address, bits]) => `${address}/${bits}`),
    ),
  ];
}
type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * Resolves where a URL leads, now, and checks it. Whoever connects to the address of the answer cannot be led elsewhere by a second look.
 *
 * @param loopback whether this machine may be reached, without TLS too (`private.settings.loopback_webhooks`)
 * @throws Undelivered `name_not_found`, `address_refused`
 */
export async function targetOf(text: string, network: Pick<Network, "resolve">, loopback: boolean): Promise<Target> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || url.username || url.password || !["https:", "http:"].includes(url.protocol))
    throw new Undelivered("address_refused", "The address is not one of https.");
  const name = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const tlsName = url.protocol === "https:" ? name : null;
  if (loopback && ["localhost", "127.0.0.1", "::1"].includes(name))
    return { url, address: name === "localhost" ? "127.0.0.1" : name, port, tlsName };
  if (!tlsName) throw new Undelivered("address_refused", "Messages are sent over https only.");
  const addresses = ipaddr.isValid(name) ? [name] : await network.resolve(name);
  if (addresses.length === 0) throw new Undelivered("name_not_found", `There is no address for ${name}.`);
  const closed = addresses.find((address) => !isPublic(address));
  if (closed !== undefined)
    throw new Undelivered("address_refused", `${name} leads to ${closed}, which is no address of the public internet.`);
  const address = addresses.find((one) => ipaddr.IPv4.isValid(one)) ?? addresses[0]!;
  return { url, address, port, tlsName };
}
