import { HTTPParser } from "http-parser-js";
import { Buffer } from "node:buffer";
import type { Connection, Network } from "../_shared/network.ts";
import { orAborted } from "./aborted.ts";
import type { Target } from "./address.ts";
import { Undelivered } from "./undelivered.ts";

/** Bytes of an answer's body that are kept. */
export const MOST_ANSWER_BYTES = 1_024;
/** Bytes of an answer that are looked at, with its head. */
const MOST_READ_BYTES = 65_536;

export type Answer = { status: number; headers: Headers; body: string };

/**
 * Sends a body by POST to an address that was checked, and reads the answer's head and first kilobyte. HTTP/1.1 on a connection of
 * its own, because neither `fetch` nor Deno's `node:https` can be told which address to use (`lookup` is not implemented in 2.1).
 * Follows no redirect.
 *
 * @throws Undelivered `connection_failed`, `bad_answer`; the signal's reason when it ends
 */
export async function post(
  network: Pick<Network, "connect">,
  target: Target,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<Answer> {
  const connection = await connected(network, target, signal);
  const close = () => {
    try {
      connection.close();
    } catch {
      // Deno says that the other side closed it before.
    }
  };
  signal.addEventListener("abort", close, { once: true });
  try {
    const answer = answerFrom(connection);
    // An answer may come before all is sent, and then the rest cannot be.
    sent(connection, requestBytes(target, headers, body)).catch(() => {});
    return await answer;
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof Undelivered) throw thrown;
    throw new Undelivered("connection_failed", "The connection broke before an answer came.", { cause: thrown });
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}

/** A connection; one that comes too late is closed. */
async function connected(
  network: Pick<Network, "connect">,
  { address, port, tlsName, url }: Target,
  signal: AbortSignal,
): Promise<Connection> {
  signal.throwIfAborted();
  const connecting = network.connect({ address, port, tlsName });
  try {
    return await orAborted(connecting, signal);
  } catch (thrown) {
    connecting.then((late) => late.close()).catch(() => {});
    signal.throwIfAborted();
    const why = thrown instanceof Error ? thrown.message : "";
    const certificate = /certificate|tls/i.test(why) ? " Its certificate was not accepted." : "";
    throw new Undelivered("connection_failed", `${url.host} could not be connected to.${certificate}`, {
      cause: thrown,
    });
  }
}

/** What is sent. The URL is percent-encoded by `URL`, and the headers are ours. */
function requestBytes({ url }: Target, headers: Record<string, string>, body: string): Uint8Array {
  const content = new TextEncoder().encode(body);
  const lines = Object.entries({
    Host: url.host,
    "Content-Type": "application/json",
    "Content-Length": String(content.length),
    Connection: "close",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = new TextEncoder().encode(`POST ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join("")}\r\n`);
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  return bytes;
}

async function sent({ writable }: Connection, bytes: Uint8Array): Promise<void> {
  const writer = writable.getWriter();
  try {
    await writer.write(bytes);
  } finally {
    writer.releaseLock();
  }
}

/** Reads until the answer ends, or there is enough of it. */
async function answerFrom({ readable }: Connection): Promise<Answer> {
  const parser = new HTTPParser(HTTPParser.RESPONSE);
  parser.maxHeaderSize = MOST_READ_BYTES;
  let answer: { status: number; headers: Headers } | undefined;
  let done = false;
  let bytes = 0;
  const kept: Uint8Array[] = [];
  parser[HTTPParser.kOnHeadersComplete] = ({ statusCode, headers: list }) => {
    if (statusCode < 200) return;
    const headers = new Headers();
    for (let at = 0; at + 1 < list.length; at += 2) {
      // The receiver's names and values may be none.
      if (/^[\w-]+$/.test(list[at]!) && /^[\x20-\x7e]*$/.test(list[at + 1]!)) headers.append(list[at]!, list[at + 1]!);
    }
    answer = { status: statusCode, headers };
  };
  parser[HTTPParser.kOnBody] = (chunk, offset, length) => {
    if (!answer || bytes >= MOST_ANSWER_BYTES) return;
    const part = new Uint8Array(Math.min(length, MOST_ANSWER_BYTES - bytes));
    // A Buffer is one; the types that Deno 2.1 has of Node's do not say so.
    part.set((chunk as unknown as Uint8Array).subarray(offset, offset + part.length));
    kept.push(part);
    bytes += part.length;
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    done = answer !== undefined;
  };

  const reader = readable.getReader();
  let read = 0;
  try {
    while (!done && bytes < MOST_ANSWER_BYTES && read < MOST_READ_BYTES) {
      const { value, done: ended } = await reader.read().catch((thrown: unknown) => {
        // What was read is an answer, however the connection ended.
        if (answer) return { value: undefined, done: true };
        throw thrown;
      });
      if (ended) break;
      read += value!.length;
      if (parser.execute(Buffer.from(value!)) instanceof Error) break;
    }
  } finally {
    reader.releaseLock();
  }
  if (!answer) throw new Undelivered("bad_answer", "What came back is no answer of HTTP.");
  return { ...answer, body: textOf(kept) };
}

/** The text of some bytes, whose last character may be cut. */
function textOf(parts: Uint8Array[]): string {
  const decoder = new TextDecoder();
  return parts.map((part) => decoder.decode(part, { stream: true })).join("");
}
