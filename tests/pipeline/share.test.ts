// A share link on the whole stack: anyone who has it gets the file for a minute, without an account.
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TemporaryStack, temporaryStack } from "../../testing/temporary.ts";
import { SAMPLES, signUp, type User } from "../../testing/user.ts";

let stack: TemporaryStack;
let user: User;
let id: string;
beforeAll(async () => {
  stack = await temporaryStack({ OCR_ENGINE_URL: "" });
  user = await signUp(stack);
  ({ id } = await user.process(`${SAMPLES}brief.pdf`));
});
afterAll(() => stack?.stop());

async function share(more: object = {}): Promise<{ id: string; token: string }> {
  const { data, error } = await user.supabase.rpc("create_share_link", { document_id: id, ...more });
  if (error) throw error;
  return data;
}
const addressOf = (token: string) => `${stack.url}/functions/v1/share/${token}`;
const open = (token: string, body: object = {}) =>
  fetch(addressOf(token), {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json" },
  });

it("opens with the file for 60 seconds and the values, and no search engine keeps it", async () => {
  const { token } = await share();
  const answer = await open(token);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("x-robots-tag")).toContain("noindex");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const shared = (await answer.json()) as Record<string, any>;
  expect(shared).toMatchObject({ expires_in: 60, metadata: { language: "de" } });
  expect(shared).not.toHaveProperty("pages");
  const file = await fetch(shared.signed_url);
  expect(Buffer.from(await file.arrayBuffer()).equals(await readFile(`${SAMPLES}brief.pdf`))).toBe(true);
});

it("says whether it needs a password, without an opening, also to a browser where nobody said where the page is", async () => {
  const { id: link, token } = await share({ password: "correct horse" });
  for (const Accept of ["application/json", "text/html"]) {
    const look = await fetch(addressOf(token), { headers: { Accept } });
    expect(await look.json()).toEqual({ needs_password: true });
    expect(look.headers.get("x-robots-tag")).toContain("noindex");
  }
  const { data } = await user.supabase.from("share_links").select("openings").eq("id", link);
  expect(data).toEqual([{ openings: 0 }]);
});

it("asks for its password, and refuses fields that it does not know", async () => {
  const { token } = await share({ password: "correct horse" });
  for (const body of [{}, { password: "wrong" }]) {
    const answer = await open(token, body);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: "link_password" });
  }
  expect((await open(token, { password: "correct horse" })).status).toBe(200);
  const answer = await open(token, { pasword: "correct horse" });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: "invalid_request", message: expect.stringContaining("pasword") });
});

it("answers the same 404 when it is guessed, malformed, revoked, used up or over", async () => {
  const revoked = await share();
  await user.supabase.rpc("revoke_share_link", { link_id: revoked.id });
  const used = await share({ most_openings: 1 });
  expect((await open(used.token)).status).toBe(200);
  const over = await share();
  await stack.sql(
    `update public.share_links set created_at = created_at - interval '9 days', expires_at = now() - interval '1 second' where id = '${over.id}'`,
  );
  const tokens = [`dkl_${"0".repeat(40)}`, "x", "", revoked.token, used.token, over.token];
  for (const token of tokens) {
    for (const answer of [await open(token), await fetch(addressOf(token))]) {
      expect(answer.status, token).toBe(404);
      expect(await answer.json(), token).toEqual({
        code: "not_found",
        message: "There is no such link, or it has ended.",
      });
      expect(answer.headers.get("x-robots-tag")).toContain("noindex");
    }
  }
});
