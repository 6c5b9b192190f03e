import { beforeAll, describe, expect, it } from "vitest";
import { ALICE, stack, userToken } from "./server.ts";

describe("downloads", () => {
  beforeAll(async () => {
    await stack.alice.storage
      .from("documents")
      .upload(`${ALICE}/digits.txt`, new Blob(["0123456789"], { type: "text/plain" }));
    await stack.service.storage.createBucket("public", { public: true });
    await stack.service.storage.createBucket("site", { public: true });
    await stack.service.storage.from("site").upload("a page.html", "<script>1</script>", { contentType: "text/html" });
    await stack.service.storage.from("site").upload("drawing.svg", "<svg/>", { contentType: "image/svg+xml" });
  });

  const digits = (headers: Record<string, string> = {}, method = "GET", route = "authenticated/"): Promise<Response> =>
    fetch(`${stack.url}/storage/v1/object/${route}documents/${ALICE}/digits.txt`, {
      method,
      headers: { authorization: `Bearer ${stack.aliceToken}`, ...headers },
    });

  describe("a file", () => {
    it("comes with its headers, from both routes", async () => {
      for (const route of ["authenticated/", ""]) {
        const response = await digits({}, "GET", route);
        expect(response.status).toBe(200);
        expect(Object.fromEntries(response.headers)).toMatchObject({
          "content-type": "text/plain",
          "content-length": "10",
          "cache-control": "max-age=3600",
          "accept-ranges": "bytes",
          etag: '"781e5e245d69b566979b86e28d23f2c7"',
          "last-modified": expect.stringMatching(/GMT$/),
          "x-content-type-options": "nosniff",
        });
        expect(await response.text()).toBe("0123456789");
      }
    });

    it("answers HEAD with the same headers and no bytes", async () => {
      const response = await digits({}, "HEAD");
      expect([response.status, response.headers.get("content-length")]).toEqual([200, "10"]);
      expect(await response.text()).toBe("");
      expect((await digits({ range: "bytes=0-3" }, "HEAD")).status).toBe(200);
    });

    it.each([
      ["bytes=0-3", "0123", "bytes 0-3/10"],
      ["bytes=7-", "789", "bytes 7-9/10"],
      ["bytes=-2", "89", "bytes 8-9/10"],
      ["bytes=8-100", "89", "bytes 8-9/10"],
    ])("answers the range %s with 206", async (range, text, contentRange) => {
      const response = await digits({ range });
      expect(response.status).toBe(206);
      expect(response.headers.get("content-range")).toBe(contentRange);
      expect(response.headers.get("content-length")).toBe(String(text.length));
      expect(await response.text()).toBe(text);
    });

    it.each(["bytes=10-", "lines=1-2", "bytes=5-2", "bytes=-0", "bytes=-", "bytes=0-1,3-4"])(
      "refuses the range %s, and says how long it is",
      async (range) => {
        const response = await digits({ range });
        expect(response.status).toBe(416);
        expect(response.headers.get("content-range")).toBe("bytes */10");
        expect(await response.json()).toEqual({
          statusCode: "416",
          code: "InvalidRange",
          error: "invalid_range",
          message: "invalid range provided",
        });
      },
    );

    it("answers 304 to a client that has it", async () => {
      const { headers } = await digits();
      expect((await digits({ "if-none-match": headers.get("etag")! })).status).toBe(304);
      expect((await digits({ "if-modified-since": headers.get("last-modified")! })).status).toBe(304);
      expect((await digits({ "if-none-match": '"another"' })).status).toBe(200);
    });

    it("is saved under its own or another name with ?download", async () => {
      const named = stack.anon.storage.from("site").getPublicUrl("drawing.svg", { download: "für mich.svg" })
        .data.publicUrl;
      expect((await fetch(named)).headers.get("content-disposition")).toBe(
        "attachment; filename=f%C3%BCr%20mich.svg; filename*=UTF-8''f%C3%BCr%20mich.svg",
      );
      const own = stack.anon.storage.from("site").getPublicUrl("drawing.svg", { download: true }).data.publicUrl;
      expect((await fetch(own)).headers.get("content-disposition")).toBe("attachment;");
    });
  });

  describe("a public bucket", () => {
    const publicUrl = (name: string): string => stack.anon.storage.from("site").getPublicUrl(name).data.publicUrl;

    it("is read by anybody, and keeps html and svg from running scripts", async () => {
      const page = await fetch(publicUrl("a page.html"));
      expect([page.status, page.headers.get("content-type"), await page.text()]).toEqual([
        200,
        "text/plain",
        "<script>1</script>",
      ]);
      const drawing = await fetch(publicUrl("drawing.svg"));
      expect(drawing.headers.get("content-security-policy")).toContain("sandbox");
      expect((await stack.anon.storage.from("site").download("drawing.svg")).data?.size).toBe(6);
    });

    it("is not listed to anybody", async () => {
      expect((await stack.anon.storage.from("site").list()).data).toEqual([]);
    });

    it("is needed for the public route", async () => {
      const response = await fetch(`${stack.url}/storage/v1/object/public/documents/${ALICE}/digits.txt`);
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        statusCode: "404",
        code: "NoSuchBucket",
        error: "Bucket not found",
        message: "Bucket not found",
      });
    });
  });

  it("knows no private bucket without a token, and asks for one on the authenticated route", async () => {
    const get = async (route: string, headers: Record<string, string> = {}) =>
      (await fetch(`${stack.url}/storage/v1/object/${route}documents/${ALICE}/digits.txt`, { headers })).json();
    const forged = { authorization: `Bearer ${await userToken({ ...stack.keys, jwtSecret: "x".repeat(40) }, ALICE)}` };
    for (const headers of [{}, forged])
      for (const route of ["", "info/"])
        expect(await get(route, headers)).toMatchObject({ statusCode: "404", code: "NoSuchBucket" });
    expect(await get("authenticated/", forged)).toMatchObject({ statusCode: "403", code: "AccessDenied" });
    expect(await get("authenticated/")).toMatchObject({ statusCode: "400", code: "InvalidRequest" });
  });

  it("answers preflights, and unknown routes with 404", async () => {
    const headers = {
      origin: "http://localhost:3000",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,x-upsert",
    };
    const preflight = await fetch(`${stack.url}/storage/v1/object/documents/x`, { method: "OPTIONS", headers });
    expect(preflight.ok).toBe(true);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("x-upsert");
    const unknown = await fetch(`${stack.url}/storage/v1/nothing`);
    expect([unknown.status, await unknown.json()]).toEqual([
      404,
      {
        statusCode: "404",
        code: "InvalidRequest",
        error: "Not Found",
        message: "Route GET:/storage/v1/nothing not found",
      },
    ]);
  });
});
