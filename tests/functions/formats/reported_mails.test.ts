// Mails that other systems lost text or files of: against the rules in ways that programs write them in.
import { Buffer } from "node:buffer";
import { expect, it } from "vitest";
import { read } from "./reading.ts";

const HEAD = ["From: a@b.example", "Subject: s"];
const PDF = "%PDF-1.4\n% a file of one line\n";
const packed = Buffer.from(PDF).toString("base64");
const b64 = (text: string): string => Buffer.from(text).toString("base64");
const file = (...fields: string[]): string[] => [...fields, "Content-Transfer-Encoding: base64", "", packed];
const parts = (...each: string[][]): string[] => [...each.flatMap((lines) => ["--x", ...lines]), "--x--", ""];
const MIXED = "Content-Type: multipart/mixed; boundary=x";
const TEXT = ["Content-Type: text/plain", "", "Hello there"];
const A_FILE = file("Content-Type: application/pdf; name=a.pdf");

async function said(lines: string[], ending = "\r\n"): Promise<{ text: string; files: Record<string, string> }> {
  const { pages, parts } = await read("eml", lines.join(ending));
  const files: Record<string, string> = {};
  for (const { filename, bytes } of parts) files[filename] = Buffer.from(await bytes()).toString();
  const text = pages.join("\n---\n").replace(/^From: a@b\.example\n/, "");
  return {
    text: text.replace(/^Subject: s\s{0,9}/, "").replace(/\s{0,9}(?:Attachment: [^\n]{0,99}\s?){0,9}$/, ""),
    files,
  };
}

it.each<[what: string, lines: string[], text: string, files: string[]]>([
  [
    "a part whose text begins without an empty line",
    [...HEAD, MIXED, "", ...parts(["Content-Type: text/plain", "Hello there, you:", "more"], A_FILE)],
    "Hello there, you:\nmore",
    ["a.pdf"],
  ],
  ["a part without a head", [...HEAD, MIXED, "", ...parts(["Hello there"], A_FILE)], "Hello there", ["a.pdf"]],
  [
    "fields of the head behind an empty line",
    [...HEAD, "", "", 'Content-type: multipart/mixed;\r\n\tBoundary="x"', "", ...parts(TEXT, A_FILE)],
    "Hello there",
    ["a.pdf"],
  ],
  [
    "parts of which the head says nothing",
    [...HEAD, "", "This is a multi-part message in MIME format.", ...parts(TEXT, A_FILE)],
    "Hello there",
    ["a.pdf"],
  ],
  [
    "parts of a head that says it is a page",
    [...HEAD, "Content-Type: text/HTML; boundary=x", "", "This is a multipart message in MIME format.", ...parts(TEXT)],
    "Hello there",
    [],
  ],
  [
    "parts with another boundary than the head names",
    [...HEAD, "Content-Type: multipart/mixed; boundary=other", "", ...parts(TEXT, A_FILE)],
    "Hello there",
    ["a.pdf"],
  ],
  [
    "a boundary that ends with a blank",
    [...HEAD, 'Content-Type: multipart/mixed; boundary="x "', "", ...parts(TEXT, A_FILE)],
    "Hello there",
    ["a.pdf"],
  ],
  ["empty lines before the head", ["", "", ...HEAD, "", "Hello there"], "Hello there", []],
  [
    "its length before it, and a list of properties behind it",
    [String([...HEAD, "", "Hello there", ""].join("\r\n").length), ...HEAD, "", "Hello there", "<?xml?><plist/>"],
    "Hello there",
    [],
  ],
  [
    "what a list puts behind a text in base64",
    [
      ...HEAD,
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
      "",
      b64("Grüße, and see you."),
      "_______________________________________________",
      "To leave the list, write to us.",
    ],
    "Grüße, and see you.\n_______________________________________________\nTo leave the list, write to us.",
    [],
  ],
  [
    "what a list puts behind a part in base64",
    [
      ...HEAD,
      MIXED,
      "",
      ...parts(
        ["Content-Type: text/plain", "Content-Transfer-Encoding: base64", "", b64("Grüße"), "", "-----", "Leave here"],
        A_FILE,
      ),
    ],
    "Grüße\n-----\nLeave here",
    ["a.pdf"],
  ],
  [
    "lines that go on, with blanks behind the sign",
    [
      ...HEAD,
      "Content-Type: text/plain",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      "one =  ",
      "line=C3=A4 = \t",
      "end",
    ],
    "one lineä end",
    [],
  ],
  [
    "a file in base64 that does not say so",
    [...HEAD, MIXED, "", ...parts(TEXT, ["Content-Type: application/pdf; name=a.pdf", "", packed])],
    "Hello there",
    ["a.pdf"],
  ],
  [
    "a text in base64 that does not say so",
    [...HEAD, "Content-Type: text/plain", "", b64("Grüße, and see you at noon in the small room."), b64("Bye bye")],
    "Grüße, and see you at noon in the small room.Bye bye",
    [],
  ],
  [
    "a page that has more than the plain text beside it",
    [
      ...HEAD,
      "Content-Type: multipart/alternative; boundary=x",
      "",
      ...parts(
        ["", `Thank you for your order. ${"We send it soon, as we have it here. ".repeat(9)}`],
        [
          "Content-Type: text/html",
          "",
          `<p>Thank you for your order. ${"We send it soon, as we have it here. ".repeat(9)}</p><table><tr><td>Lamp<td>EUR 12.50</tr></table>No. 4711`,
        ],
      ),
    ],
    `Thank you for your order. ${"We send it soon, as we have it here. ".repeat(9).trim()}\n\nLamp  EUR 12.50\n\nNo. 4711`,
    [],
  ],
  [
    "a plain text and a page that say different things, each",
    [
      ...HEAD,
      "Content-Type: multipart/alternative; boundary=x",
      "",
      ...parts(
        ["", "The meeting is on Monday in the large hall."],
        ["Content-Type: text/html", "", "<p>Sample page of another kind</p>"],
      ),
    ],
    "The meeting is on Monday in the large hall.\n\nSample page of another kind",
    [],
  ],
  [
    "the plain text alone where the page says the same",
    [
      ...HEAD,
      "Content-Type: multipart/alternative; boundary=x",
      "",
      ...parts(
        ["", "> Shall we meet?\r\nYes, at noon: <https://a.example/x?y=12345>\r\n-- \r\nAda"],
        [
          "Content-Type: text/html",
          "",
          "<blockquote>Shall we meet?</blockquote><p>Yes, at <a href='https://a.example/x?y=12345'>noon</a>:</p><p>Ada</p>",
        ],
      ),
    ],
    "> Shall we meet?\nYes, at noon: <https://a.example/x?y=12345>\n--\nAda",
    [],
  ],
  [
    "a page that says it is plain text",
    [...HEAD, "", "<html><head><style>p{}</style></head><body><p>Dear Bob,<br>bye</p></body></html>"],
    "Dear Bob,\nbye",
    [],
  ],
])("reads %s", async (_what, lines, text, files) => {
  const read = await said(lines);
  expect(read.text).toBe(text);
  expect(read.files).toEqual(Object.fromEntries(files.map((name) => [name, PDF])));
});

