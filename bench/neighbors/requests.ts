import { request } from "node:http";
import type { Stack } from "../../stack/stack.ts";

/** A user who signed up, and what their requests need. */
export type Neighbor = { id: string; token: string; stack: Pick<Stack, "url" | "keys"> };

/** What came back: 0 when the connection broke or nothing came in time. */
export type Reply = { status: number; body: string };

const ANSWER_MS = 20_000;

export async function signUp(stack: Neighbor["stack"], email: string): Promise<Neighbor> {
  const response = await fetch(`${stack.url}/auth/v1/signup`, {
    method: "POST",
    headers: { apikey: stack.keys.publishableKey, "Content-Type": "application/json" },
    body: JSON.stringify({ email, password: "correct horse" }),
  });
  if (!response.ok) throw new Error(`The sign-up failed: ${await response.text()}`);
  const { access_token, user } = (await response.json()) as { access_token: string; user: { id: string } };
  return { id: user.id, token: access_token, stack };
}

/** A request as the user, or, without one, as nobody. A JSON body is an object, everything else is sent as it is. */
export async function call(
  stack: Neighbor["stack"],
  user: Neighbor | null,
  method: string,
  pathname: string,
  body?: BodyInit | object,
  { answerMs = ANSWER_MS, headers = {} }: { answerMs?: number; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const raw = body instanceof FormData || body instanceof Uint8Array || typeof body === "string" || body === undefined;
  return fetch(`${stack.url}${pathname}`, {
    method,
    body: (raw ? body : JSON.stringify(body)) as BodyInit,
    headers: {
      apikey: stack.keys.publishableKey,
      ...(user ? { Authorization: `Bearer ${user.token}` } : {}),
      ...(body instanceof FormData ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    signal: AbortSignal.timeout(answerMs),
  })
    .then(async (response) => ({ status: response.status, body: await response.text() }))
    .catch(() => ({ status: 0, body: "" }));
}

export function upload(user: Neighbor, name: string, bytes: Uint8Array): Promise<Reply> {
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(bytes)]), name);
  return call(user.stack, user, "POST", "/functions/v1/upload", form);
}

/** The id in the answer to an upload. */
export const idIn = ({ body }: Reply): string | undefined => /"document_id":\s*"([0-9a-f-]{36})"/.exec(body)?.[1];

/** Announces so many bytes of a file and sends two a second, until `signal` ends it or the server does. */
export function trickle(user: Neighbor, bytes: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const sent = request(`${user.stack.url}/functions/v1/upload`, {
      method: "POST",
      signal,
      headers: {
        Authorization: `Bearer ${user.token}`,
        "Content-Type": "multipart/form-data; boundary=b",
        "Content-Length": bytes,
      },
    });
    sent.write('--b\r\nContent-Disposition: form-data; name="file"; filename="slow.pdf"\r\n\r\n%PDF-1.4\n');
    const drip = setInterval(() => sent.write("x"), 500);
    const end = () => {
      clearInterval(drip);
      resolve();
    };
    sent.on("response", (response) => response.resume().on("end", end));
    sent.on("error", end).on("close", end);
  });
}

/** Keeps a stream of describing open until `signal` ends it or the server does. Resolves with the status. */
export async function listen(user: Neighbor, documentId: string, signal: AbortSignal): Promise<number> {
  const response = await fetch(`${user.stack.url}/functions/v1/metadata`, {
    method: "POST",
    headers: { Authorization: `Bearer ${user.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ document_id: documentId }),
    signal,
  }).catch(() => undefined);
  await response?.body?.pipeTo(new WritableStream()).catch(() => {});
  return response?.status ?? 0;
}
