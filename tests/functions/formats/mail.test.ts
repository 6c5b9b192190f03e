import { Buffer } from "node:buffer";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { eml, msg } from "../../../testing/fixtures/mail.ts";
import { pagesOf, read } from "./reading.ts";

const pdf = Buffer.from("%PDF-1.4\n% not much of one\n");
const contents = async (parts: { filename: string; bytes(): Promise<Uint8Array> }[]): Promise<[string, string][]> =>
  Promise.all(
    parts.map(async (part): Promise<[string, string]> => [part.filename, Buffer.from(await part.bytes()).toString()]),
  );

describe("a mail as it was sent", () => {
  it("is its head, its text, and the names of what is attached, whose bytes are parts", async () => {
    const { pages, parts } = await read(
      "eml",
      eml(
        "=?utf-8?q?Gr=C3=BC=C3=9Fe?= from us",
        "Dear all,\r\n\r\nhere it is.",
        [{ filename: "Invoice 7.pdf", type: "application/pdf", content: pdf }],
        ["Cc: team: a@example.org, B <b@example.org>;"],
      ),
    );
    expect(pages).toEqual([
      "From: Hazel Penrose <hazel@quillmark.example>\nTo: Accounts <accounts@example.org>\nCc: team: a@example.org, B <b@example.org>\n" +
        "Date: 2026-03-17 08:30 UTC\nSubject: Grüße from us\n\nDear all,\n\nhere it is.\n\nAttachment: Invoice 7.pdf",
    ]);
    expect(await contents(parts)).toEqual([["Invoice 7.pdf", pdf.toString()]]);
  });

  it("that was forwarded as a file is a part, and no text of the mail around it", async () => {
    const inner = eml("Inner", "Inner text");
    const { pages, parts } = await read(
      "eml",
      eml("Outer", "See below", [{ filename: "", type: "message/rfc822", content: inner }]),
    );
    expect(pages.join()).not.toContain("Inner text");
    expect(parts.map(({ filename }) => filename)).toEqual(["message-1.eml"]);
    expect(await pagesOf("eml", await parts[0]!.bytes())).toEqual([expect.stringContaining("Inner text")]);
  });

  it("in HTML alone is what a reader sees, without small pictures of the text itself", async () => {
    const picture = (id: string, size: number): string =>
      `--b\r\nContent-Type: image/png; name=${id}.png\r\nContent-ID: <${id}>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.alloc(size).toString("base64")}\r\n`;
    const mail = `Subject: x\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n<p>Gr\xfc\xdfe</p><script>no</script><img src="cid:logo"><img src="cid:scan">\r\n${picture("logo", 500)}${picture("scan", 40_000)}--b--\r\n`;
    const { pages, parts } = await read("eml", Buffer.from(mail, "latin1"));
    expect(pages).toEqual(["Subject: x\n\nGrüße\n\nAttachment: scan.png"]);
    expect(parts.map(({ filename }) => filename)).toEqual(["scan.png"]);
  });

  it.each([
    ["iso-2022-jp", "utf-8", "お問い合わせありがとうございます"],
    ["utf-8", "windows-1252", "Grüße aus Köln – 5 €"],
    ["us-ascii", "utf-8", "Grüße aus Köln"],
    ["no-such-charset", "shift_jis", "お問い合わせありがとうございます。よろしくお願いします。"],
    ["", "iso-2022-jp", "お問い合わせありがとうございます"],
    ["iso-8859-8-i", "iso-8859-8", "שלום לכם"],
  ])("that says %j and is in %s is read as what it is", async (declared, charset, text) => {
    const bytes =
      charset === "iso-2022-jp"
        ? Buffer.from('\x1b$B$*Ld$$9g$o$;$"$j$,$H$&$4$6$$$^$9\x1b(B', "latin1")
        : iconv.encode(text, charset);
    for (const type of ["text/plain", "text/html"])
      for (const encoding of ["8bit", "base64"]) {
        const head = `Subject: x\r\nContent-Type: ${type}${declared && `; charset=${declared}`}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
        const body = encoding === "8bit" ? bytes : Buffer.from(bytes.toString("base64"));
        expect(await pagesOf("eml", Buffer.concat([Buffer.from(head), body]))).toEqual([`Subject: x\n\n${text}`]);
      }
  });

  it("reads each part in its own charset", async () => {
    const part = (charset: string, text: string) =>
      Buffer.concat([
        Buffer.from(`--b\r\nContent-Type: text/plain; charset=${charset}\r\n\r\n`),
        iconv.encode(text, charset),
        Buffer.from("\r\n"),
      ]);
    const head = Buffer.from("Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n");
    const mail = Buffer.concat([
      head,
      part("windows-1251", "Счёт на оплату"),
      part("iso-8859-2", "Łódź"),
      Buffer.from("--b--\r\n"),
    ]);
    const [page] = await pagesOf("eml", mail);
    expect(page).toContain("Счёт на оплату");
    expect(page).toContain("Łódź");
  });

  it("whose head is not in ASCII, against the rules, has a subject all the same", async () => {
    for (const charset of ["utf-8", "windows-1252"])
      expect(
        await pagesOf("eml", iconv.encode("From: a@example.org\r\nSubject: Grüße aus Köln\r\n\r\nHello", charset)),
      ).toEqual(["From: a@example.org\nSubject: Grüße aus Köln\n\nHello"]);
  });

  it("with more attachments than become documents says so of the first that does not", async () => {
    const { parts } = await read(
      "eml",
      eml(
        "Many",
        "",
        Array.from({ length: 205 }, (_, at) => ({
          filename: `${at}.txt`,
          type: "text/plain",
          content: Buffer.from("x"),
        })),
      ),
    );
    expect(parts).toHaveLength(201);
    await expect(parts[199]!.bytes()).resolves.toHaveLength(1);
    await expect(parts[200]!.bytes()).rejects.toMatchObject({ code: "too_many_parts" });
  });

  it("that is nested without end is broken", async () => {
    const nested = Array.from(
      { length: 300 },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
    ).join("");
    await expect(pagesOf("eml", nested)).rejects.toMatchObject({ code: "broken_file" });
  });
});

describe("a mail that Outlook saved", () => {
  it("is read as one that was sent", async () => {
    const { pages, parts } = await read(
      "msg",
      msg({
        subject: "Grüße",
        body: "Dear all,\r\nhere it is.",
        sender: ["Hazel Penrose", "hazel@quillmark.example"],
        sent: new Date("2026-03-17T08:30:00Z"),
        recipients: [
          { name: "Accounts", address: "accounts@example.org", kind: 1 },
          { name: "Boss", address: "boss@example.org", kind: 2 },
        ],
        attachments: [
          { filename: "Rechnung März.pdf", content: pdf },
          { filename: "logo.png", content: new Uint8Array(10), contentId: "logo@1" },
        ],
      }),
    );
    expect(pages).toEqual([
      "From: Hazel Penrose <hazel@quillmark.example>\nTo: Accounts <accounts@example.org>\nCc: Boss <boss@example.org>\nDate: 2026-03-17 08:30 UTC\nSubject: Grüße\n\n" +
        "Dear all,\nhere it is.\n\nAttachment: Rechnung März.pdf",
    ]);
    expect(await contents(parts)).toEqual([["Rechnung März.pdf", pdf.toString()]]);
  });

  it("with its text in HTML or in compressed RTF alone shows what is in these", async () => {
    expect(await pagesOf("msg", msg({ html: Buffer.from("<p>Gr&uuml;&szlig;e</p><style>x</style>") }))).toEqual([
      "Grüße",
    ]);
    const rtf = Buffer.from(String.raw`{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}Hello\par}`);
    // Uncompressed, as MS-OXRTFCP allows: sizes, "MELA", no checksum.
    const head = Buffer.alloc(16);
    head.writeUInt32LE(rtf.length + 12, 0);
    head.writeUInt32LE(rtf.length, 4);
    head.write("MELA", 8);
    expect(await pagesOf("msg", msg({ compressedRtf: Buffer.concat([head, rtf]) }))).toEqual(["Hello"]);
  });

  it("and is damaged is broken, wherever the damage is, and ends", async () => {
    const whole = msg({ subject: "x", body: "y".repeat(5_000), attachments: [{ filename: "a.pdf", content: pdf }] });
    await expect(pagesOf("msg", whole.subarray(0, 600))).rejects.toMatchObject({ code: "broken_file" });
    for (let at = 0; at < whole.length; at += 97) {
      const bytes = whole.slice();
      bytes[at] = bytes[at]! ^ 0xff;
      const error = await pagesOf("msg", bytes).then(
        () => undefined,
        (thrown) => thrown,
      );
      if (error) expect(error).toMatchObject({ code: "broken_file" });
    }
  });
});

describe("a mail that Outlook saved without Unicode", () => {
  it.each<[charset: string, codePage: number | undefined, name: string, text: string]>([
    ["windows-1252", 1252, "Jörg Müller", "Grüße – 5 € für „alle“"],
    ["windows-1251", 1251, "Анна Смирнова", "Счёт на оплату за поставку бумаги"],
    ["windows-1251", undefined, "Анна Смирнова", "Счёт на оплату за поставку бумаги"],
    ["gbk", 65001, "王小明", "附件是本合同的发票清单"],
    ["shift_jis", 932, "山田", "請求書をお送りします"],
    ["windows-1250", 1250, "Łukasz Żak", "Zażółć gęślą jaźń"],
    ["utf-8", 65001, "Łukasz Żak", "Zażółć gęślą jaźń"],
  ])("is read in %s, where it names %s", async (charset, codePage, name, text) => {
    const file = msg({
      ansi: { encode: (value) => iconv.encode(value, charset), ...(codePage ? { codePage } : {}) },
      subject: text,
      body: `${text}\r\n${name}`,
      sender: [name, "a@b.example"],
      recipients: [{ name, address: "c@d.example", kind: 1 }],
      attachments: [{ filename: `${name}.pdf`, content: pdf }],
    });
    const { pages, parts } = await read("msg", file);
    expect(pages).toEqual([
      `From: ${name} <a@b.example>\nTo: ${name} <c@d.example>\nSubject: ${text}\n\n${text}\n${name}\n\nAttachment: ${name}.pdf`,
    ]);
    expect(parts.map(({ filename }) => filename)).toEqual([`${name}.pdf`]);
  });
});

describe("text that flows", () => {
  const flowing = async (text: string, more = ""): Promise<string> =>
    (await pagesOf("eml", `Subject: s\nContent-Type: text/plain; charset=utf-8; format=flowed${more}\n\n${text}`))[0]!
      .split("\n")
      .slice(2)
      .join("\n");

  it.each([
    ["goes on where a line ends with a space", "A line \nthat flows.\nNext.", "A line that flows.\nNext."],
    [
      "is put together within a quote, and not across quotes",
      "> quoted \n> text\n>> within \n>> it\n> back \nanswer",
      "> quoted text\n>> within it\n> back\nanswer",
    ],
    ["may have spaces between its signs of quotes", "> > deep \n> > er", ">> deep er"],
    ["has signs at the beginning that are no quotes", " >= 5 \n From here", ">= 5 From here"],
    ["ends where a signature begins", "Bye \n-- \nAda", "Bye\n--\nAda"],
  ])("%s", async (_what, text, expected) => {
    expect(await flowing(text)).toBe(expected);
  });

  it("drops the space at the end where the mail says so", async () => {
    expect(await flowing("東京 \n都", "; delsp=yes")).toBe("東京都");
  });
});

it("keeps a small file that is no picture, where a mail names it beside its text", async () => {
  const file = `Subject: s\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>See</p>\n--x\nContent-Type: application/pdf; name=a.pdf\nContent-ID: <a>\n\n%PDF-1.4\n--x--\n`;
  expect((await read("eml", file)).parts.map(({ filename }) => filename)).toEqual(["a.pdf"]);
});

describe("what a mail says beside its plain text", () => {
  const multipart = (kind: string, ...parts: [type: string, content: string][]): string =>
    `From: Ada <ada@example.org>\r\nDate: Mon, 4 May 2026 10:00:00 +0000\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/${kind}; boundary=b\r\n\r\n${parts.map(([type, content]) => `--b\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`).join("")}--b--\r\n`;
  const said = async (mail: string): Promise<{ text: string[]; parts: string[] }> => {
    const { pages, parts } = await read("eml", mail);
    return { text: pages.join("\n").split(/\n+/).slice(3), parts: parts.map(({ filename }) => filename) };
  };

  it("is the HTML, where the plain text is but a hint", async () => {
    const page = `<h1>Invoice 4711</h1><p>${"Dear customer, your invoice for May is due. ".repeat(5)}</p>`;
    const hint = "To view this message, please use an HTML compatible email viewer!";
    const { text } = await said(multipart("alternative", ["text/plain", hint], ["text/html", page]));
    expect(text[0]).toBe("Invoice 4711");
    const short = await said(
      multipart("alternative", ["text/plain", "Yes, at noon."], ["text/html", "<p>Yes, at <b>noon</b>.</p>"]),
    );
    expect(short.text).toEqual(["Yes, at noon."]);
  });

  it("is why it came back, and text with commands of an old kind", async () => {
    const { text, parts } = await said(
      multipart(
        "report",
        ["text/plain", "It came back."],
        ["message/delivery-status", "Final-Recipient: rfc822; bob@example.net\r\nStatus: 5.1.1"],
        ["text/rfc822-headers", "Subject: Rent of May"],
        ["text/enriched", "<bold>Now</bold> <<1>\r\nis<param>red</param> the\r\n\r\ntime"],
      ),
    );
    expect(text).toEqual([
      "It came back.",
      "Final-Recipient: rfc822; bob@example.net",
      "Status: 5.1.1",
      "Subject: Rent of May",
      "Now <1> is the",
      "time",
    ]);
    expect(parts).toEqual([]);
  });

  it("is no file in another form of the same text", async () => {
    const mail = multipart(
      "alternative",
      ["text/plain", "Words"],
      ["text/x-amp-html", "<html amp4email></html>"],
      ["text/html", "<p>Words</p>"],
      ["text/css", "p{}"],
      ["application/pdf; name=a.pdf", "%PDF-1.4"],
    );
    expect(await said(mail)).toEqual({ text: ["Words", "Attachment: a.pdf"], parts: ["a.pdf"] });
  });
});

describe("an item of Outlook that is no mail", () => {
  it("of a calendar says when and where", async () => {
    const file = msg({
      kind: "IPM.Appointment",
      subject: "Inspection",
      body: "Bring the keys.",
      named: [
        [0x820d, new Date("2026-06-17T09:00:00Z")],
        [0x820e, new Date("2026-06-17T10:30:00Z")],
        [0x8208, "Elm Street 5"],
      ],
    });
    expect(await pagesOf("msg", file)).toEqual([
      "Subject: Inspection\n\nWhen: 2026-06-17 09:00 UTC to 2026-06-17 10:30 UTC\nWhere: Elm Street 5\n\nBring the keys.",
    ]);
  });

  it("of contacts has its fields", async () => {
    const file = msg({
      kind: "IPM.Contact",
      subject: "Hazel Penrose",
      texts: [
        ["3A16001F", "Quillmark Paper Ltd"],
        ["3A08001F", "+44 20 1"],
        ["3A1C001F", "+44 7700 2"],
      ],
    });
    expect(await pagesOf("msg", file)).toEqual([
      "Subject: Hazel Penrose\n\nOrganization: Quillmark Paper Ltd\nPhone: +44 20 1\nPhone: +44 7700 2",
    ]);
  });
});