it.each([
  ["folded within its word", "=?UTF-8?Q?Gr=C3=BC=C3\r\n =9Fe_aus?= K", "Grüße aus K"],
  ["without an end", "=?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus", "Grüße aus"],
  ["encoded twice", `=?utf-8?B?${b64("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=")}?=`, "Grüße"],
  ["of words that nothing parts", "=?utf-8?Q?Gr=C3=BC?==?utf-8?Q?=C3=9Fe?=", "Grüße"],
  ["of words on lines of their own", "=?utf-8?Q?Gr=C3=BC?=\r\n =?utf-8?Q?=C3=9Fe?= an alle", "Grüße an alle"],
])("reads a subject %s", async (_what, subject, text) => {
  expect((await read("eml", `From: a@b.example\r\nSubject: ${subject}\r\nX-Last: 1\r\n\r\nHi`)).pages).toEqual([
    `From: a@b.example\nSubject: ${text}\n\nHi`,
  ]);
});

it("names who sent a mail without an author, and who got it unseen", async () => {
  expect((await read("eml", "Sender: l@b.example\r\nBcc: c@d.example\r\nSubject: s\r\n\r\nHi")).pages).toEqual([
    "From: l@b.example\nBcc: c@d.example\nSubject: s\n\nHi",
  ]);
});

it("takes the day of a mail that has none from those who carried it", async () => {
  const head =
    "Received: from x by y; Tue, 17 Mar 2026 09:31:00 +0100\r\nReceived: from z by x; Tue, 17 Mar 2026 09:30:00 +0100";
  expect((await read("eml", `${head}\r\nSubject: s\r\n\r\nHi`)).pages).toEqual([
    "Date: 2026-03-17 08:30 UTC\nSubject: s\n\nHi",
  ]);
});

