// A message is signed, sent once, and its answer told: whatever the receiver does.
import net from "node:net";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { createSend } from "../../../supabase/functions/webhooks/sending.ts";
import { type Answering, startReceiver } from "../../../testing/fakes/receiver.ts";
import { nodeNetwork } from "../../../testing/node-network.ts";

const secretOf = (letter: string): string => `whsec_${Buffer.from(letter.repeat(32)).toString("base64")}`;
const message = (url: string, more = {}) => ({
  id: 1,
  message_id: "msg_1",
  url,
  body: '{"type": "document.completed", "name": "Müller"}',
  secrets: [secretOf("a")],
  loopback: true,
  ...more,
});
const forever = new AbortController().signal;

async function sendTo(answering?: Answering, { timeoutMs = 10_000, more = {} } = {}) {
  await using receiver = await startReceiver(answering);
  const result = await createSend(nodeNetwork(), timeoutMs)(message(receiver.url, more), forever);
  return { result, received: receiver.received };
}

describe("a message", () => {
  it("is signed so that the library of Standard Webhooks verifies it, with either secret after a rotation", async () => {
    const { result, received } = await sendTo(undefined, { more: { secrets: [secretOf("b"), secretOf("a")] } });
    expect(result).toEqual({ status: 200, body: "thanks", ms: expect.any(Number), error: null });
    const [{ headers, body }] = received as [(typeof received)[0]];
    for (const letter of ["a", "b"])
      expect(new Webhook(secretOf(letter)).verify(body, headers)).toMatchObject({ name: "Müller" });
    expect(() => new Webhook(secretOf("c")).verify(body, headers)).toThrow("signature");
    expect(() => new Webhook(secretOf("a")).verify(`${body} `, headers)).toThrow("signature");
    expect(headers).toMatchObject({ "webhook-id": "msg_1", "content-type": "application/json", connection: "close" });
  });

  it("goes to the path and query of its address", async () => {
    await using receiver = await startReceiver();
    const url = `${receiver.url}/a b?c=ü&d=%0d%0aHost:e#f`;
    await createSend(nodeNetwork())(message(url), forever);
    expect(receiver.received[0]!.path).toBe("/hook/a%20b?c=%C3%BC&d=%0d%0aHost:e");
  });

  it("is not sent without a secret", async () => {
    const { result, received } = await sendTo(undefined, { more: { secrets: [] } });
    expect(result.error).toMatchObject({ code: "secret_missing", final: true });
    expect(received).toEqual([]);
  });

  it("is not sent to an address that is refused", async () => {
    const { result, received } = await sendTo(undefined, { more: { loopback: false } });
    expect(result).toMatchObject({ status: null, error: { code: "address_refused", final: true } });
    expect(received).toEqual([]);
  });
});

describe("an answer", () => {
  it.each([
    [201, null],
    [204, null],
    [299, null],
    [301, { code: "redirected", final: false }],
    [304, { code: "redirected", final: false }],
    [400, { code: "status_refused", final: false }],
    [410, { code: "gone", final: true }],
    [503, { code: "status_refused", final: false }],
  ])("of %s is a success or %j", async (status, error) => {
    const { result, received } = await sendTo((_, answer) =>
      answer.writeHead(status, { location: "http://127.0.0.1:1/" }).end(),
    );
    expect(result.status).toBe(status);
    if (error) expect(result.error).toMatchObject(error);
    else expect(result.error).toBeNull();
    expect(received).toHaveLength(1);
  });

  it("asks for a time to wait, in seconds or as a date", async () => {
    const asked = async (value: string) =>
      (await sendTo((_, answer) => answer.writeHead(429, { "retry-after": value }).end())).result.error!.retry_after_ms;
    expect(await asked("120")).toBe(120_000);
    expect(await asked(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(50_000);
    for (const wrong of ["-1", "soon", "0", "1e9999", new Date(0).toUTCString()]) expect(await asked(wrong)).toBeNull();
  });

  it("is kept to its first kilobyte, in pieces or whole", async () => {
    const chunked = await sendTo((_, answer) => {
      answer.write("x".repeat(700));
      answer.end("y".repeat(700));
    });
    expect(chunked.result.body).toBe("x".repeat(700) + "y".repeat(324));
    const whole = await sendTo((_, answer) => answer.end("ü".repeat(100_000)));
    expect(whole.result).toMatchObject({ body: "ü".repeat(512), error: null });
  });

  it("that never comes is a failure after the time", async () => {
    const { result } = await sendTo(() => {}, { timeoutMs: 200 });
    expect(result).toMatchObject({
      status: null,
      error: { code: "timed_out", message: "No answer came within 0.2 seconds." },
    });
  });

  it("whose body never ends is one by its status", async () => {
    const { result } = await sendTo((_, answer) => void answer.write("begun"), { timeoutMs: 300 });
    expect(result).toMatchObject({ status: 200, body: "begun", error: null });
  });

  it("may come before the message is read, and after 103", async () => {
    const { result } = await sendTo((_, answer) => {
      answer.writeEarlyHints({ link: "</a>; rel=preload" });
      answer.writeHead(202).end();
    });
    expect(result).toMatchObject({ status: 202, error: null });
  });

  it.each([
    ["nothing", ""],
    ["no HTTP", "SSH-2.0-OpenSSH_9.6\r\n"],
    ["a wrong status", "HTTP/1.1 abc OK\r\n\r\n"],
    ["a head without end", `HTTP/1.1 200 OK\r\n${"a: b\r\n".repeat(50_000)}`],
  ])("that is %s is a failure", async (_, said) => {
    const server = net.createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(said));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as net.AddressInfo;
    const result = await createSend(nodeNetwork())(message(`http://127.0.0.1:${port}/`), forever);
    server.close();
    expect(result).toMatchObject({ status: null, error: { code: "bad_answer", final: false } });
  });

  it("is none when nobody listens", async () => {
    await using receiver = await startReceiver();
    const { url } = receiver;
    await receiver[Symbol.asyncDispose]().catch(() => {});
    const result = await createSend(nodeNetwork())(message(url), forever);
    expect(result.error).toMatchObject({
      code: "connection_failed",
      message: expect.stringContaining("could not be connected to"),
    });
  });
});

it("a worker that lost its job stops sending", async () => {
  await using receiver = await startReceiver(() => {});
  const lost = new AbortController();
  const sending = createSend(nodeNetwork())(message(receiver.url), lost.signal);
  lost.abort(new Error("lease_lost"));
  await expect(sending).rejects.toThrow("lease_lost");
});
