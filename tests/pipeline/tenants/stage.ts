import { SignJWT } from "jose";
import { hurry, type TemporaryStack, temporaryStack } from "../../../testing/temporary.ts";
import { type DocumentRow, FIXTURES, SAMPLES, signUp, type User } from "../../../testing/user.ts";
import { atRest } from "../../../testing/waiting.ts";

/** The one stack of this test run, and two users who have nothing to do with each other. */
export let stack: TemporaryStack;
export let owner: User;
export let stranger: User;
/** What the owner has, and the stranger wants: two documents, each with its file. */
export let documents: [DocumentRow, DocumentRow];

export async function startStage(): Promise<void> {
  stack = await temporaryStack({ LOG_LEVEL: "debug" });
  await hurry(stack);
  [owner, stranger] = [await signUp(stack), await signUp(stack)];
  documents = [await owner.process(`${SAMPLES}download-3.pdf`), await owner.process(`${FIXTURES}one-word.png`)];
  await atRest(stack);
}

export async function stopStage(): Promise<void> {
  await owner?.leave();
  await stranger?.leave();
  await stack?.stop();
}

/** The headers of callers who are not the owner. */
export async function callers(): Promise<Record<string, Record<string, string>>> {
  const { publishableKey, anonKey } = stack.keys;
  const forged = await new SignJWT({ role: "authenticated", sub: owner.id, aud: "authenticated" })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode("a secret that is not the project's own"));
  return {
    "the publishable key": { apikey: publishableKey },
    "the legacy anon key": { apikey: anonKey, Authorization: `Bearer ${anonKey}` },
    "a stranger's token": { apikey: publishableKey, Authorization: `Bearer ${stranger.token}` },
    "a stranger's token and the legacy key": { apikey: anonKey, Authorization: `Bearer ${stranger.token}` },
    "a forged token of the owner": { apikey: publishableKey, Authorization: `Bearer ${forged}` },
    "no key": {},
  };
}

export const ask = (path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> =>
  fetch(stack.url + path, init);

/** A request with a JSON body. */
export const send = (
  method: string,
  headers: Record<string, string>,
  body: unknown,
): RequestInit & { headers: Record<string, string> } => ({
  method,
  headers: { ...headers, "Content-Type": "application/json", Prefer: "return=representation" },
  body: JSON.stringify(body),
});
