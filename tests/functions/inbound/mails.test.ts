// Mails as they are: which become a document, which are refused, and what the owner of the address hears of that.
import { describe, expect, it } from "vitest";
import { ADDRESS, inbox, LOCAL_PART, mailWith, OTHER_LOCAL_PART } from "../../../testing/fakes/inbox.ts";
import { PipelineError } from "../../../supabase/functions/_shared/errors.ts";
import { attachmentsIn, MOST_ATTACHMENTS } from "../../../supabase/functions/inbound/attachments.ts";
import { MOST_HEAD_BYTES } from "../../../supabase/functions/inbound/mail-head.ts";
import { localPartOf } from "../../../supabase/functions/inbound/recipient.ts";
import { MAX_PARTS } from "../../../supabase/functions/ocr/formats/bounds.ts";

describe("a mail", () => {
  it("is stored as it came, under its subject", async () => {
    const box = inbox();
    const mail = mailWith(["Message-ID: <1@example.com>"]);
    expect(await box.post(mail)).toMatchObject({ status: 200, body: { accepted: true } });
    expect(box.mail()).toBe(mail);
    expect(box.admitted).toMatchObject([
      { filename: "Your bill.eml", sender: "ada@example.com", byte_size: mail.length },
    ]);
  });

  it.each([
    ["the path", `/${ADDRESS}`, {}],
    ["the path, without its domain", `/${LOCAL_PART}`, {}],
    ["the path, escaped, in capitals", `/${encodeURIComponent(ADDRESS).toUpperCase()}`, {}],
    ["the path behind raw", `/raw/${ADDRESS}`, {}],
    ["the query", `?recipient=${encodeURIComponent(`<${ADDRESS}>`)}`, {}],
    ["a header", "", { "X-Recipient": ADDRESS }],
    ["another mailbox's plus sign", `/hash%2B${LOCAL_PART}@inbound.provider.example`, {}],
  ])("comes to the address in %s", async (_, path, headers) => {
    const box = inbox();
    expect(await box.post(mailWith(), headers, path)).toMatchObject({ status: 200 });
    expect(box.admitted).toHaveLength(1);
  });

  it("that comes again is one document by its Message-ID, or by all of it where it has none", async () => {
    const box = inbox();
    await box.post(mailWith(["Message-ID: <1@example.com>"]));
    expect(await box.post(mailWith(["Message-Id:   <1@example.com>", "Received: from elsewhere"]))).toMatchObject({
      status: 200,
    });
    expect(box.admitted).toHaveLength(1);
    await box.post(mailWith());
    await box.post(mailWith());
    await box.post(mailWith([], "Another bill."));
    expect(box.admitted).toHaveLength(3);
  });

  it("behind the line of an mbox, or with a subject alone, is a mail all the same", async () => {
    const box = inbox();
    await box.post(`From ada@example.com Sat Nov 28 12:00:00 2026\r\n${mailWith()}`);
    expect(box.mail()).toBe(mailWith());
    await box.post("Subject: x\r\n\r\nText");
    expect(box.mail()).toBe("Subject: x\r\n\r\nText");
  });

  it("waits for a database or a store that is away", async () => {
    const box = inbox();
    box.fail(new PipelineError("database_unavailable"));
    expect(await box.post(mailWith())).toMatchObject({ status: 503, body: { code: "database_unavailable" } });
    box.fail(new PipelineError("too_many_requests", undefined, { retryAfterMs: 5000 }));
    const answer = await box.post(mailWith());
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Retry-After")).toBe("5");
    expect(await box.post(mailWith())).toMatchObject({ status: 200 });
    expect(box.refused).toEqual([]);
  });

  it("beyond the owner's month is refused for good", async () => {
    const box = inbox();
    box.fail(new PipelineError("monthly_limit_reached"));
    expect(await box.post(mailWith())).toMatchObject({ status: 402, body: { code: "monthly_limit_reached" } });
  });
});

