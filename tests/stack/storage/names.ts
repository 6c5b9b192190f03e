import { describe, expect, it } from "vitest";
import { stack } from "./server.ts";

describe("names", () => {
  const files = () => stack.service.storage.from("documents");

  /** Sends a name as it stands, which no client would. */
  async function put(encodedName: string): Promise<{ statusCode?: string; error?: string }> {
    const response = await fetch(`${stack.url}/storage/v1/object/documents/${encodedName}`, {
      method: "POST",
      headers: { authorization: `Bearer ${stack.keys.serviceRoleKey}`, "content-type": "text/plain" },
      body: "x",
    });
    return response.json();
  }

  it.each(["a b.txt", "a+b&c=d.txt", "(1) it's.txt", "a..b.txt", ".hidden", "x/y/z", "semi;colon,comma:@$!*.txt"])(
    "keeps the name %j as it is",
    async (name) => {
      expect((await files().upload(name, new Blob([name]))).error).toBeNull();
      expect(await (await files().download(encodeURI(name))).data?.text()).toBe(name);
      expect((await stack.sql.query("select from storage.objects where name = $1", [name])).rowCount).toBe(1);
    },
  );

  it.each([
    ["a parent folder", "..%2Fescape.txt"],
    ["a parent folder further in", "a%2F..%2F..%2Fescape.txt"],
    ["an encoded parent folder", "%2e%2e%2Fescape.txt"],
    ["a twice encoded parent folder", "%252e%252e%252fescape.txt"],
    ["the same folder", "a%2F.%2Fb.txt"],
    ["a NUL", "nul%00.txt"],
    ["a line break", "two%0Alines.txt"],
    ["a backslash", "..%5Cescape.txt"],
    ["letters beyond ASCII", "%C3%BC.txt"],
    ["broken encoding", "%zz.txt"],
    ["a percent sign", "100%25.txt"],
    ["markup", "%3Cb%3E.txt"],
  ])("refuses a name with %s", async (_, encodedName) => {
    const files = await stack.files();
    expect(await put(encodedName)).toMatchObject({ statusCode: "400", error: "InvalidKey" });
    expect(await stack.files()).toEqual(files);
  });

  it("refuses such a name as the target of a move or a copy too", async () => {
    await files().upload("source.txt", new Blob(["x"]));
    expect((await files().move("source.txt", "../target.txt")).error).toMatchObject({
      message: "Invalid key: ../target.txt",
      statusCode: "400",
    });
    expect((await files().copy("source.txt", "a/../../target.txt")).error).toMatchObject({ statusCode: "400" });
  });

  it("answers 400, not 500, to a NUL in names that are only looked for", async () => {
    expect((await files().remove(["a\0b"])).error).toMatchObject({ status: 400 });
    expect((await files().list("a\0b")).error).toMatchObject({ status: 400 });
    expect(stack.log).toEqual([]);
  });

  it("answers 400 to bodies that are not what a call takes", async () => {
    const post = async (route: string, body: string) => {
      const headers = { authorization: `Bearer ${stack.keys.serviceRoleKey}`, "content-type": "application/json" };
      const response = await fetch(`${stack.url}/storage/v1/${route}`, { method: "POST", headers, body });
      return { status: response.status, ...(await response.json()) };
    };
    expect(await post("object/move", "{")).toMatchObject({ status: 400, message: "body is not valid JSON" });
    expect(await post("object/move", "{}")).toMatchObject({ status: 400, statusCode: "400" });
    expect(await post("object/sign/documents/a.txt", '{"expiresIn":0}')).toMatchObject({ status: 400 });
    expect(await post("object/list/documents", '{"limit":"many"}')).toMatchObject({ status: 400 });
    expect(await post("bucket", '{"name":5}')).toMatchObject({ status: 400 });
  });
});
