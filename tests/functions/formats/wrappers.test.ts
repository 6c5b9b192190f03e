// What programs wrap a mail and its attachments in: winmail.dat, S/MIME, calendars; and contacts.
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eml } from "../../../testing/fixtures/mail.ts";
import { makePdf } from "../../../testing/fixtures/pdf.ts";
import {
  attached,
  attribute,
  der,
  endless,
  oid,
  properties,
  property,
  signed,
  tnef,
} from "../../../testing/fixtures/wrapped.ts";
import { acceptedType } from "../../../supabase/functions/_shared/file-type.ts";
import { Bounds } from "../../../supabase/functions/ocr/formats/bounds.ts";
import { signedContent } from "../../../supabase/functions/ocr/formats/smime.ts";
import { openTnef } from "../../../supabase/functions/ocr/formats/tnef.ts";
import { pagesOf, read } from "./reading.ts";

const contents = async (parts: { filename: string; bytes(): Promise<Uint8Array> }[]): Promise<[string, string][]> =>
  Promise.all(
    parts.map(async (part): Promise<[string, string]> => [part.filename, Buffer.from(await part.bytes()).toString()]),
  );

const winmail = (content: Buffer, text = "") =>
  eml("Figures", text, [{ filename: "winmail.dat", type: "application/ms-tnef", content }]);

