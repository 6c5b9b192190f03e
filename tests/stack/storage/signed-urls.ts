import { SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { ALICE, stack } from "./server.ts";

describe("signed urls", () => {
  beforeAll(async () => {
    await documents().upload(of("signed file.txt"), new Blob(["signed"]));
    await documents().upload(of("other.txt"), new Blob(["other"]));
  });

  const documents = () => stack.alice.storage.from("documents");
  const of = (name: string): string => `${ALICE}/${name}`;
  const sign = (claims: Record<string, unknown>, expires: string | number): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime(expires)
      .sign(new TextEncoder().encode(stack.keys.jwtSecret));
  const claimsOf = (token: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());

  describe("a signed download", () => {
    it("needs no key, and expires when asked", async () => {
      const { data } = await documents().createSignedUrl(of("signed file.txt"), 60);
      const response = await fetch(data!.signedUrl);
      expect([response.status, await response.text()]).toEqual([200, "signed"]);
      const { url, exp, iat } = claimsOf(new URL(data!.signedUrl).searchParams.get("token")!) as {
        url: string;
        exp: number;
        iat: number;
      };
      expect({ url, seconds: exp - iat }).toEqual({ url: `documents/${of("signed file.txt")}`, seconds: 60 });
      expect(Date.parse(response.headers.get("expires")!)).toBe(exp * 1000);
    });

    it("is made for many at once, with an error for the ones that are not there", async () => {
      const { data } = await documents().createSignedUrls([of("other.txt"), of("none.txt")], 60);
      expect(await (await fetch(data![0]!.signedUrl!)).text()).toBe("other");
      expect(data![1]).toMatchObject({
        path: of("none.txt"),
        signedUrl: null,
        error: "Either the object does not exist or you do not have access to it",
      });
    });

    it("is refused when expired, tampered with, missing, or for another object", async () => {
      const open = async (name: string, token: string) =>
        (await fetch(`${stack.url}/storage/v1/object/sign/documents/${of(name)}?token=${token}`)).json();
      const url = `documents/${of("other.txt")}`;
      expect(await open("other.txt", await sign({ url }, "-1s"))).toEqual({
        statusCode: "400",
        code: "InvalidJWT",
        error: "InvalidJWT",
        message: '"exp" claim timestamp check failed',
      });
      const good = await sign({ url }, "1m");
      const [header, , signature] = good.split(".");
      const tampered = `${header}.${Buffer.from(JSON.stringify({ url: `documents/${of("signed file.txt")}`, exp: 9e9 })).toString("base64url")}.${signature}`;
      expect(await open("signed%20file.txt", tampered)).toMatchObject({
        statusCode: "400",
        error: "InvalidJWT",
        message: "signature verification failed",
      });
      expect(await open("signed%20file.txt", good)).toMatchObject({ statusCode: "400", error: "InvalidSignature" });
      expect(await open("other.txt", "")).toMatchObject({ statusCode: "400", error: "InvalidJWT" });
      const missing = await fetch(`${stack.url}/storage/v1/object/sign/documents/${of("other.txt")}`);
      expect(await missing.json()).toMatchObject({
        statusCode: "400",
        message: "querystring must have required property 'token'",
      });
      expect(await open("other.txt", stack.aliceToken)).toMatchObject({ statusCode: "400", error: "InvalidSignature" });
    });

    it("cannot be used to sign in or to upload", async () => {
      const token = await sign({ url: `documents/${of("other.txt")}` }, "1m");
      const list = await fetch(`${stack.url}/storage/v1/object/list/documents`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: '{"prefix":""}',
      });
      expect(await list.json()).toMatchObject({ statusCode: "403" });
      const { error } = await stack.anon.storage
        .from("documents")
        .uploadToSignedUrl(of("other.txt"), token, new Blob(["x"]));
      expect(error).toMatchObject({ message: "Token is not scoped for upload", statusCode: "400" });
    });
  });

  describe("a signed upload", () => {
    it("lets somebody else upload that one object, for two hours, in the name of who signed it", async () => {
      const { data } = await documents().createSignedUploadUrl(of("invited.txt"));
      const { error } = await stack.anon.storage
        .from("documents")
        .uploadToSignedUrl(of("invited.txt"), data!.token, new Blob(["from a guest"]), { metadata: { guest: true } });
      expect(error).toBeNull();
      expect(await (await documents().download(of("invited.txt"))).data?.text()).toBe("from a guest");
      const { rows } = await stack.sql.query("select owner_id, user_metadata from storage.objects where name = $1", [
        of("invited.txt"),
      ]);
      expect(rows).toEqual([{ owner_id: ALICE, user_metadata: { guest: true } }]);
      const { exp, iat, owner, upsert } = claimsOf(data!.token) as {
        exp: number;
        iat: number;
        owner: string;
        upsert: boolean;
      };
      expect({ seconds: exp - iat, owner, upsert }).toEqual({ seconds: 7200, owner: ALICE, upsert: false });
    });

    it("replaces only when it was signed so", async () => {
      await documents().upload(of("there.txt"), new Blob(["old"]));
      expect((await documents().createSignedUploadUrl(of("there.txt"))).error).toMatchObject({ statusCode: "409" });
      const { data } = await documents().createSignedUploadUrl(of("there.txt"), { upsert: true });
      expect(
        (await stack.anon.storage.from("documents").uploadToSignedUrl(of("there.txt"), data!.token, new Blob(["new"])))
          .error,
      ).toBeNull();
      expect(await (await documents().download(of("there.txt"))).data?.text()).toBe("new");

      const once = await documents().createSignedUploadUrl(of("once.txt"));
      const upload = () =>
        stack.anon.storage
          .from("documents")
          .uploadToSignedUrl(of("once.txt"), once.data!.token, new Blob(["1"]), { upsert: true });
      expect((await upload()).error).toBeNull();
      expect((await upload()).error).toMatchObject({ message: "The resource already exists", statusCode: "409" });
    });

    it("is refused when expired, for another object, or as a download", async () => {
      const url = `documents/${of("late.txt")}`;
      const upload = (name: string, token: string) =>
        stack.anon.storage.from("documents").uploadToSignedUrl(of(name), token, new Blob(["x"]));
      expect((await upload("late.txt", await sign({ url, upsert: false }, "-1s"))).error).toMatchObject({
        message: '"exp" claim timestamp check failed',
        statusCode: "400",
      });
      const token = await sign({ url, upsert: false }, "1m");
      expect((await upload("elsewhere.txt", token)).error).toMatchObject({
        message: "Invalid signature",
        statusCode: "400",
      });
      const download = await fetch(`${stack.url}/storage/v1/object/sign/documents/${of("late.txt")}?token=${token}`);
      expect(await download.json()).toMatchObject({ error: "InvalidSignature" });
    });
  });
});
