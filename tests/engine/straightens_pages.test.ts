import { describe, expect, test } from "vitest";
import { cleaned, noiseOf } from "../../engine/picture/background.ts";
import { type Grey, mirrored, rotated, scaled, turned } from "../../engine/picture/grey.ts";
import { scaleFor } from "../../engine/picture/letters.ts";
import { uprightOf } from "../../engine/picture/orientation.ts";
import { lieOf } from "../../engine/picture/skew.ts";
import { straightened } from "../../engine/picture/straight.ts";
import { scanOf } from "./documents.ts";

const LINES = [
  "The keeper stores the goods in a dry room",
  "that is locked at night.",
  "Fees are due in advance for every month",
  "that has begun, and those that are late",
  "cost five percent more.",
  "Goods that may burn, leak or smell",
  "are not taken.",
  "Either side may end this agreement",
  "with notice of a month; the owner then",
  "clears the room by noon.",
  "Changes are valid only when both",
  "sides have signed them.",
];
const page = await scanOf(LINES);
const letters = (text: string): Grey => ({ width: 3, height: 2, data: new TextEncoder().encode(text) });
const shown = ({ width, data }: Grey): string =>
  new TextDecoder().decode(data).replace(new RegExp(`.{${width}}(?=.)`, "g"), "$&/");

describe("a picture", () => {
  test("is turned to the right by quarters", () => {
    expect(([0, 1, 2, 3] as const).map((quarters) => shown(turned(letters("abcdef"), quarters)))).toEqual([
      "abc/def",
      "da/eb/fc",
      "fed/cba",
      "cf/be/ad",
    ]);
  });

  test("is set upright from each EXIF orientation", () => {
    const stored = ["abcdef", "cbafed", "fedcba", "defabc"].map(letters);
    expect(stored.map((picture, index) => shown(uprightOf(picture, (index + 1) as 1)))).toEqual(
      Array(4).fill("abc/def"),
    );
    const onSide: Grey[] = ["adbecf", "cfbead", "fcebda", "daebfc"].map((text) => ({
      width: 2,
      height: 3,
      data: new TextEncoder().encode(text),
    }));
    expect(
      [uprightOf(onSide[0]!, 5), uprightOf(onSide[1]!, 6), uprightOf(onSide[2]!, 7), uprightOf(onSide[3]!, 8)].map(
        shown,
      ),
    ).toEqual(["abc/def", "abc/def", "abc/def", "abc/def"]);
  });

  test("is mirrored from left to right", () => {
    expect(shown(mirrored(letters("abcdef")))).toBe("cba/fed");
  });

  test("keeps its mean brightness in another size", () => {
    const mean = ({ data }: Grey): number => data.reduce((sum, value) => sum + value, 0) / data.length;
    for (const [width, height] of [
      [400, 600],
      [1_300, 1_900],
    ] as const) {
      const other = scaled(page, width, height);
      expect(other).toMatchObject({ width, height });
      expect(Math.abs(mean(other) - mean(page))).toBeLessThan(1);
    }
  });
});

describe("the lines of a page", () => {
  test.each([-5, -2, 0, 1, 3])("are found turned by %s degrees", (degrees) => {
    expect(lieOf(rotated(page, degrees)).degrees).toBeCloseTo(-degrees, 0);
  });

  test("are found on their side", () => {
    expect(
      [page, turned(page, 1), turned(page, 3), turned(page, 2)].map((picture) => lieOf(picture).onItsSide),
    ).toEqual([false, true, true, false]);
  });

  test("are level where there is no print", () => {
    expect(lieOf({ width: 50, height: 50, data: new Uint8Array(2_500).fill(255) })).toEqual({
      degrees: 0,
      onItsSide: false,
    });
  });

  test("are made larger when they are small print, and smaller when they are huge", () => {
    expect(scaleFor(page)).toBe(1);
    expect(scaleFor(scaled(page, Math.round(page.width / 2), page.height / 2))).toBeGreaterThan(1.4);
    expect(scaleFor(scaled(page, page.width * 5, page.height * 5))).toBeLessThan(0.8);
  });
});

describe("light", () => {
  test("that is even is left as it is", () => {
    expect(cleaned(page)).toBe(page);
  });

  test("is evened out under a shadow, so that paper is white and print is dark everywhere", () => {
    const shaded = {
      ...page,
      data: page.data.map((value, at) => value * (0.35 + 0.6 * ((at % page.width) / page.width))),
    };
    const { data } = cleaned(shaded);
    const wrong = data.filter(
      (value, at) => (page.data[at]! === 255 && value < 220) || (page.data[at]! < 20 && value > 70),
    ).length;
    expect(wrong / data.length).toBeLessThan(0.001);
  });

  test("loses its noise", () => {
    const noisy = {
      ...page,
      data: page.data.map((value, at) => Math.max(0, Math.min(255, value - 70 + ((at * 7919) % 101)))),
    };
    expect(noiseOf(noisy)).toBeGreaterThan(9);
    expect(noiseOf(cleaned(noisy))).toBeLessThan(9);
  });
});

test("a box on the straight picture is found again on the page", () => {
  const spot = { width: 400, height: 300, data: new Uint8Array(120_000).fill(255) };
  for (let y = 40; y < 50; y++) spot.data.fill(0, y * 400 + 60, y * 400 + 90);
  const lying = turned(rotated(spot, 4), 3);
  const straight = straightened(lying, { quarters: 1, degrees: -4, scale: 2 });
  const dark = [...straight.picture.data.entries()]
    .filter(([, value]) => value < 100)
    .map(([at]) => [at % 800, Math.floor(at / 800)] as const);
  const box = {
    x0: Math.min(...dark.map(([x]) => x)),
    x1: Math.max(...dark.map(([x]) => x)),
    y0: Math.min(...dark.map(([, y]) => y)),
    y1: Math.max(...dark.map(([, y]) => y)),
  };
  expect(
    [box.x0 / 2, box.x1 / 2, box.y0 / 2, box.y1 / 2]
      .map(Math.round)
      .map((value, index) => Math.abs(value - [60, 90, 40, 50][index]!) <= 2),
  ).toEqual([true, true, true, true]);
  const back = straight.toPage({ ...box, text: "spot", confidence: 1 }, { width: 400, height: 300 });
  const inked = [...rotated(spot, 4).data.entries()]
    .filter(([, value]) => value < 100)
    .map(([at]) => [at % 400, Math.floor(at / 400)] as const);
  const middle = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs((back.x0 + back.x1) / 2 - middle(inked.map(([x]) => x)))).toBeLessThan(2);
  expect(Math.abs((back.y0 + back.y1) / 2 - middle(inked.map(([, y]) => y)))).toBeLessThan(2);
});

test("a page whose rows all have ink keeps its size: that band is no line of print", () => {
  const data = new Uint8Array(400 * 600).fill(255);
  for (let y = 0; y < 600; y++) data.fill(0, y * 400, y * 400 + 8);
  expect(scaleFor({ width: 400, height: 600, data })).toBe(1);
});
