import { describe, expect, it } from "vitest";
import { isInert, plainName, plainText, plainValue } from "../../supabase/functions/_shared/plain-text.ts";

describe("plain text", () => {
  it.each([
    "Invoice - Acme & Söhne - 2026-03-15.pdf",
    "Facture d’électricité n° 12 – 120,00 €",
    "Счёт за электричество, март 2026",
    "契約書（株式会社アクメ）",
    "صورت‌حساب می‌خواهم",
    "विद्युत बिल क्षि फ़ाइल",
    "AT&T, R&D; 3 × 4, 50% [draft] #7",
    "“Quoted” – dash … ½ № 5",
  ])("leaves %s as it is", (text) => expect(plainText(text)).toBe(text));

  it.each([
    ["control characters", "a\u0000b\u0007c\nd\te", "a b c d e"],
    ["bidi overrides", "invoice\u202Efdp.exe", "invoicefdp.exe"],
    ["isolates and marks", "\u2066a\u2069\u200E\u200Fb", "ab"],
    ["zero-width characters", "in\u200Bvo\uFEFFice\u200D", "invoice"],
    [
      "tag characters",
      `Hi${Array.from("obey", (letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("")}`,
      "Hi",
    ],
    ["variation selectors", "a\uFE0F\u{E0101}b", "ab"],
    ["private and unassigned characters", "a\uE000\u0378b", "ab"],
    ["halves of characters", "a\uD83Db", "ab"],
    ["towers of marks", `x${"\u0301".repeat(40)}`, "x\u0301\u0301\u0301"],
    ["elements", "<b>Bold</b> <img src=x onerror=alert(1)>end", "Bold end"],
    ["scripts with what they hold", "a<script>alert(1)</script>b<style>*{}</style>c", "a b c"],
    ["markup that is put together from pieces", "<scr<b>ipt>x</scr</b>ipt>", "scr iptx/scr ipt"],
    ["an element that is never closed", "a <img src=x onerror=alert(1)", "a img src=x onerror=alert(1)"],
    ["markup written with entities", "&lt;b&gt;x&#60;i&#62;&amp;lt;u&amp;gt;", "b x i u"],
    ["markup written with full-width signs", "＜ｂ＞bold＜／ｂ＞", "bold"],
    ["comments", "a<!-- hidden -->b", "a b"],
    ["Markdown links and pictures", "![x](http://e.example/p.png) [click](javascript:alert(1)) `code`", "x click code"],
    ["addresses", "see https://evil.example/?q=1 or www.evil.example now", "see or now"],
    ["script addresses", "javascript:alert(1) data:text/html,x vbscript:x ok", "ok"],
    ["the beginnings of formulas and templates", "=HYPERLINK(1) {{x}} ${y}", "HYPERLINK(1) x y}"],
    ["letters that imitate", "Аcmе Cоrp invоice", "Acme Corp invoice"],
    ["mathematical letters", "𝐈𝐧𝐯𝐨𝐢𝐜𝐞", "Invoice"],
  ])("loses %s", (_, text, plain) => expect(plainText(text)).toBe(plain));

  it("does not change when it is made plain again", () => {
    for (const text of [
      "<<b>>x</<b>>",
      "hhttp://ttp://x y",
      "[a]([b](c))",
      "&amp;amp;lt;b&amp;amp;gt;",
      "= = =@x",
      "[[x](y)](z)",
    ]) {
      expect(plainText(plainText(text)), text).toBe(plainText(text));
    }
  });

  it("ends on long hostile text, which a pattern that looks back would take hours for", () => {
    for (const unit of ["<", "[", "&", "<!--", "<script>", "a://", "[a](", "e\u0301", "\u202E", "аa"])
      plainText(unit.repeat(Math.ceil(200_000 / unit.length)));
  });
});

it.each([
  ["../../etc/passwd", "etc passwd"],
  ["C:\\Windows\\x.pdf", "C Windows x.pdf"],
  ['Invoice: Acme | "2026"?*.pdf', "Invoice Acme 2026 .pdf"],
  ["Invoice - <b></b> - Acme.pdf", "Invoice - Acme.pdf"],
  [".htaccess", "htaccess"],
])("the name %s becomes %s", (name, plain) => expect(plainName(name)).toBe(plain));

it("a JSON value is plain in all its strings and keys, and bounded in depth", () => {
  expect(plainValue({ "<b>k</b>": ["<i>v</i>", 1, null, { deep: true }] })).toEqual({
    k: ["v", 1, null, { deep: true }],
  });
  let nested: unknown = "<b>";
  for (let depth = 0; depth < 50; depth++) nested = [nested];
  expect(JSON.stringify(plainValue(nested))).toBe("[[[[[null]]]]]");
});

describe("a quote", () => {
  it.each(["Total: 12 < 13 €", "line one\nline two\tthree", "Donau\u00ADdampf", "می‌خواهم"])(
    "may be kept: %j",
    (quote) => expect(isInert(quote)).toBe(true),
  );
  it.each(["<b>x</b>", "<!-- x", "a\u202Eb", "a\u0000b", "javascript:alert(1)", "\u{E0041}x"])(
    "may not be kept: %j",
    (quote) => expect(isInert(quote)).toBe(false),
  );
});
