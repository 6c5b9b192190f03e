// What Postmark, Mailgun and SendGrid post: their mails as the reader of mails reads them, their signatures, and the status that ends a refused mail.
import { createHmac, createSign, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ADDRESS, inbox, LOCAL_PART, mailWith } from "../../../testing/fakes/inbox.ts";
import { read } from "../formats/reading.ts";

type Box = ReturnType<typeof inbox>;
const asJson = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  body: JSON.stringify(body),
  headers: { "Content-Type": "application/json", ...headers },
});
const formOf = (fields: Record<string, string | Blob>): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    if (typeof value === "string") form.append(name, value);
    else form.append(name, value, "Rechnung März.pdf");
  return form;
};
const now = (): string => String(Math.floor(Date.now() / 1000));

/** What was stored, as the reader of mails reads it. */
async function readBack(box: Box): Promise<{ text: string; parts: [string, string][] }> {
  const { pages, parts } = await read("eml", box.mail());
  const contents = parts.map(
    async ({ filename, bytes }): Promise<[string, string]> => [filename, new TextDecoder().decode(await bytes())],
  );
  return { text: pages.join("\n"), parts: await Promise.all(contents) };
}

describe("Postmark", () => {
  const mail = (more: object = {}) => ({
    From: "ada@example.com",
    FromFull: { Email: "ada@example.com", Name: "Ada", MailboxHash: "" },
    To: ADDRESS,
    ToFull: [{ Email: ADDRESS, Name: "", MailboxHash: "" }],
    CcFull: [],
    BccFull: [],
    OriginalRecipient: ADDRESS,
    Subject: "Rechnung März",
    MailboxHash: "",
    Date: "Tue, 17 Mar 2026 08:30:00 +0000",
    TextBody: "Im Anhang.\nGrüße",
    HtmlBody: "<p>Im Anhang.</p>",
    Tag: "",
    MessageStream: "inbound",
    MessageID: "22c74902-a0c1-4511-804f-341342852c90",
    Headers: [
      { Name: "Message-ID", Value: "<1@example.com>" },
      { Name: "Content-Type", Value: "multipart/mixed; boundary=gone" },
    ],
    Attachments: [
      {
        Name: "Rechnung März.pdf",
        Content: Buffer.from("%PDF-1.4").toString("base64"),
        ContentType: "application/pdf",
        ContentLength: 8,
      },
    ],
    ...more,
  });

  it("hands over fields, which are put together to a mail with its attachments", async () => {
    const box = inbox();
    expect(await box.send("/postmark", asJson(mail()))).toMatchObject({ status: 200, body: { accepted: true } });
    const { text, parts } = await readBack(box);
    expect(text).toContain("From: ada@example.com");
    expect(text).toContain("Subject: Rechnung März");
    expect(text).toContain("Im Anhang.\nGrüße");
    expect(parts).toEqual([["Rechnung März.pdf", "%PDF-1.4"]]);
    await box.send("/postmark", asJson(mail()));
    expect(box.admitted).toHaveLength(1);
  });

  it("hands over the mail itself, where it is set to", async () => {
    const box = inbox();
    await box.send("/postmark", asJson(mail({ RawEmail: mailWith(["Message-ID: <2@example.com>"]) })));
    expect(box.mail()).toBe(mailWith(["Message-ID: <2@example.com>"]));
  });

  it("has our address in its own mailbox's hash, or in the path", async () => {
    const theirs = "hash@inbound.postmarkapp.com";
    const box = inbox();
    const hashed = mail({ OriginalRecipient: theirs, ToFull: [{ Email: theirs, MailboxHash: LOCAL_PART }] });
    expect(await box.send("/postmark", asJson(hashed))).toMatchObject({ status: 200 });
    expect(await box.send("/postmark", asJson(mail({ OriginalRecipient: theirs })))).toMatchObject({ status: 403 });
    expect(
      await box.send(`/postmark/${LOCAL_PART}`, asJson(mail({ OriginalRecipient: theirs, Headers: [] }))),
    ).toMatchObject({ status: 200 });
  });

  it.each([
    ["a report", { Headers: [{ Name: "Content-Type", Value: "multipart/report; boundary=b" }] }, "bounce"],
    ["an absence", { Headers: [{ Name: "Auto-Submitted", Value: "auto-replied" }] }, "auto_reply"],
    ["nobody's", { OriginalRecipient: "info@example.com" }, "not_found"],
  ])("is told by 403 not to send %s again", async (_, more, code) => {
    expect(await inbox().send("/postmark", asJson(mail(more)))).toMatchObject({ status: 403, body: { code } });
  });

  it("writes no field or part of its own by what it sends", async () => {
    const box = inbox();
    const lines = "x\r\nX-Injected: yes\r\n\r\nbody";
    await box.send(
      "/postmark",
      asJson(
        mail({
          Subject: lines,
          Headers: [
            { Name: "X-Injecting\r\nX-Injected", Value: "yes" },
            { Name: "X-A", Value: lines },
          ],
          Attachments: [
            { Name: `a"\r\nX-Injected: yes`, Content: "eA==", ContentType: "text/plain\r\nX-Injected: yes" },
            { Name: "b", Content: "--docket-mixed-part--", ContentType: "multipart/mixed" },
          ],
        }),
      ),
    );
    expect(box.mail()).not.toMatch(/^X-Injected/im);
    expect((await readBack(box)).parts.map(([name]) => name)).toHaveLength(2);
  });

  it("shows its login, where one is set, and sends again until that is right", async () => {
    const box = inbox({ secrets: { postmarkLogin: "postmark:correct horse" } });
    const basic = (login: string) => ({ Authorization: `Basic ${Buffer.from(login).toString("base64")}` });
    expect(await box.send("/postmark", asJson(mail()))).toMatchObject({ status: 401 });
    expect(await box.send("/postmark", asJson(mail(), basic("postmark:wrong")))).toMatchObject({ status: 401 });
    expect(await box.send("/postmark", asJson(mail(), basic("postmark:correct horse")))).toMatchObject({ status: 200 });
  });

  it("has SPF's verdict count, where the request is proven to be its own", async () => {
    const secrets = { postmarkLogin: "a:b" };
    const box = inbox({ addresses: { [LOCAL_PART]: ["example.com"] }, secrets });
    const headers = (spf: string, id: string) => ({
      Headers: [
        { Name: "Received-SPF", Value: spf },
        { Name: "Return-Path", Value: "<ada@example.com>" },
        { Name: "Message-ID", Value: id },
      ],
    });
    const login = { Authorization: `Basic ${Buffer.from("a:b").toString("base64")}` };
    const send = async (spf: string) => (await box.send("/postmark", asJson(mail(headers(spf, spf)), login))).status;
    expect(await send("Fail (sender SPF not authorized) identity=mailfrom")).toBe(403);
    expect(await send("Pass (sender SPF authorized) identity=mailfrom")).toBe(200);
  });

  it("proves a sender by what its own headers say: no Return-Path is among them", async () => {
    const box = inbox({ addresses: { [LOCAL_PART]: ["example.com"] }, secrets: { postmarkLogin: "a:b" } });
    const login = { Authorization: `Basic ${Buffer.from("a:b").toString("base64")}` };
    let count = 0;
    const send = async (spf: string, tests = "HTML_MESSAGE,SPF_PASS", more: { Name: string; Value: string }[] = []) => {
      const Headers = [
        { Name: "Received", Value: "from mail.example.com by p-pm-inboundg01a-aws-useast1a.inbound.postmarkapp.com" },
        { Name: "X-Spam-Checker-Version", Value: "SpamAssassin 3.4.0 (2014-02-07) on p-pm-smtp-inbound01b" },
        { Name: "X-Spam-Status", Value: "No" },
        { Name: "X-Spam-Score", Value: "-0.1" },
        ...(tests ? [{ Name: "X-Spam-Tests", Value: tests }] : []),
        { Name: "Received-SPF", Value: spf },
        ...more,
        { Name: "MIME-Version", Value: "1.0" },
        { Name: "Message-ID", Value: `<${++count}@example.com>` },
      ];
      const { status, body } = await box.send("/postmark", asJson(mail({ Headers }), login));
      return status === 200 ? "taken" : (body as { code: string }).code;
    };
    const spf = (result: string, from: string, identity = "mailfrom") =>
      `${result} (sender SPF authorized) identity=${identity}; client-ip=209.85.160.180; helo=mail.example.com; envelope-from=${from}; receiver=hash@inbound.postmarkapp.com`;
    expect(await send(spf("Pass", "bounces+7@mail.example.com"))).toBe("taken");
    // SpamAssassin's name for a good signature of From's domain.
    expect(await send(spf("None", "ada@forwarder.example"), "DKIM_SIGNED,DKIM_VALID,DKIM_VALID_AU")).toBe("taken");
    expect(await send(spf("Pass", "eve@evil.example"))).toBe("sender_not_allowed");
    expect(await send(spf("Pass", "eve@evil.example"), "DKIM_SIGNED,DKIM_VALID")).toBe("sender_not_allowed");
    expect(await send(spf("Softfail", "ada@example.com"))).toBe("sender_not_allowed");
    expect(await send(spf("Pass", "<>", "helo"))).toBe("bounce");
    const forged = [
      { Name: "Received-SPF", Value: spf("Pass", "ada@example.com") },
      { Name: "X-Spam-Tests", Value: "DKIM_VALID_AU" },
      { Name: "Return-Path", Value: "<ada@example.com>" },
    ];
    expect(await send(spf("Pass", "eve@evil.example"), "SPF_PASS", forged)).toBe("sender_not_allowed");
    expect(await send(spf("Pass", "eve@evil.example"), "", forged)).toBe("sender_not_allowed");
  });

  it.each([
    ["no JSON", { body: "{", headers: { "Content-Type": "application/json" } }, "invalid_request"],
    ["another shape", asJson({ Attachments: "many" }), "invalid_request"],
    ["a form", { body: formOf({ From: "ada@example.com" }) }, "unsupported_type"],
  ])("is refused with %s", async (_, init, code) => {
    expect(await inbox().send("/postmark", init)).toMatchObject({ status: 403, body: { code } });
  });
});