describe("a winmail.dat", () => {
  const files = [...attached("a.csv", "Rent,-24000"), ...attached("OFFER~1.TXT", "The offer", "Offer for März.txt")];

  it.each([
    [
      "plain, in a charset of one byte",
      attribute(1, 0x69003, properties(property(0x1e, 0x1000, Buffer.from("Gr\xfc\xdfe, here it is\0", "latin1")))),
    ],
    [
      "plain, in UTF-16",
      attribute(1, 0x69003, properties(property(0x1f, 0x1000, Buffer.from("Grüße, here it is\0", "utf16le")))),
    ],
    [
      "HTML",
      attribute(1, 0x69003, properties(property(0x102, 0x1013, Buffer.from("<p>Grüße, <b>here</b> it is</p>")))),
    ],
    ["the attribute of old versions", attribute(1, 0x2800c, Buffer.from("Gr\xfc\xdfe, here it is\0", "latin1"))],
  ])("with text (%s) and files is the mail, and its files", async (_how, body) => {
    const { pages, parts } = await read("eml", winmail(tnef(body, ...files)));
    expect(pages[0]).toContain("Grüße, here it is");
    expect(pages[0]).not.toContain("winmail");
    expect(await contents(parts)).toEqual([
      ["a.csv", "Rent,-24000"],
      ["Offer for März.txt", "The offer"],
    ]);
  });

  it("whose text stands beside it too says it once", async () => {
    const body = attribute(1, 0x69003, properties(property(0x1e, 0x1000, Buffer.from("Dear Sam,\r\nhere it is.\0"))));
    const [page] = await pagesOf("eml", winmail(tnef(body), "Dear Sam,\r\n\r\nhere it is."));
    expect(page?.match(/here it is/g)).toHaveLength(1);
  });

  it("with an attached mail has its text and its files as parts", async () => {
    const inner = tnef(
      attribute(1, 0x69003, properties(property(0x1e, 0x1000, Buffer.from("Inner text\0")))),
      ...files,
    );
    const object = properties(
      property(0x0d, 0x3701, Buffer.concat([Buffer.alloc(16), inner])),
      property(0x1f, 0x3001, Buffer.from("Forwarded\0", "utf16le")),
    );
    const { parts } = await read(
      "eml",
      winmail(tnef(attribute(2, 0x69002, Buffer.alloc(14)), attribute(2, 0x69005, object))),
    );
    expect(parts.map(({ filename }) => filename)).toEqual(["Forwarded.txt", "a.csv", "Offer for März.txt"]);
  });

  it("that is damaged or cut off anywhere ends, and costs the mail nothing", async () => {
    const whole = tnef(attribute(1, 0x69003, properties(property(0x1e, 0x1000, Buffer.from("Some text\0")))), ...files);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, byte, isCut) => {
        const damaged = Buffer.from(isCut ? whole.subarray(0, at) : whole);
        if (!isCut && at > 5) damaged[at] = byte;
        expect(
          (await openTnef(damaged.length > 6 ? damaged : whole, new Bounds({ steps: 100_000 }))).attachments.length,
        ).toBeLessThan(10);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a winmail.dat by itself", () => {
  const text = (id: number, value: string) => property(0x1f, id, Buffer.from(`${value}\0`, "utf16le"));
  const sent = Buffer.alloc(8);
  sent.writeBigUInt64LE((BigInt(Date.UTC(2026, 2, 15, 9, 30)) + 11_644_473_600_000n) * 10_000n);
  const whole = tnef(
    attribute(1, 0x18004, Buffer.from("Figures\0")),
    attribute(
      1,
      0x69003,
      Buffer.concat([
        Buffer.from([8, 0, 0, 0]),
        properties(
          text(0x37, "Figures for März"),
          text(0x0c1a, "Hazel Penrose"),
          text(0x5d01, "hazel@example.org"),
          text(0x0e04, "Sam Field"),
          text(0x1000, "Grüße, here they are"),
        ).subarray(4),
        // A time has no length before it.
        Buffer.from([0x40, 0, 0x39, 0]),
        sent,
        text(0x0e03, ""),
        text(0x0e1d, "Figures"),
      ]),
    ),
    ...attached("a.csv", "Rent,-24000"),
  );

  it.each(["winmail.dat", "figures", "letter.pdf"])(
    "is a mail and its files, whatever its name is: %s",
    async (name) => {
      expect(await acceptedType(whole, name)).toBe("application/ms-tnef");
      const { pages, parts } = await read("tnef", whole);
      expect(pages).toEqual([
        "From: Hazel Penrose <hazel@example.org>\nTo: Sam Field\nDate: 2026-03-15 09:30 UTC\nSubject: Figures for März\n\nGrüße, here they are\n\nAttachment: a.csv",
      ]);
      expect(await contents(parts)).toEqual([["a.csv", "Rent,-24000"]]);
    },
  );

  it("that holds nothing is broken", async () => {
    await expect(read("tnef", tnef())).rejects.toMatchObject({ code: "broken_file" });
  });
});

describe("a signed file by itself", async () => {
  const mail = Buffer.from(
    eml("Contract", "The signed text", [{ filename: "a.txt", type: "text/plain", content: Buffer.from("TF-771") }]),
  );
  const pdf = Buffer.from(await makePdf("2026-03-01T00:00:00Z", {}, (page) => page.text("Contract")));
  const pem = (bytes: Buffer) =>
    Buffer.from(`-----BEGIN PKCS7-----\n${bytes.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END PKCS7-----\n`);

  it.each([
    ["DER", (bytes: Buffer) => bytes],
    ["PEM", pem],
    ["base64", (bytes: Buffer) => Buffer.from(bytes.toString("base64"))],
  ])("is the mail in it, in %s", async (_how, write) => {
    const file = write(signed(der, der(4, mail)));
    expect(await acceptedType(file, "smime.p7m")).toBe("application/pkcs7-mime");
    const { pages, parts } = await read("p7m", file);
    expect(pages[0]).toContain("The signed text");
    expect(await contents(parts)).toEqual([["a.txt", "TF-771"]]);
  });

  it.each([
    ["by itself", "p7m", (file: Buffer) => file],
    [
      "attached to a mail",
      "eml",
      (content: Buffer) =>
        eml("Contract", "See there", [{ filename: "file.p7m", type: "application/pkcs7-mime", content }]),
    ],
  ] as const)("holds a file, which is its part, %s", async (_how, type, wrap) => {
    for (const content of [
      signed(der, der(4, pdf)),
      signed(endless, endless(0x24, der(4, pdf.subarray(0, 300)), der(4, pdf.subarray(300)))),
    ]) {
      const { parts } = await read(type, wrap(content));
      expect(parts.map(({ filename }) => filename)).toEqual(["file"]);
      expect(Buffer.from(await parts[0]!.bytes())).toEqual(pdf);
    }
  });

  it("that is encrypted, or has no content, says so", async () => {
    await expect(read("p7m", der(0x30, oid(3), der(0xa0, der(0x30))))).rejects.toMatchObject({
      code: "encrypted_file",
    });
    const detached = der(0x30, oid(2), der(0xa0, der(0x30, der(2, Buffer.from([1])), der(0x31), der(0x30, oid(1)))));
    await expect(read("p7m", detached)).rejects.toMatchObject({
      code: "broken_file",
      message: expect.stringContaining("signature"),
    });
  });
});

describe("S/MIME", () => {
  const mail = Buffer.from(
    eml("Inner", "The signed text", [{ filename: "contract.txt", type: "text/plain", content: Buffer.from("TF-771") }]),
  );
  const pieces = endless(0x24, der(4, mail.subarray(0, 100)), der(4, mail.subarray(100)));
  const message = (content: Buffer) =>
    Buffer.from(
      `Subject: Contract\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString("base64")}\r\n`,
    );

  it.each([
    ["as one value", signed(der, der(4, mail))],
    ["in pieces, without lengths", signed(endless, pieces)],
  ])("that is signed, with the mail inside %s, is that mail", async (_how, content) => {
    const { pages, parts } = await read("eml", message(content));
    expect(pages[0]).toBe("Subject: Contract\n\nThe signed text\n\nAttachment: contract.txt");
    expect(await contents(parts)).toEqual([["contract.txt", "TF-771"]]);
  });

  it("that is encrypted is said to be", async () => {
    const { pages, parts } = await read("eml", message(der(0x30, oid(3), der(0xa0, der(0x30)))));
    expect(pages[0]).toContain("encrypted");
    expect(parts).toEqual([]);
  });

  it("signed beside the mail adds no part of its own", async () => {
    const files = [{ filename: "smime.p7s", type: "application/pkcs7-signature", content: Buffer.from("x") }];
    const { pages, parts } = await read("eml", eml("Signed", "Text", files));
    expect(pages[0]).not.toContain("smime");
    expect(parts).toEqual([]);
  });

  it("that is damaged is no mail, and ends", () => {
    const whole = signed(endless, pieces);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(whole);
        damaged[at] = byte;
        for (const bytes of [damaged, whole.subarray(0, at)])
          expect(signedContent(bytes, new Bounds({ steps: 100_000 })) ?? Buffer.alloc(0)).toBeInstanceOf(Uint8Array);
      }),
      { numRuns: 300 },
    );
  });
});