it.each([
  ["ACCEPTED", "Accepted"],
  ["DECLINED", "Declined"],
  ["TENTATIVE", "Tentative"],
])("says of an answer that it is %s", async (answer, status) => {
  const lines = [
    "METHOD:REPLY",
    "BEGIN:VEVENT",
    "SUMMARY:Fair",
    `ATTENDEE;PARTSTAT=${answer};CN=Bob:mailto:b@x.example`,
    "END:VEVENT",
  ];
  const { text } = await said([
    ...HEAD,
    "Content-Type: text/calendar",
    "",
    "BEGIN:VCALENDAR",
    ...lines,
    "END:VCALENDAR",
  ]);
  expect(text).toBe(`Event: Fair\nStatus: ${status}\nAttendees: Bob <b@x.example>`);
});

it("says that a mail is encrypted with PGP, and shows no letters of it", async () => {
  const armor = ["-----BEGIN PGP MESSAGE-----", "Version: 1", "", "hQEMA7+abc=", "=abcd", "-----END PGP MESSAGE-----"];
  const encrypted = "Content is encrypted (PGP) and cannot be read. Upload a decrypted copy.";
  expect((await said([...HEAD, "", "Hello", ...armor, "Bye"])).text).toBe(`Hello\n${encrypted}\nBye`);
  const wrapped = await said([
    ...HEAD,
    "Content-Type: multipart/encrypted; protocol=application/pgp-encrypted; boundary=x",
    "",
    ...parts(
      ["Content-Type: application/pgp-encrypted", "", "Version: 1"],
      ["Content-Type: application/octet-stream; name=encrypted.asc", "", ...armor],
    ),
  ]);
  expect(wrapped).toEqual({ text: encrypted, files: {} });
});

it("reads a text that is signed within itself without its signature", async () => {
  const lines = ["-----BEGIN PGP SIGNED MESSAGE-----", "Hash: SHA256", "", "Dear all,", "- - a list", "- -- ", "Ada"];
  const signature = ["-----BEGIN PGP SIGNATURE-----", "", "iEYEARECAAYFAk=", "=abcd", "-----END PGP SIGNATURE-----"];
  expect((await said([...HEAD, "", ...lines, ...signature, "list footer"])).text).toBe(
    "Dear all,\n- a list\n--\nAda\nlist footer",
  );
});

it("opens a mailbox, each mail of which is a part", async () => {
  const mail = (subject: string, text: string): string =>
    `From a@b.example Tue Mar 17 09:30:00 2026\nFrom: a@b.example\nSubject: ${subject}\n\n${text}\n\n`;
  const box = mail("One", "Hi\n>From here on\n\nFrom what I know, yes: it is") + mail("Two", ">>From there");
  const { pages, parts } = await read("eml", box);
  expect(pages).toEqual(["Mailbox of 2 mails\nOne\nTwo"]);
  expect(parts.map(({ filename }) => filename)).toEqual(["message-1.eml", "message-2.eml"]);
  const texts = await Promise.all(parts.map(async ({ bytes }) => Buffer.from(await bytes()).toString()));
  expect(texts).toEqual([
    "From: a@b.example\nSubject: One\n\nHi\nFrom here on\n\nFrom what I know, yes: it is\n",
    "From: a@b.example\nSubject: Two\n\n>From there\n\n",
  ]);
});

it("keeps a small picture that a mail has beside its page, unless the page shows it", async () => {
  const picture = (name: string, id: string): string[] => [
    `Content-Type: image/jpeg; name=${name}`,
    `Content-ID: <${id}>`,
    "",
    "a picture",
  ];
  const page = ["Content-Type: text/html", "", '<p>Hello</p><img src="cid:logo%40a"><img src=cid:two>'];
  const { files } = await said([
    ...HEAD,
    "Content-Type: multipart/related; boundary=x",
    "",
    ...parts(page, picture("logo.jpg", "logo@a"), picture("receipt.jpg", "photo@a"), picture("two.jpg", "two")),
  ]);
  expect(Object.keys(files)).toEqual(["receipt.jpg"]);
});

it("takes signatures that are called files of any kind for none", async () => {
  const signature = (name: string): string[] => [
    `Content-Type: application/octet-stream; name=${name}`,
    "",
    "-----BEGIN",
  ];
  expect(await said([...HEAD, MIXED, "", ...parts(TEXT, signature("smime.p7s"), signature("signature.asc"))])).toEqual({
    text: "Hello there",
    files: {},
  });
});

it("reads a mail whose lines end as on old Macs", async () => {
  expect((await said([...HEAD, "", "Hello", "there"], "\r")).text).toBe("Hello\nthere");
});