describe("Mailgun", () => {
  const KEY = "key-3ax6xnjp29jd6fds4gc373sgvjxteol0";
  const signed = (token: string = crypto.randomUUID(), timestamp: string = now(), key: string = KEY) => ({
    timestamp,
    token,
    signature: createHmac("sha256", key)
      .update(timestamp + token)
      .digest("hex"),
  });
  const fields = (mime: string, signature: Record<string, string> = signed()) => ({
    recipient: ADDRESS,
    sender: "ada@example.com",
    from: "Ada <ada@example.com>",
    subject: "Your bill",
    "body-mime": mime,
    ...signature,
  });
  const secrets = { mailgunSigningKey: KEY };
  const post = async (box: Box, given: Record<string, string | Blob>) =>
    (await box.send("/mailgun/mime", { body: formOf(given) })).status;

  it("hands over the mail itself, in either form of a form", async () => {
    const box = inbox({ secrets });
    expect(await post(box, fields(mailWith()))).toBe(200);
    expect(box.mail()).toBe(mailWith());
    const other = mailWith([], "Another.");
    const answer = await box.send("/mailgun/mime", { body: new URLSearchParams(fields(other)) });
    expect(answer.status).toBe(200);
    expect(box.mail()).toBe(other);
  });

  it("hands over fields, which are put together to a mail with its attachments", async () => {
    const box = inbox({ secrets });
    const { "body-mime": _, ...rest } = fields("");
    const parsed = {
      ...rest,
      "message-headers": JSON.stringify([
        ["Message-Id", "<1@example.com>"],
        ["From", "Ada <ada@example.com>"],
        ["Subject", "Rechnung März"],
      ]),
      "body-plain": "Im Anhang. Grüße",
      "stripped-text": "Im Anhang.",
      "attachment-count": "1",
      "attachment-1": new Blob(["%PDF-1.4"], { type: "application/pdf" }),
    };
    expect(await post(box, parsed)).toBe(200);
    const { text, parts } = await readBack(box);
    expect(text).toContain("Subject: Rechnung März");
    expect(text).toContain("Im Anhang. Grüße");
    expect(parts).toEqual([["Rechnung März.pdf", "%PDF-1.4"]]);
  });

  it("is asked for a signature of these days, by the right key", async () => {
    const box = inbox({ secrets });
    const old = String(Number(now()) - 5 * 24 * 60 * 60);
    const later = String(Number(now()) + 60 * 60);
    for (const wrong of [
      { ...signed(), signature: "0".repeat(64) },
      { ...signed(), signature: "" },
      { ...signed(), timestamp: "x" },
      { ...signed(), token: "another" },
      signed("token", old),
      signed("token", later),
      signed("", now()),
      signed("token", now(), "another key"),
    ])
      expect(await post(box, fields(mailWith(), wrong))).toBe(401);
    expect(await post(box, fields(mailWith(), {}))).toBe(401);
    expect(box.admitted).toEqual([]);
  });

  it("has a signature good for one mail, which may come again", async () => {
    const box = inbox({ secrets });
    const signature = signed();
    expect(await post(box, fields(mailWith(), signature))).toBe(200);
    expect(await post(box, fields(mailWith(), signature))).toBe(200);
    expect(await post(box, fields(mailWith([], "Another."), signature))).toBe(401);
    expect(box.admitted).toHaveLength(1);
  });

  it("is told by 406 not to send again", async () => {
    const box = inbox({ secrets });
    expect(await post(box, fields(mailWith(["Auto-Submitted: auto-replied"])))).toBe(406);
    expect(await post(box, { ...fields(mailWith()), recipient: "info@example.com" })).toBe(406);
    expect(await post(box, { ...fields(mailWith()), sender: "" })).toBe(406);
    expect(box.codes()).toEqual(["auto_reply", "bounce"]);
  });

  it.each([
    ["Pass", "", 200],
    ["Fail", "Fail", 406],
    ["Neutral", "Pass", 200],
    ["Neutral", "Fail", 406],
  ])("has its verdicts count: SPF %s, DKIM %s", async (spf, dkim, status) => {
    const box = inbox({ secrets, addresses: { [LOCAL_PART]: ["example.com"] } });
    const verdicts = [
      `X-Mailgun-Spf: ${spf}`,
      ...(dkim
        ? [`X-Mailgun-Dkim-Check-Result: ${dkim}`, "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=x"]
        : []),
    ];
    expect(await post(box, fields(mailWith(verdicts)))).toBe(status);
  });

  it("does not count a signature of another domain, or SPF of another envelope", async () => {
    const box = inbox({ secrets, addresses: { [LOCAL_PART]: ["example.com"] } });
    const others = ["X-Mailgun-Dkim-Check-Result: Pass", "DKIM-Signature: v=1; d=evil.example; s=x"];
    expect(await post(box, fields(mailWith(others)))).toBe(406);
    const given = { ...fields(mailWith(["X-Mailgun-Spf: Pass"])), sender: "eve@evil.example" };
    expect(await post(box, given)).toBe(406);
  });
});

