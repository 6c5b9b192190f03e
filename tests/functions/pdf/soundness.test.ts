// Which text layers are taken for what stands on the page.
import { describe, expect, it } from "vitest";
import type { Drawing } from "../../../supabase/functions/ocr/pdf/drawing.ts";
import type { Glyph } from "../../../supabase/functions/ocr/pdf/layer.ts";
import { doubtOf, isGarbage } from "../../../supabase/functions/ocr/pdf/soundness.ts";
import { textOfGlyphs } from "../../../supabase/functions/ocr/pdf/text.ts";
import { typed, typedLines } from "./type.ts";

const NOTHING: Drawing = { picture: 0, shapes: false };
const SCAN: Drawing = { picture: 0.95, shapes: false };
const LOGO: Drawing = { picture: 0.04, shapes: true };
const LETTER = typedLines(
  [
    "Dear plot holders, the committee met on the first Monday of March.",
    "It was agreed that every plot pays the same share of the water rates,",
    "whatever its size may be, and that nobody waters by hose in summer.",
    "The next meeting will be held in the hall at noon, and tea is served.",
  ],
  0,
  0,
);
const doubt = (glyphs: Glyph[], drawing: Drawing) => doubtOf(glyphs, textOfGlyphs(glyphs), () => drawing);

describe("a page of text", () => {
  it("is sound, with a logo, over a picture of paper, or alone", () => {
    for (const drawing of [NOTHING, LOGO, SCAN]) expect(doubt(LETTER, drawing)).toBeNull();
  });

  it("is sound with few words, when nothing else is on it", () => {
    expect(doubt(typed("Appendix", 0, 0), NOTHING)).toBeNull();
  });

  it("is not looked at for pictures when its text decides", () => {
    expect(
      doubtOf(LETTER, textOfGlyphs(LETTER), () => {
        throw new Error("looked");
      }),
    ).toBeNull();
  });

  it("is sound with bullets from a font of pictures", () => {
    expect(doubt([...typed("\uF0B7", 0, 60), ...LETTER], NOTHING)).toBeNull();
  });
});

describe("a page without text", () => {
  it("is blank when nothing is drawn on it, and has to be recognized when something is", () => {
    expect(doubt([], NOTHING)).toBeNull();
    expect(doubt([], SCAN)).toBe("no_text");
    expect(doubt([], { picture: 0, shapes: true })).toBe("no_text");
  });
});

describe("a layer that is not to be trusted", () => {
  it("is a stamp on a scan", () => {
    expect(doubt(typed("Received 3 March 2026, page 1 of 4", 0, 0), SCAN)).toBe("few_words");
  });

  it("is invisible text under a picture, but not over nothing", () => {
    const hidden = LETTER.map((glyph) => ({ ...glyph, invisible: true }));
    expect(doubt(hidden, SCAN)).toBe("invisible");
    expect(doubt(hidden, NOTHING)).toBeNull();
  });

  it("is one whose fonts do not say what they show", () => {
    expect(
      doubt(
        LETTER.map((glyph, index) => ({ ...glyph, unmapped: index % 3 === 0 })),
        NOTHING,
      ),
    ).toBe("unmapped");
    expect(
      doubt(
        LETTER.map((glyph) => ({ ...glyph, char: String.fromCodePoint(0xf000 + glyph.char.codePointAt(0)!) })),
        NOTHING,
      ),
    ).toBe("unmapped");
  });

  it("is one whose table of characters is shifted", () => {
    const shifted = LETTER.map((glyph) => ({ ...glyph, char: String.fromCodePoint(glyph.char.codePointAt(0)! - 29) }));
    expect(
      doubt(
        shifted.map((glyph) => ({ ...glyph, char: glyph.char < "!" ? "#" : glyph.char })),
        NOTHING,
      ),
    ).toBe("garbage");
  });
});

describe("garbage", () => {
  it.each([
    [
      "German",
      "Sehr geehrte Damen und Herren, anbei erhalten Sie die Rechnung für den Monat März über die Miete der Wohnung in der Straße am Markt.",
    ],
    [
      "Polish",
      "Szanowni Państwo, w załączeniu przesyłamy fakturę za usługi wykonane w marcu, prosimy o zapłatę w terminie czternastu dni.",
    ],
    [
      "a table of figures",
      "4011 12.50 3 37.50\n4012 8.00 10 80.00\n4013 1.99 4 7.96\n4014 100.00 1 100.00\n4015 2.00 2 4.00",
    ],
    [
      "a table of contents with leaders",
      "Introduction ............................................................ 1\nMethods ................................................................. 7",
    ],
    [
      "Greek",
      "Αξιότιμοι κύριοι, σας αποστέλλουμε το τιμολόγιο για τις υπηρεσίες του μηνός Μαρτίου, παρακαλούμε να το εξοφλήσετε.",
    ],
    [
      "Japanese",
      "拝啓、三月分の請求書をお送りいたします。ご確認のうえ、月末までにお支払いくださいますようお願い申し上げます。吾輩は猫である。",
    ],
  ])("is not %s", (_what, text) => {
    expect(isGarbage(text)).toBe(false);
  });

  it.each([
    ["signs for letters", "\"#$% &'( )*+ ,-./ :;<= >?@ [\\]^ _`{| }~!\" #$%& '()* +,-. /:;< =>?@"],
    [
      "letters that make no words",
      "Wkhfrpp lwwhhphw qwkhilu vwprqgdb rilwz dvdjuhh gwkdw hyhubsorw sdbvwkh vdphvkdu jkrwkhz dwhutx xdwhvsdb mklbcd dqgqrer gbzdwhu vebkrvh kdwlv",
    ],
  ])("is %s", (_what, text) => {
    expect(isGarbage(text)).toBe(true);
  });
});
