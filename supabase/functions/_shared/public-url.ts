/** Where a project and its page are, as far as a function knows: callers may know the project by another address. */
export type Addresses = { projectUrl: string; pageUrl: string | undefined };

/** A host as it stands in an address: a name or an IPv4 address, or an IPv6 address in brackets; with or without a port. */
const HOST = /^([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i;

/** The name that hosted functions see instead of the project's, in `Host` and in `X-Forwarded-Host`. */
const HIDDEN = "edge-runtime.supabase.com";

const DEFAULT_PORTS: Record<string, string> = { http: "80", https: "443" };

/**
 * The address at which the caller reached the project: scheme, host and port, without a path. Kong says it in `X-Forwarded-Host`
 * (the name without its port), `-Proto` and `-Port`; without a gateway it is the `Host` header. Whoever sends a request can write
 * what they like there, so an answer to them is all that it may be used for.
 *
 * @returns undefined where the platform hides the address, or it is none
 */
export function addressOfCaller(request: Request): string | undefined {
  const first = (header: string): string | undefined => request.headers.get(header)?.split(",")[0]?.trim() || undefined;
  const forwarded = first("X-Forwarded-Host");
  const [, host, port] = HOST.exec(forwarded ?? first("Host") ?? new URL(request.url).host) ?? [];
  if (!host || host.toLowerCase() === HIDDEN) return undefined;
  const scheme = first("X-Forwarded-Proto")?.toLowerCase() ?? new URL(request.url).protocol.slice(0, -1);
  if (!Object.hasOwn(DEFAULT_PORTS, scheme)) return undefined;
  const at =
    port ?? (forwarded && /^\d{1,5}$/.test(first("X-Forwarded-Port") ?? "") ? first("X-Forwarded-Port") : undefined);
  return `${scheme}://${host}${at && at !== DEFAULT_PORTS[scheme] ? `:${at}` : ""}`;
}

/** Where an invited file is put: what `createSignedUploadUrl` gives, at an address that the caller reaches. */
export const uploadUrlAt = (address: string, { path, token }: { path: string; token: string }): string =>
  `${address}/storage/v1/object/upload/sign/documents/${path}?token=${token}`;

/**
 * The address at which anyone with a link opens it: at the page, with the token behind `#`, where no server's log has it; without a
 * page, the function's, which answers programs.
 *
 * @param address where the caller reaches the project
 * @param pageUrl where the page is, or its path at that address
 */
export const linkAddress = (
  kind: "share" | "collect",
  token: string,
  { address, pageUrl }: { address: string; pageUrl: string | undefined },
): string =>
  pageUrl
    ? new URL(`${kind}.html#${token}`, new URL(pageUrl.endsWith("/") ? pageUrl : `${pageUrl}/`, address)).href
    : `${address}/functions/v1/${kind}/${token}`;
