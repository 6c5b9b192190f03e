import { randomUUID } from "node:crypto";
import path from "node:path";
import { createClient } from "@supabase/supabase-js";
import { WebSocket } from "ws";
import { ROOT } from "../checkout.ts";
import { openSession } from "../client.ts";

export type ProjectKeys = { url: string; publishableKey: string; secretKey: string };

/**
 * Sends one of the samples as a user of its own, waits for its name, and erases that user with everything again.
 *
 * @returns the name that the document was given
 * @throws Error saying where it stopped
 */
export async function smokeTest({ url, publishableKey, secretKey }: ProjectKeys): Promise<string> {
  // Auth's client writes a stack to the terminal when nothing answers.
  await fetch(url).catch((error: Error) => {
    throw new Error(`${url} did not answer: ${(error.cause as Error | undefined)?.message ?? error.message}.`);
  });
  const user = { email: `smoke-${randomUUID()}@example.com`, password: randomUUID() };
  const options = {
    auth: { persistSession: false, autoRefreshToken: false },
    // The types of ws and of the browser differ in what nobody uses here
    realtime: { transport: WebSocket as never },
  };
  // Where addresses are confirmed by mail, or nobody may sign up, the admin API makes the user; the embedded stack has none.
  const admin = createClient(url, secretKey, options);
  const made = await admin.auth.admin
    .createUser({ ...user, email_confirm: true })
    .catch((error: unknown) => ({ error }));
  const session = await openSession(url, publishableKey, user).catch((error: Error) => {
    const why = made.error ? ` (and could not be made: ${(made.error as Error).message})` : "";
    throw new Error(`The smoke test's user could not sign in${why}: ${error.message}`);
  });
  try {
    const result = await session.send(path.join(ROOT, "samples", "download-3.pdf"));
    if (result.status !== "completed" || !result.display_name) {
      throw new Error(
        `The sample ended as ${result.status}: ${result.error?.message ?? "without a name"}. See the functions' logs.`,
      );
    }
    return result.display_name;
  } finally {
    await session.close();
    await erase(url, publishableKey, user);
  }
}

async function erase(url: string, publishableKey: string, user: { email: string; password: string }): Promise<void> {
  const supabase = createClient(url, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    // The types of ws and of the browser differ in what nobody uses here
    realtime: { transport: WebSocket as never },
  });
  await supabase.auth.signInWithPassword(user);
  const { error } = await supabase.rpc("erase_account");
  if (error) throw new Error(`The smoke test's user ${user.email} could not be erased: ${error.message}`);
}

type ListedKey = { name?: string; type?: string; api_key?: string };

/** The keys among what `supabase projects api-keys --output json` prints: the new ones, else the legacy ones. */
export function keysFrom(printed: string): { publishableKey: string; secretKey: string } {
  const listed = JSON.parse(printed) as ListedKey[];
  const find = (type: string, legacy: string): string => {
    const key =
      listed.find((key) => key.type === type && key.api_key) ??
      listed.find((key) => key.name === legacy && key.api_key);
    if (!key?.api_key) throw new Error(`The project has no ${type} key. Make one in the dashboard, under API keys.`);
    return key.api_key;
  };
  return { publishableKey: find("publishable", "anon"), secretKey: find("secret", "service_role") };
}
