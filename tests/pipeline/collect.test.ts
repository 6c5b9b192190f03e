// An upload link on the whole stack: a visitor without an account hands in a file, which is read for the link's owner.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { SAMPLES, signUp, type User } from "../../testing/user.ts";
import { waitUntil } from "../../testing/waiting.ts";

let stack: LentStack;
let user: User;
let file: Buffer;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  user = await signUp(stack);
  file = await readFile(`${SAMPLES}brief.pdf`);
});
afterAll(() => stack?.stop());

async function make(more: object = {}): Promise<{ id: string; token: string }> {
  const { data, error } = await user.supabase.rpc("create_upload_link", { title: "Letters", ...more });
  if (error) throw error;
  return data;
}
const addressOf = (token: string) => `${stack.url}/functions/v1/collect/${token}`;
const announcement = (bytes: Buffer) => ({
  filename: "letter.pdf",
  byte_size: bytes.length,
  mime_type: "application/pdf",
  sha256: createHash("sha256").update(bytes).digest("hex"),
});
const announce = (token: string, body: object) =>
  fetch(addressOf(token), {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json" },
  });

it("takes a file from a visitor, which becomes a tagged document of the owner", async () => {
  const { token } = await make({ tags: ["by-link"] });
  const look = await fetch(addressOf(token), { headers: { Accept: "application/json" } });
  expect(await look.json()).toEqual({ needs_password: false, title: "Letters" });

  const answer = await announce(token, announcement(file));
  expect(answer.status).toBe(200);
  expect(answer.headers.get("x-robots-tag")).toContain("noindex");
  const { signed_url, ...rest } = (await answer.json()) as { signed_url: string };
  expect(rest).toEqual({ filename: "letter.pdf", stored: false, title: "Letters" });
  const stored = await fetch(signed_url, {
    method: "PUT",
    body: new Uint8Array(file),
    headers: { "Content-Type": "application/pdf" },
  });
  expect(stored.status).toBe(200);

  const described = await waitUntil(
    async () => (await user.supabase.from("documents").select("*").eq("status", "completed")).data?.[0],
    { interval: 100 },
  );
  expect(described).toMatchObject({ user_id: user.id, filename: "letter.pdf" });
  expect(described.tags).toContain("by-link");
  const again = await announce(token, announcement(file));
  expect(await again.json()).toEqual({ filename: "letter.pdf", stored: true, title: "Letters" });
});

it("refuses what it does not take, naming why", async () => {
  const { token } = await make({ password: "correct horse" });
  const refusal = async (body: object) => (await (await announce(token, body)).json()).code;
  const other = announcement(Buffer.from("other"));
  expect(await refusal(other)).toBe("link_password");
  const opened = { ...other, password: "correct horse" };
  expect(await refusal({ ...opened, mime_type: "application/x-msdownload" })).toBe("unsupported_type");
  expect(await refusal({ ...opened, byte_size: 10 ** 9 })).toBe("file_too_large");
  expect(await refusal({ ...opened, owner: user.id })).toBe("invalid_request");
  for (const gone of [`dkl_${"0".repeat(40)}`, "x", ""]) expect((await announce(gone, opened)).status).toBe(404);
});