describe("SendGrid", () => {
  const envelope = JSON.stringify({ to: [ADDRESS], from: "ada@example.com" });
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const secrets = { sendgridPublicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64") };

  /** A form as bytes, and its signature. */
  async function signed(fields: Record<string, string | Blob>, timestamp = now()): Promise<RequestInit> {
    const request = new Request("http://x.test", { method: "POST", body: formOf(fields) });
    const body = new Uint8Array(await request.arrayBuffer());
    const signature = createSign("SHA256").update(timestamp).update(body).sign(privateKey, "base64");
    return {
      body,
      headers: {
        "Content-Type": request.headers.get("Content-Type")!,
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
      },
    };
  }

  it("hands over the mail itself, where it is set to", async () => {
    const box = inbox({ secrets });
    expect(await box.send("/sendgrid", await signed({ envelope, email: mailWith() }))).toMatchObject({ status: 200 });
    expect(box.mail()).toBe(mailWith());
  });

  it("hands over fields, in charsets of their own, which are put together", async () => {
    const box = inbox({ secrets });
    const fields = {
      headers:
        "Received: by mx\nMessage-ID: <1@example.com>\nContent-Type: multipart/mixed;\n boundary=gone\nFrom: Ada\n <ada@example.com>\n",
      subject: "Rechnung März",
      from: "Ada <ada@example.com>",
      to: ADDRESS,
      text: "Im Anhang. Grüße",
      html: "<p>Im Anhang. Grüße</p>",
      charsets: JSON.stringify({ to: "UTF-8", text: "utf-8", html: "no-such-charset" }),
      attachments: "1",
      attachment1: new Blob(["%PDF-1.4"], { type: "application/pdf" }),
      envelope,
    };
    expect(await box.send("/sendgrid", await signed(fields))).toMatchObject({ status: 200 });
    const { text, parts } = await readBack(box);
    expect(text).toContain("From: Ada <ada@example.com>");
    expect(text).toContain("Im Anhang. Grüße");
    expect(parts).toEqual([["Rechnung März.pdf", "%PDF-1.4"]]);
  });

  it("is asked for its signature of the body as it came", async () => {
    const box = inbox({ secrets });
    const good = await signed({ envelope, email: mailWith() });
    const headers = good.headers as Record<string, string>;
    const signature = "X-Twilio-Email-Event-Webhook-Signature";
    const changed = new Uint8Array(good.body as Uint8Array);
    changed[changed.length - 5] = 33;
    for (const wrong of [
      { ...good, body: changed },
      { ...good, headers: { ...headers, [signature]: "" } },
      { ...good, headers: { ...headers, [signature]: "AAAA" } },
      { ...good, headers: { ...headers, "X-Twilio-Email-Event-Webhook-Timestamp": now() + "0" } },
      await signed({ envelope, email: mailWith() }, String(Number(now()) - 5 * 24 * 60 * 60)),
    ])
      expect(await box.send("/sendgrid", wrong)).toMatchObject({ status: 401 });
    expect(box.admitted).toEqual([]);
    expect(await box.send("/sendgrid", good)).toMatchObject({ status: 200 });
  });

  it("is told by 200 not to send again, and the body says why", async () => {
    const box = inbox({ secrets });
    const answer = await box.send(
      "/sendgrid",
      await signed({ envelope, email: mailWith(["Auto-Submitted: auto-replied"]) }),
    );
    expect(answer).toMatchObject({ status: 200, body: { code: "auto_reply" } });
    expect(box.codes()).toEqual(["auto_reply"]);
  });

  it.each([
    ["pass", "none", 200],
    ["fail", "{@example.com : pass}", 200],
    ["fail", "{@evil.example : pass}", 403],
    ["softfail", "{@example.com : fail}", 403],
  ])("has its verdicts count: SPF %s, DKIM %s", async (SPF, dkim, status) => {
    const box = inbox({ secrets, addresses: { [LOCAL_PART]: ["ada@example.com"] } });
    const answer = await box.send("/sendgrid", await signed({ envelope, SPF, dkim, email: mailWith() }));
    expect(answer).toMatchObject(
      status === 200 ? { body: { accepted: true } } : { body: { code: "sender_not_allowed" } },
    );
  });

  it("is refused with a form of too many parts, or one that is cut off", async () => {
    const box = inbox();
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`attachment${at}`, new Blob(["x"])]));
    expect(await box.send("/sendgrid", { body: formOf({ envelope, ...many }) })).toMatchObject({
      body: { code: "too_many_parts" },
    });
    const cut = await signed({ envelope, email: mailWith() });
    const body = (cut.body as Uint8Array).slice(0, -20);
    expect(await box.send("/sendgrid", { ...cut, body })).toMatchObject({ body: { code: "invalid_request" } });
  });

  it("sends one mail to several addresses, each of which gets it", async () => {
    const second = `inbox-${"c".repeat(32)}`;
    const box = inbox({ addresses: { [LOCAL_PART]: [], [second]: ["bank.example"] }, secrets });
    const to = [ADDRESS, `${second}@in.example.com`, "somebody@example.com"];
    const answer = await box.send(
      "/sendgrid",
      await signed({ envelope: JSON.stringify({ to, from: "ada@example.com" }), email: mailWith() }),
    );
    expect(answer).toMatchObject({ status: 200, body: { accepted: true } });
    expect(box.admitted).toHaveLength(1);
    expect(box.codes()).toEqual(["sender_not_allowed"]);
  });
});