describe("an address that is not there", () => {
  it.each([
    ["guessed", `/${OTHER_LOCAL_PART}@in.example.com`],
    ["none of ours", "/info@example.com"],
    ["nothing", ""],
    ["a path that cannot be read", "/%E0%A4%A"],
    ["one with more behind it", `/${LOCAL_PART}0`],
  ])("(%s) is the same 404, and its mail is not read", async (_, path) => {
    const box = inbox();
    const answer = await box.post(mailWith(), {}, path);
    expect(answer).toMatchObject({
      status: 404,
      body: { code: "not_found", message: "There is no such mail address." },
    });
    expect(box.refused).toEqual([]);
  });

  it("is told from ours by the whole local part", () => {
    expect(localPartOf(`"x" <${ADDRESS}>`)).toBeUndefined();
    expect(localPartOf(`x@${LOCAL_PART}`)).toBeUndefined();
    expect(localPartOf(`x${LOCAL_PART}@example.com`)).toBeUndefined();
    expect(localPartOf(` <${ADDRESS.toUpperCase()}> `)).toBe(LOCAL_PART);
  });
});

describe("mails of programs", () => {
  it.each([
    ["auto_reply", ["Auto-Submitted: auto-replied (vacation)"]],
    ["auto_reply", ["Precedence: auto_reply"]],
    ["auto_reply", ["X-Autoreply: yes"]],
    ["auto_reply", ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All", "In-Reply-To: <1@example.com>"]],
    ["auto_reply", ["X-Auto-Response-Suppress: All", "References: <1@example.com>"]],
    ["auto_reply", ["Precedence: bulk", "In-Reply-To: <1@example.com>"]],
    ["bounce", ["Content-Type: multipart/report; report-type=delivery-status; boundary=b"]],
    ["bounce", ["Return-Path: <>"]],
    ["mail_loop", Array.from({ length: 51 }, (_, at) => `Received: from ${at}.example`)],
    ["mail_loop", [`Delivered-To: ${ADDRESS}`, `Delivered-To: ${ADDRESS}`]],
    ["mail_loop", [`X-Loop: ${ADDRESS}`]],
  ])("are refused as %s, and told to the owner: %j", async (code, fields) => {
    const box = inbox();
    expect(await box.post(mailWith(fields))).toMatchObject({ status: 403, body: { code } });
    expect(box.admitted).toEqual([]);
    expect(box.refused).toMatchObject([{ code, sender: "ada@example.com" }]);
  });

  it("are refused when their envelope has the null path, or their subject says that somebody is away", async () => {
    const box = inbox();
    expect(await box.post(mailWith(), { "X-Envelope-From": "<>" })).toMatchObject({ status: 403 });
    expect(await box.post(mailWith(), {}, `/${ADDRESS}?sender=%3C%3E`)).toMatchObject({ status: 403 });
    for (const subject of ["Automatic reply: Your bill", "Abwesenheitsnotiz", "=?utf-8?q?R=C3=A9ponse_automatique?="]) {
      const away = mailWith(["X-Auto-Response-Suppress: OOF"]).replace("Your bill", subject);
      expect(await box.post(away)).toMatchObject({ body: { code: "auto_reply" } });
    }
    expect(box.codes()).toEqual(["bounce", "bounce", "auto_reply", "auto_reply", "auto_reply"]);
  });

  it.each([
    [["Auto-Submitted: no"]],
    [["Auto-Submitted: auto-generated"]],
    [["X-Auto-Response-Suppress: All", "Precedence: bulk"]],
    [["Precedence: list", "List-Id: <bills.example.com>", "In-Reply-To: <1@example.com>"]],
    [["Auto-Submitted: auto-generated", "In-Reply-To: <1@example.com>", "Content-Type: multipart/mixed; boundary=b"]],
    [[`Delivered-To: ${ADDRESS}`]],
    [Array.from({ length: 20 }, (_, at) => `Received: from ${at}.example`)],
  ])("that are bills and notices become documents: %j", async (fields) => {
    expect(await inbox().post(mailWith(fields))).toMatchObject({ status: 200 });
  });
});

describe("who may send", () => {
  const allowing = (...allowed: string[]) => inbox({ addresses: { [LOCAL_PART]: allowed } });
  const from = (sender: string) => mailWith().replace("Ada <ada@example.com>", sender);

  it.each([
    ["ada@example.com", "ada@example.com"],
    ["Ada <ADA@Example.COM>", "ada@example.com"],
    ["=?utf-8?q?Ad=C3=A4?= <ada@mail.example.com>", "example.com"],
  ])("%s may where %s may", async (sender, allowed) => {
    expect(await allowing(allowed).post(from(sender))).toMatchObject({ status: 200 });
  });

  it.each([
    ["eve@example.org", "example.com"],
    ["ada@example.com.evil.example", "example.com"],
    ["ada@evilexample.com", "example.com"],
    ["ada@example.com, eve@example.org", "example.com"],
    ['"ada@example.com" <eve@example.org>', "example.com"],
    ["=?utf-8?q?ada=40example=2Ecom?= <eve@example.org>", "example.com"],
    ['"eve@example.org "@example.com', "example.com"],
    ["ada@example.com <eve@example.org>", "example.com"],
    ["Ada", "example.com"],
    ["", "example.com"],
  ])("%s may not where %s may", async (sender, allowed) => {
    const box = allowing(allowed);
    expect(await box.post(from(sender))).toMatchObject({ status: 403, body: { code: "sender_not_allowed" } });
    expect(box.codes()).toEqual(["sender_not_allowed"]);
  });

  it("has one From field, whoever may send", async () => {
    const box = inbox();
    expect(await box.post(mailWith(["From: eve@example.org"]))).toMatchObject({ body: { code: "sender_not_allowed" } });
    expect(box.admitted).toEqual([]);
  });

  it("is looked for in the envelope too, where it is known", async () => {
    const box = allowing("example.com");
    expect(await box.post(mailWith(), { "X-Envelope-From": "eve@example.org" })).toMatchObject({ status: 403 });
    expect(await box.post(mailWith(), { "X-Envelope-From": "<bounces@mail.example.com>" })).toMatchObject({
      status: 200,
    });
  });
});

describe("what was sent to do harm", () => {
  it("is refused when it is larger than a file may be, and the owner hears of it", async () => {
    const box = inbox({ maxBytes: 10_000 });
    const answer = await box.post(mailWith([], "x".repeat(40_000)), { "X-Envelope-From": "ada@example.com" });
    expect(answer).toMatchObject({ status: 413, body: { code: "file_too_large" } });
    expect(box.refused).toMatchObject([{ code: "file_too_large", sender: "ada@example.com" }]);
  });

  it("is refused when its head is larger than any", async () => {
    const box = inbox({ maxBytes: 4 * MOST_HEAD_BYTES });
    expect(await box.post(mailWith([`X-Long: ${"x".repeat(1_000_000)}`]))).toMatchObject({
      status: 422,
      body: { code: "broken_file" },
    });
    expect(box.codes()).toEqual(["broken_file"]);
  });

  it("is refused when it has more attachments than become documents", async () => {
    expect(MOST_ATTACHMENTS).toBe(MAX_PARTS);
    const withParts = (count: number): string =>
      mailWith(
        ["Content-Type: multipart/mixed; boundary=b"],
        `${"--b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n".repeat(count)}--b--`,
      );
    const box = inbox();
    expect(await box.post(withParts(MOST_ATTACHMENTS))).toMatchObject({ status: 200 });
    expect(await box.post(withParts(500))).toMatchObject({ status: 422, body: { code: "too_many_parts" } });
    expect(box.codes()).toEqual(["too_many_parts"]);
  });

  it("counts attachments, and neither text nor pictures of it", () => {
    const part = (head: string): string => `--b\n${head}\n\nx\n`;
    const count = (text: string) => attachmentsIn(new TextEncoder().encode(text), 100);
    expect(count(part("Content-Type: text/plain"))).toBe(0);
    expect(count(part("Content-Type: image/png\nContent-Disposition: inline"))).toBe(0);
    expect(count(part("content-type: application/pdf"))).toBe(1);
    expect(count(part("Content-Type: text/csv\nContent-Disposition: ATTACHMENT"))).toBe(1);
    expect(count("--\n--\n--b\n--b--\n-- \nContent-Type: application/pdf")).toBe(1);
    expect(count(part("X-Attachment-Id: 1\nMIME-Version: 1.0\nContent-Type: application/pdf"))).toBe(1);
    expect(count(part(`Content-Description: ${"x".repeat(3_000)}\nContent-Disposition: attachment`))).toBe(1);
    expect(count(part("Content-Type: text/plain\n\nContent-Type: application/pdf"))).toBe(0);
  });

  it("counts them in time that grows with its bytes, however many lines look as if parts began", () => {
    const lines = new TextEncoder().encode(`${"--\n".repeat(30_000)}--b\n${"x:\n".repeat(10_000)}`);
    let looked = 0;
    const counted = new Proxy(lines, {
      get: (bytes, name) => {
        const value = Reflect.get(bytes, name);
        if (name === "subarray")
          return (begin: number, end: number) => {
            looked += end - begin;
            return bytes.subarray(begin, end);
          };
        return typeof value === "function" ? value.bind(bytes) : value;
      },
    });
    expect(attachmentsIn(counted, 100)).toBe(0);
    expect(looked).toBeLessThan(lines.length);
  });

  it("goes to the reader of mails when it is parts within parts", async () => {
    const depth = 1000;
    const open = Array.from(
      { length: depth },
      (_, at) => `--b${at}\r\nContent-Type: multipart/mixed; boundary=b${at + 1}\r\n\r\n`,
    );
    const mail = mailWith(["Content-Type: multipart/mixed; boundary=b0"], open.join(""));
    expect(await inbox().post(mail)).toMatchObject({ status: 200 });
  });

  it("loses its NUL bytes, which no mail may have", async () => {
    const box = inbox();
    expect(await box.post(mailWith(["X-Nul: a\0b"], "be\0fore\0"))).toMatchObject({ status: 200 });
    expect(box.mail()).toBe(mailWith(["X-Nul: ab"], "before"));
  });

  it.each([
    ["no bytes", "", 400, "empty_file"],
    ["a picture", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 415, "unsupported_type"],
    ["a text", "Good morning: this is a text\r\nand no head\r\n", 415, "unsupported_type"],
    ["control characters", `Subject: x\r\n\r\n${"\x01\x02".repeat(1000)}`, 415, "unsupported_type"],
  ])("is refused when it is no mail, but %s", async (_, mail, status, code) => {
    const box = inbox();
    expect(await box.post(mail)).toMatchObject({ status, body: { code } });
    expect(box.admitted).toEqual([]);
    expect(box.codes()).toEqual([code]);
  });

  it.each(["text/plain", "application/json", "multipart/form-data; boundary=b", ""])(
    "is refused when it says it is %j",
    async (type) => {
      const box = inbox();
      expect(await box.post(mailWith(), { "Content-Type": type })).toMatchObject({ status: 415 });
      expect(box.admitted).toEqual([]);
    },
  );

  it("is refused without the secret, where one is set", async () => {
    const box = inbox({ secrets: { rawSecret: "correct horse" } });
    expect(await box.post(mailWith())).toMatchObject({ status: 401, body: { code: "unauthorized" } });
    expect(await box.post(mailWith(), { Authorization: "Bearer wrong" })).toMatchObject({ status: 401 });
    expect(await box.post(mailWith(), { Authorization: "Bearer correct horse" })).toMatchObject({ status: 200 });
  });
});
