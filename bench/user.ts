import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Stack } from "../stack/stack.ts";

/** A row among the users, for rows that want an owner. */
export async function newUser(db: pg.Client): Promise<string> {
  const id = randomUUID();
  await db.query("insert into auth.users (id, email) values ($1::uuid, $1::text || '@docket.test')", [id]);
  return id;
}

/** Signs a user up as a browser does. Returns the access token. */
export async function signUp({ url, keys }: Stack): Promise<string> {
  const response = await fetch(`${url}/auth/v1/signup`, {
    method: "POST",
    headers: { apikey: keys.publishableKey, "Content-Type": "application/json" },
    body: JSON.stringify({ email: `${randomUUID()}@docket.test`, password: "correct horse" }),
  });
  if (!response.ok) throw new Error(`The sign-up failed: ${await response.text()}`);
  return ((await response.json()) as { access_token: string }).access_token;
}
