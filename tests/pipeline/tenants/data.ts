import { beforeAll, describe, expect, it } from "vitest";
import { CALLABLE, RELATIONS } from "../../database/wall/lines.ts";
import { ask, callers, documents, owner, send, stack, stranger } from "./stage.ts";

const TABLES = Object.keys(RELATIONS)
  .filter((name) => name.startsWith("public."))
  .map((name) => name.slice("public.".length));

describe("the Data API, to everybody but the owner", () => {
  let others: Record<string, Record<string, string>>;
  let before: unknown;
  beforeAll(async () => {
    others = await callers();
    before = await everything();
  });
  const everything = () =>
    stack.sql(`select to_jsonb(documents) from public.documents where user_id = '${owner.id}' order by id`);

  it("shows no row of any table", async () => {
    for (const [caller, headers] of Object.entries(others)) {
      for (const table of TABLES) {
        const response = await ask(`/rest/v1/${table}?user_id=eq.${owner.id}`, { headers });
        const answer = await response.text();
        if (response.ok) expect(answer, `${table} with ${caller}`).toBe("[]");
        else expect(answer, `${table} with ${caller}`).not.toContain(documents[0].id);
      }
    }
  });

  it("changes, deletes and adds nothing", async () => {
    for (const headers of Object.values(others)) {
      for (const table of TABLES) {
        const theirs = `/rest/v1/${table}?user_id=eq.${owner.id}`;
        for (const request of [
          send("PATCH", headers, { tags: ["stolen"], user_id: stranger.id }),
          send("PATCH", headers, { tags: ["stolen"] }),
          { method: "DELETE", headers },
        ]) {
          expect(await (await ask(theirs, request)).text()).not.toContain(documents[0].id);
        }
        const added = await ask(
          `/rest/v1/${table}`,
          send("POST", headers, { user_id: owner.id, document_id: documents[0].id }),
        );
        expect(added.ok, table).toBe(false);
      }
    }
    expect(await everything()).toEqual(before);
  });

  it("calls no function that is not theirs, with any of the owner's ids", async () => {
    const rows = await stack.sql(
      "select distinct proname from pg_proc where pronamespace = 'public'::regnamespace and prorettype <> 'trigger'::regtype",
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const { proname } of rows) {
      if (CALLABLE[`public.${proname}`]?.includes("stranger")) continue;
      for (const [caller, headers] of Object.entries(others)) {
        for (const args of [
          {},
          { document_id: documents[0].id },
          { job_id: documents[0].id, token: documents[0].id },
        ]) {
          const response = await ask(`/rest/v1/rpc/${proname}`, send("POST", headers, args));
          expect(response.ok, `${proname} with ${caller}`).toBe(false);
        }
      }
    }
    expect(await everything()).toEqual(before);
  });

  it("has no private schema", async () => {
    for (const headers of Object.values(others)) {
      for (const table of ["jobs", "settings", "user_limits", "reservations"]) {
        const response = await ask(`/rest/v1/${table}`, { headers: { ...headers, "Accept-Profile": "private" } });
        expect(response.ok, table).toBe(false);
      }
    }
  });

  it("lets the service in with the secret key and with the legacy one", async () => {
    const { secretKey, serviceRoleKey } = stack.keys;
    for (const headers of [
      { apikey: secretKey } as Record<string, string>,
      { apikey: serviceRoleKey, Authorization: `Bearer ${serviceRoleKey}` },
    ]) {
      expect(await (await ask(`/rest/v1/documents?select=id&id=eq.${documents[0].id}`, { headers })).json()).toEqual([
        { id: documents[0].id },
      ]);
    }
  });
});

describe("the functions, called by a stranger", () => {
  it("know nothing of the owner's documents", async () => {
    for (const name of ["ocr", "metadata"]) {
      const response = await stranger.callJson(name, { document_id: documents[0].id });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: "not_found" });
    }
  });
});
