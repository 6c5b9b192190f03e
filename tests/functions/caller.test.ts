import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SignJWT } from "jose";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createCallers } from "../../supabase/functions/_shared/caller.ts";

// supabase-js wants one on Node 20, though nothing here listens to Realtime.
Object.assign(globalThis, { WebSocket: globalThis.WebSocket ?? WebSocket });

let auth: Server;
let project: { url: string; publishableKey: string; secretKey: string };
let asked: number;
let status: number;
let answer: object | undefined;
let paths: string[];
beforeEach(async () => {
  [asked, status, answer, paths] = [0, 200, undefined, []];
  auth = createServer((request, response) => {
    asked += 1;
    paths.push(request.url!);
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify(answer ?? (status === 200 ? { id: "u1" } : { code: "bad_jwt", message: "no" })));
  }).listen(0, "127.0.0.1");
  await once(auth, "listening");
  project = {
    url: `http://127.0.0.1:${(auth.address() as AddressInfo).port}`,
    publishableKey: "sb_publishable_x",
    secretKey: "sb_secret_x",
  };
});
afterEach(() => {
  auth.closeAllConnections();
  auth.close();
});

const START = Date.now();
const token = (lifetime: number, sub = "u1") =>
  new SignJWT({ role: "authenticated" })
    .setSubject(sub)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setExpirationTime(Math.floor(START / 1000) + lifetime)
    .sign(new TextEncoder().encode("a secret of thirty-two characters"));
const requestWith = (value: string) =>
  new Request("http://function/", { method: "POST", headers: { Authorization: `Bearer ${value}` } });

it("asks Auth once about a token that comes again within half a minute", async () => {
  let clock = START;
  const callers = createCallers(project, () => clock);
  const request = requestWith(await token(3600));
  expect(await callers.identify(request, "upload")).toMatchObject({ userId: "u1" });
  clock += 29_000;
  await callers.identify(request, "upload");
  expect(asked).toBe(1);
  clock += 2_000;
  await callers.identify(request, "upload");
  expect(asked).toBe(2);
});

it("takes no token beyond its own end", async () => {
  let clock = START;
  const callers = createCallers(project, () => clock);
  const request = requestWith(await token(10));
  await callers.identify(request, "upload");
  clock += 11_000;
  status = 401;
  await expect(callers.identify(request, "upload")).rejects.toMatchObject({ code: "unauthorized" });
});

it("remembers no token that Auth refuses, and takes none for another", async () => {
  const callers = createCallers(project, () => START);
  status = 401;
  const request = requestWith(await token(3600));
  await expect(callers.identify(request, "upload")).rejects.toMatchObject({ code: "unauthorized" });
  status = 200;
  expect(await callers.identify(request, "upload")).toMatchObject({ userId: "u1" });
  expect(await callers.identify(requestWith(await token(3600, "u2")), "upload"), "upload").toMatchObject({
    userId: "u2",
  });
  expect(asked).toBe(3);
});

it.each([500, 503])(
  "says that the database is away when Auth answers %d, which says nothing of the token",
  async (answer) => {
    status = answer;
    const callers = createCallers(project, () => START);
    await expect(callers.identify(requestWith(await token(3600)), "upload"), "upload").rejects.toMatchObject({
      code: "database_unavailable",
    });
  },
);

const API_TOKEN = "dkt_0123456789012345678901234567890123456789";
const checksum = createHash("sha256").update(API_TOKEN).digest("hex").slice(0, 8);

it("asks the database about an API token each time, and Auth never", async () => {
  const callers = createCallers(project, () => START);
  const request = requestWith(API_TOKEN + checksum);
  answer = { id: "t1", user_id: "u1", scopes: ["upload"] };
  expect(await callers.identify(request, "upload")).toMatchObject({ userId: "u1" });
  expect(callers.known(request)).toMatchObject({ userId: "u1" });
  [status, answer] = [401, { code: "PT401", hint: "token_revoked", message: "Revoked." }];
  await expect(callers.identify(request, "upload")).rejects.toMatchObject({ code: "token_revoked", status: 401 });
  expect(paths).toEqual(["/rest/v1/rpc/use_api_token", "/rest/v1/rpc/use_api_token"]);
});

it.each(["dkt_", `${API_TOKEN}00000000`, API_TOKEN + checksum.toUpperCase(), `${API_TOKEN + checksum}0`])(
  "asks nobody about %s, whose checksum is wrong",
  async (token) => {
    const callers = createCallers(project, () => START);
    await expect(callers.identify(requestWith(token), "upload")).rejects.toMatchObject({ code: "token_unknown" });
    expect(asked).toBe(0);
  },
);

it("asks a session that knows only the password for the second factor, where the user has one", async () => {
  const callers = createCallers(project, () => START);
  const request = requestWith(await token(3600));
  answer = { id: "u1", factors: [{ id: "f1", factor_type: "totp", status: "unverified" }] };
  expect(await callers.identify(request, "upload")).toMatchObject({ userId: "u1" });
  answer = { id: "u1", factors: [{ id: "f1", factor_type: "totp", status: "verified" }] };
  const later = createCallers(project, () => START);
  await expect(later.identify(request, "upload")).rejects.toMatchObject({
    code: "second_factor_required",
    status: 403,
  });
});

it("takes a token that is no user's for none", async () => {
  const callers = createCallers(project, () => START);
  await expect(callers.identify(requestWith("a.b.c"), "upload")).rejects.toMatchObject({ code: "unauthorized" });
  expect(asked).toBe(0);
});