const calendar = (...lines: string[]) =>
  ["BEGIN:VCALENDAR", "METHOD:REQUEST", "BEGIN:VEVENT", ...lines, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");

describe("a calendar", () => {
  const event = calendar(
    "SUMMARY:Annual accounts\\, with a",
    "  review",
    "DTSTART;TZID=Europe/Berlin:20260617T090000",
    "DTEND;TZID=Europe/Berlin:20260617T100000",
    'ORGANIZER;CN="Nair, Priya":mailto:priya@example.org',
    "ATTENDEE;CN=Sam;PARTSTAT=ACCEPTED:MAILTO:sam@example.org",
    "DESCRIPTION:First line\\nSecond line",
    "BEGIN:VALARM",
    "DESCRIPTION:Reminder",
    "END:VALARM",
  );
  const text =
    "Event: Annual accounts, with a review\nWhen: 2026-06-17 09:00 (Europe/Berlin) to 2026-06-17 10:00 (Europe/Berlin)\n" +
    "Organizer: Nair, Priya <priya@example.org>\nAttendees: Sam <sam@example.org>\n\nFirst line\nSecond line";

  it("is its events, as a file and as what a mail says", async () => {
    expect(await pagesOf("txt", event)).toEqual([text]);
    const mail = `Subject: Invitation\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\r\n--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n${event}\r\n--b--\r\n`;
    const { pages, parts } = await read("eml", mail);
    expect(pages).toEqual([`Subject: Invitation\n\n${text}`]);
    expect(parts).toEqual([]);
  });

  it("that somebody attached is a part with its name", async () => {
    const files = [{ filename: "team.ics", type: "text/calendar", content: Buffer.from(event) }];
    expect((await read("eml", eml("See", "Attached", files))).parts.map(({ filename }) => filename)).toEqual([
      "team.ics",
    ]);
  });

  it("says days as days, and what was canceled", async () => {
    const [page] = await pagesOf("txt", calendar("SUMMARY:Fair", "DTSTART;VALUE=DATE:20260701", "STATUS:CANCELLED"));
    expect(page).toBe("Event: Fair\nStatus: Canceled\nWhen: 2026-07-01");
  });

  it("has its own name first, where programs write one", async () => {
    const named =
      "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Bins\\, Birch Way\r\nBEGIN:VEVENT\r\nSUMMARY:Paper\r\nEND:VEVENT\r\nEND:VCALENDAR";
    expect(await pagesOf("txt", named)).toEqual(["Calendar: Bins, Birch Way\n\nEvent: Paper"]);
  });

  it("without an entry, or that is none, is its text", async () => {
    expect(await pagesOf("txt", "BEGIN:VCALENDAR\r\nEND:VCALENDAR")).toEqual(["BEGIN:VCALENDAR\nEND:VCALENDAR"]);
    expect((await pagesOf("txt", "We meet.\nBEGIN:VCALENDAR"))[0]).toContain("We meet.");
  });
});

describe("contacts", () => {
  it("are fields on lines, in whatever version they were written", async () => {
    const cards = [
      "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Hazel Penrose\r\nN:Penrose;Hazel;;;\r\nORG:Quillmark\\, Ltd;Accounts\r\nitem1.TEL;TYPE=work:+44 20 7946 0000\r\nADR:;;1 Quay St;Bristol;;BS1;UK\r\nEND:VCARD",
      "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;Dr.;\r\nEMAIL;INTERNET:j@example.org\r\nNOTE;ENCODING=QUOTED-PRINTABLE:a long =\r\nnote\r\nEND:VCARD",
    ];
    expect(await pagesOf("txt", cards.join("\r\n"))).toEqual([
      "Name: Hazel Penrose\nOrganization: Quillmark, Ltd, Accounts\nPhone: +44 20 7946 0000\nAddress: 1 Quay St, Bristol, BS1, UK\n\n" +
        "Name: Dr. Jörg Müller\nEmail: j@example.org\nNote: a long note",
    ]);
  });
});
