/**
 * Which hosts the stack answers as. A page of any site can have its own name point to 127.0.0.1 once it is loaded (DNS
 * rebinding), and reads the answers as its own then: all that tells it from the person at this machine is the `Host` header.
 *
 * Used by the gateway in Node, and by the processes behind it, in Node and Deno.
 */
const OWN_NAMES = ["127.0.0.1", "localhost", "[::1]"];

/** The names from a setting: `docket.test, pi.local:54321`; a name without a port is good with any. */
export const hostsFrom = (setting: string | undefined): string[] =>
  (setting ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean);

/**
 * Whether a request may be answered.
 *
 * @param host the `Host` header
 * @param port the own names have to be with this one; with any when left out, as behind the gateway
 * @param more further hosts, with or without a port
 */
export function isOwnHost(
  host: string | null | undefined,
  { port, more = [] }: { port?: number; more?: string[] },
): boolean {
  const [, name, named] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(host?.toLowerCase() ?? "") ?? [];
  if (!name) return false;
  if (more.includes(name) || more.includes(`${name}:${named}`)) return true;
  return OWN_NAMES.includes(name) && (port === undefined || Number(named ?? 80) === port);
}

/** Whether a page of that origin may be told keys: the stack's own page, or none at all, as for a program. */
export function isOwnOrigin(origin: string | null | undefined, hosts: { port?: number; more?: string[] }): boolean {
  if (origin === null || origin === undefined) return true;
  const [, host] = /^https?:\/\/([^/]+)$/i.exec(origin) ?? [];
  return isOwnHost(host, hosts);
}

/** What a refused caller is told. */
export const HOST_REFUSED = {
  code: "HOST_NOT_ALLOWED",
  message: "The stack does not answer to this host name. Use 127.0.0.1 or localhost, or add the name to DOCKET_HOSTS.",
};
