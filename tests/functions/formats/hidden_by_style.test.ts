// What of a page or a mail is seen, where style sheets and styles say so: rules are modeled on what mail builders and saved pages have.
import { expect, it } from "vitest";
import { pagesOf } from "./reading.ts";

const shown = async (html: string): Promise<string> =>
  (await pagesOf("html", html)).join("\f").replace(/\n+/g, "\n").trim();
const withSheet = (sheet: string, body: string): Promise<string> =>
  shown(`<html><head><style>${sheet}</style></head><body>${body}</body></html>`);

it.each([
  ["a class", ".preheader{display:none}", '<p class="a preheader">no</p><p>Seen</p>', "Seen"],
  ["an id", "#no { DISPLAY : None !important }", "<p id=no>no</p><p>Seen</p>", "Seen"],
  ["an element with a class", "div.no{visibility:hidden}", '<div class="no">no</div><p class="no">Seen</p>', "Seen"],
  ["one of a list", "b,.x,\n.no{display:none}", "<p class=no>no</p><p>Seen</p>", "Seen"],
  [
    "what is within another",
    ".a .b{display:none}",
    "<p class=b>Seen</p><div class=a><i><p class=b>no</p></i></div>",
    "Seen",
  ],
  ["what is right within another", ".a>p{display:none}", "<div class=a><div><p>Seen</p></div><p>no</p></div>", "Seen"],
  [
    "what is within one of several",
    ".a > .b .c{display:none}",
    "<div class=a><div class=b><div class=b><p class=c>no</p></div></div></div><p class=c>Seen</p>",
    "Seen",
  ],
  ["a sheet within a comment", "<!-- .no{display:none} -->", "<p class=no>no</p><p>Seen</p>", "Seen"],
  [
    "a comment of the sheet",
    "/* .yes{display:none} */.no{display:none}",
    "<p class=no>no</p><p class=yes>Seen</p>",
    "Seen",
  ],
  ["a rule for screens", "@media screen{.no{display:none}}", "<p class=no>no</p><p>Seen</p>", "Seen"],
  [
    "a rule for narrow screens, which counts for nothing",
    "@media only screen and (max-width:600px){.yes{display:none}} @media print{.yes{display:none}}",
    "<p class=yes>Seen</p>",
    "Seen",
  ],
  [
    "a rule that a narrow screen takes back",
    ".no{display:none} @media (max-width:600px){.no{display:block!important}}",
    "<p class=no>no</p><p>Seen</p>",
    "Seen",
  ],
  [
    "a stronger rule",
    ".tab.open{display:block}.tab{display:none}",
    '<p class="tab open">Seen</p><p class=tab>no</p>',
    "Seen",
  ],
  ["a later rule", ".a{display:none}.a{display:block}", "<p class=a>Seen</p>", "Seen"],
  ["a style that is stronger", ".a{display:none}", '<p class=a style="display:block">Seen</p>', "Seen"],
  [
    "a sheet that is stronger",
    ".a{display:none!important}",
    '<p class=a style="display:block">no</p><p>Seen</p>',
    "Seen",
  ],
  [
    "rules that are not for its look now",
    ".a:hover{display:none} .a::before{display:none} @font-face{x:y}",
    "<p class=a>Seen</p>",
    "Seen",
  ],
  [
    "an attribute",
    "[aria-hidden=true]{display:none}",
    '<p aria-hidden="true">no</p><p aria-hidden="false">Seen</p>',
    "Seen",
  ],
  ["an attribute that is there", "p[data-x]{display:none}", "<p data-x>no</p><p>Seen</p>", "Seen"],
  ["one word of an attribute", "p[class~='x']{display:none}", '<p class="a x">no</p><p class=xy>Seen</p>', "Seen"],
  [
    "parts of attributes",
    'a[href^="mailto:"],i[lang|=de],b[id$="-no" i],u[title*="a, b"]{display:none}',
    '<a href="mailto:a">no</a><i lang="de-AT">no</i><b id="X-NO">no</b><u title="x a, b]">no</u><i lang=den>Seen</i>',
    "Seen",
  ],
  [
    "what is not of a kind",
    ".lang:not(.en):not([data-keep]){display:none}",
    '<p class="lang de">no</p><p class="lang de" data-keep>Kept</p><p class="lang en">Seen</p>',
    "Kept\nSeen",
  ],
  ["one of several kinds", ":is(.a, .b) > p{display:none}", "<div class=b><p>no</p></div><p class=a>Seen</p>", "Seen"],
  [
    "the place among others",
    "li:first-child,li:nth-child(3),i:first-of-type{display:none}",
    "<ul><li>no</li><li>Seen</li><li>no</li></ul><p><b>This </b><i>no</i><i>too</i></p>",
    "- Seen\nThis too",
  ],
  [
    "nothing that is not known here",
    "p:last-child{display:none} p:empty{display:none} h2 + p{display:none} p:not(:last-child){display:none} p:has(b){display:none}",
    "<h2>A</h2><p>B</p><p>Seen</p>",
    "A\nB\nSeen",
  ],
  [
    "what a field of a page may show again",
    ".tab{display:none} #one:checked ~ .first{display:block} .tab:hover{display:block}",
    '<input type=radio id=one checked><p class="tab first">Seen</p><p class=tab>no</p>',
    "[x]\nSeen",
  ],
  ["a sign in a text of the sheet", '.q{content:"}.yes{display:none}"}', "<p class=yes>Seen</p>", "Seen"],
])("is told by %s", async (_what, sheet, body, expected) => {
  expect(await withSheet(sheet, body)).toBe(expected);
});

it("leaves out rules for other programs, and pages that are hidden until they run", async () => {
  expect(
    await shown(
      "<!--[if mso]><style>.a{display:none}</style><![endif]--><script>'<style>.a{display:none}</style>'</script><p class=a>Seen</p>",
    ),
  ).toBe("Seen");
  expect(await shown("<style media=print>.a{display:none}</style><p class=a>Seen</p>")).toBe("Seen");
  expect(await withSheet("body{visibility:hidden}", "<p>Seen</p>")).toBe("Seen");
});

it("reads what has a size or is visible again within what is not", async () => {
  expect(
    await shown(
      '<td style="font-size:0px;padding:10px"><div style="font-size:13px;line-height:1">Seen</div> no</td><div style="visibility:hidden">no<p style="visibility:visible">Too</p></div><div style="font-size:0"><b style="font-size:2em">no</b></div>',
    ),
  ).toBe("Seen\nToo");
});

it("reads a button of which Outlook draws another form", async () => {
  expect(await shown('<a href="#" style="background:#00f;mso-hide:all">Confirm order 4711</a>')).toBe(
    "Confirm order 4711",
  );
});

it("reads the page that a frame holds itself", async () => {
  expect(
    await shown(
      '<p>Before</p><iframe srcdoc="&lt;style>p.no{display:none}&lt;/style>&lt;p>Invoice 4711&lt;/p>&lt;p class=no>no&lt;/p>&lt;iframe srcdoc=&quot;Deep&quot;>&lt;/iframe>">no</iframe><iframe style="display:none" srcdoc="no"></iframe><table><tr><td>a<td><iframe srcdoc="b"></iframe></table>',
    ),
  ).toBe("Before\nInvoice 4711\nDeep\na  b");
});

it("reads a mail as it is seen", async () => {
  const html = "<style>.no{display:none}</style><p class=no>no</p><p>Seen</p>";
  const [page] = await pagesOf("eml", `From: a@b.example\nSubject: s\nContent-Type: text/html\n\n${html}`);
  expect(page).toBe("From: a@b.example\nSubject: s\n\nSeen");
});
