/** When a request reached which step, in milliseconds of `performance.now()`; a step that was not reached is missing. */
export type Timings = { started: number; lookedUp?: number; connected?: number };

/** libcurl's words (`curl_easy_strerror`) for what Node reports, since upstream keeps those in `error_msg`. */
const MESSAGES: Record<string, string> = {
  ECONNREFUSED: "Could not connect to server",
  EHOSTUNREACH: "Could not connect to server",
  ENETUNREACH: "Could not connect to server",
  EADDRNOTAVAIL: "Could not connect to server",
  ETIMEDOUT: "Could not connect to server",
  ENOTFOUND: "Could not resolve hostname",
  EAI_AGAIN: "Could not resolve hostname",
  ECONNRESET: "Server returned nothing (no headers, no data)",
  EPIPE: "Failed sending data to the peer",
  ERR_INVALID_URL: "URL using bad/illegal format or missing URL",
  DEPTH_ZERO_SELF_SIGNED_CERT: "SSL peer certificate or SSH remote key was not OK",
  SELF_SIGNED_CERT_IN_CHAIN: "SSL peer certificate or SSH remote key was not OK",
  CERT_HAS_EXPIRED: "SSL peer certificate or SSH remote key was not OK",
  ERR_TLS_CERT_ALTNAME_INVALID: "SSL peer certificate or SSH remote key was not OK",
};

export function failureMessage(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (message === "aborted") return "Transferred a partial file";
  return (code && MESSAGES[code]) || message;
}

/** Upstream's sentence for a timeout (pg_net, src/errors.c): which step the time went into. */
export function timeoutMessage(limit: number, { started, lookedUp, connected }: Timings): string {
  const now = performance.now();
  const dns = lookedUp === undefined ? 0 : lookedUp - started;
  const handshake = (connected ?? now) - started - dns;
  const exchange = connected === undefined ? 0 : now - connected;
  const [total, ...steps] = [now - started, dns, handshake, exchange].map(
    (milliseconds) => `${milliseconds.toFixed(6)} ms`,
  );
  return `Timeout of ${limit} ms reached. Total time: ${total} (DNS time: ${steps[0]}, TCP/SSL handshake time: ${steps[1]}, HTTP Request/Response time: ${steps[2]})`;
}
