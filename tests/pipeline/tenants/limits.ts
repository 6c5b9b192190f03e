import { afterAll, describe, expect, it } from "vitest";
import { FIXTURES, signUp, type User } from "../../../testing/user.ts";
import { stack } from "./stage.ts";

const users: User[] = [];
async function newUser(limits: string): Promise<User> {
  const user = await signUp(stack);
  users.push(user);
  const [names, values] = [limits.split("=")[0], limits.split("=")[1]];
  await stack.sql(`insert into private.user_limits (user_id, ${names}) values ('${user.id}', ${values})`);
  return user;
}
afterAll(() => Promise.all(users.map((user) => user.leave())));

const answerOf = async (response: Response) => ({
  status: response.status,
  retryAfter: Number(response.headers.get("Retry-After")),
  ...((await response.json()) as { code: string; message: string }),
});

describe("a user at the limit", () => {
  it("of documents gets 402 with the day on which the count starts again", async () => {
    const user = await newUser("documents_per_month = 1");
    await user.process(`${FIXTURES}one-word.png`);
    const { data } = await user.supabase.rpc("usage_left");
    expect(data).toMatchObject({
      documents: { used: 1, limit: 1 },
      pages: { used: 1, limit: 10_000 },
      cost_micro_usd: { used: 0, limit: 5_000_000 },
    });
    const resets = new Date(data.resets_at);
    expect(resets.getTime()).toBeGreaterThan(Date.now());
    const answer = await answerOf(await user.upload(`${FIXTURES}blank.pdf`));
    expect(answer).toMatchObject({
      status: 402,
      code: "monthly_limit_reached",
      message: expect.stringContaining(resets.toISOString().slice(0, 10)),
    });
    expect(Math.abs(answer.retryAfter * 1000 - (resets.getTime() - Date.now()))).toBeLessThan(60_000);
  });

  it("of pages sees the document fail with that code, and the pages given back", async () => {
    const user = await newUser("pages_per_month = 2");
    const document = await user.process(`${FIXTURES}mixed.pdf`);
    expect(document).toMatchObject({
      status: "failed",
      error: {
        stage: "ocr",
        code: "monthly_limit_reached",
        message: expect.stringMatching(/^The document has \d pages, and 2 are left/),
      },
    });
    expect((await user.supabase.rpc("usage_left")).data).toMatchObject({
      documents: { used: 0 },
      pages: { used: 0, limit: 2 },
    });
  });

  it("of requests gets 429 and is told how long to wait", async () => {
    const user = await newUser("requests_per_minute = 1");
    const { id } = await user.process(`${FIXTURES}encrypted.pdf`);
    for (const response of [
      await user.upload(`${FIXTURES}blank.pdf`),
      await user.callJson("ocr", { document_id: id }),
    ]) {
      const answer = await answerOf(response);
      expect(answer).toMatchObject({ status: 429, code: "too_many_requests" });
      expect(answer.retryAfter).toBeGreaterThan(0);
      expect(answer.retryAfter).toBeLessThanOrEqual(60);
    }
  });
});
