// The code of docs/mail.md, run as it stands: the Cloudflare Email Worker with a message as Cloudflare hands it over, and the script of the
// Postfix pipe with a mail on its standard input.
import { spawn } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "../../../scripts/checkout.ts";
import { ADDRESS, inbox, LOCAL_PART, mailWith } from "../../../testing/fakes/inbox.ts";
import { temporaryFolder } from "../../../testing/temporary.ts";

const SECRET = "a secret of the project";
const docs = await readFile(path.join(ROOT, "docs/mail.md"), "utf8");
const codeUnder = (heading: string, language: string): string => {
  const [, section] = docs.split(`### ${heading}\n`);
  return new RegExp(`\`\`\`${language}\n(.*?)\n\`\`\``, "s").exec(section!)![1]!;
};

let box: ReturnType<typeof inbox>;
let server: Server;
let url: string;
/** Answers in place of the function, where a test wants that. */
let instead: number | undefined;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    if (instead) return response.writeHead(instead).end("{}");
    const { status, body } = await box.send(request.url!.replace("/functions/v1/inbound", ""), {
      body: new Uint8Array(Buffer.concat(pieces)),
      headers: request.headers as Record<string, string>,
    });
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  box = inbox({ addresses: { [LOCAL_PART]: ["example.com"] }, secrets: { rawSecret: SECRET } });
  instead = undefined;
});
afterAll(() => new Promise((closed) => server.close(closed)));

describe("the Cloudflare Email Worker", () => {
  /** What https://developers.cloudflare.com/email-routing/email-workers/runtime-api/ says of a message. */
  const messageOf = (mail: string, to = ADDRESS, from = "ada@example.com") => {
    const rejected: string[] = [];
    const bytes = new TextEncoder().encode(mail);
    const message = {
      from,
      to,
      headers: new Headers({ subject: "Your bill" }),
      raw: new Blob([bytes]).stream(),
      rawSize: bytes.byteLength,
      setReject: (reason: string) => void rejected.push(reason),
      forward: async () => {},
      reply: async () => {},
    };
    return { message, rejected };
  };
  async function run(mail: string, to?: string, from?: string, secret = SECRET): Promise<string[]> {
    const source = codeUnder("Cloudflare Email Workers", "js");
    const worker = (await import(`data:text/javascript,${encodeURIComponent(source)}`)).default;
    const { message, rejected } = messageOf(mail, to, from);
    await worker.email(message, { FUNCTIONS_URL: `${url}/functions/v1`, INBOUND_SECRET: secret }, {});
    return rejected;
  }

  it("hands over the mail, byte for byte", async () => {
    const mail = mailWith(["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"], "Grüße");
    expect(await run(mail)).toEqual([]);
    expect(box.mail()).toBe(mail);
  });

  it("gives a refused mail back with the reason", async () => {
    expect(await run(mailWith(), `inbox-${"0".repeat(32)}@in.example.com`)).toEqual(["There is no such mail address."]);
    expect(await run(mailWith(), "no/such?address#@in.example.com")).toEqual(["There is no such mail address."]);
    expect(await run(mailWith(), ADDRESS, "mallory@evil.example")).toHaveLength(1);
    expect(box.codes()).toEqual(["sender_not_allowed"]);
  });

  it("throws where the mail is to come again", async () => {
    await expect(run(mailWith(), ADDRESS, "ada@example.com", "wrong")).rejects.toThrow("401");
    instead = 503;
    await expect(run(mailWith())).rejects.toThrow("503");
    expect(box.admitted).toEqual([]);
  });
});

describe("the script of the Postfix pipe", () => {
  /** Runs it with hardly any environment, as pipe(8) does. */
  async function run(mail: string, recipient = ADDRESS, sender = "ada@example.com", secret = SECRET): Promise<number> {
    await using folder = await temporaryFolder();
    await mkdir(path.join(folder.path, "etc"));
    await writeFile(path.join(folder.path, "etc/docket-mail"), `Authorization: Bearer ${secret}\n`);
    const script = path.join(folder.path, "docket-mail");
    await writeFile(
      script,
      codeUnder("Postfix", "sh")
        .replace("https://REF.supabase.co", url)
        .replace("/etc/docket-mail", path.join(folder.path, "etc/docket-mail")),
    );
    await chmod(script, 0o755);
    const child = spawn(script, [sender, recipient], {
      env: { PATH: process.env.PATH },
      stdio: ["pipe", "ignore", "ignore"],
    });
    child.stdin.on("error", () => {});
    child.stdin.end(mail);
    return await new Promise((ended) => child.on("close", (code) => ended(code ?? -1)));
  }

  it("hands over the mail, byte for byte", async () => {
    const mail = mailWith([], "@not a file\r\n.\r\nend");
    expect(await run(mail)).toBe(0);
    expect(box.mail()).toBe(mail);
  });

  it.each<[string, number, () => Promise<number>]>([
    ["an address that is not there", 67, () => run(mailWith(), `inbox-${"0".repeat(32)}@in.example.com`)],
    ["an address that curl would make many of", 67, () => run(mailWith(), "a[1-9]{b,c}?#@in.example.com")],
    ["a sender who may not send", 69, () => run(mailWith(), ADDRESS, "mallory@evil.example")],
    ["a wrong secret", 75, () => run(mailWith(), ADDRESS, "ada@example.com", "wrong")],
  ])("ends for %s by %i", async (_, code, result) => {
    expect(await result()).toBe(code);
    expect(box.admitted).toEqual([]);
  });

  it("asks Postfix to send again while the project is away, or nobody answers", async () => {
    instead = 503;
    expect(await run(mailWith())).toBe(75);
    const there = url;
    url = "http://127.0.0.1:9";
    expect(await run(mailWith())).toBe(75);
    url = there;
  });

  it("takes a bounce's null path for what it is", async () => {
    expect(await run(mailWith(), ADDRESS, "")).toBe(69);
    expect(box.codes()).toEqual(["bounce"]);
  });
});
