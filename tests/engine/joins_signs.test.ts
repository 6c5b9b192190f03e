import { expect, test } from "vitest";
import { withoutBlanksBetweenSigns } from "../../engine/unspaced.ts";

/** Words of 30 pixels height, each as wide as its signs, with those gaps before them. */
function lineOf(...words: [text: string, gap: number][]) {
  let x = 0;
  return {
    block: 1,
    words: words.map(([text, gap]) => {
      const x0 = x + gap;
      x = x0 + text.length * 30;
      return { text, x0, x1: x, y0: 10, y1: 40, confidence: 0.9 };
    }),
  };
}
const textsOf = (...words: [text: string, gap: number][]): string[] =>
  withoutBlanksBetweenSigns([lineOf(...words)])[0]!.words.map((word) => word.text);

test("Japanese and Chinese signs that stand together are one word, in one box", () => {
  const [line] = withoutBlanksBetweenSigns([lineOf(["請求", 0], ["書", 6])]);
  expect(line!.words).toEqual([{ text: "請求書", x0: 0, x1: 96, y0: 10, y1: 40, confidence: 0.9 }]);
  expect(textsOf(["さ", 0], ["くら", 4], ["印刷", 4], ["。", 3])).toEqual(["さくら印刷。"]);
  expect(textsOf(["ข้อ", 0], ["ความ", 5])).toEqual(["ข้อความ"]);
});

test("a wide gap between signs stays, as do blanks beside Latin letters, numbers and Korean", () => {
  expect(textsOf(["合計", 0], ["金額", 60])).toEqual(["合計", "金額"]);
  expect(textsOf(["合計", 0], ["5,000", 6], ["円", 6])).toEqual(["合計", "5,000", "円"]);
  expect(textsOf(["Total", 0], ["due", 6])).toEqual(["Total", "due"]);
  expect(textsOf(["청구서", 0], ["번호", 6])).toEqual(["청구서", "번호"]);
});
