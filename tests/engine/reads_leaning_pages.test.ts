// What was photographed as it lay on a table leans by more than what was laid on a scanner.
import { afterAll, beforeAll, expect, test } from "vitest";
import { rotated, turned } from "../../engine/picture/grey.ts";
import type { Engine } from "../../engine/server.ts";
import { png, scanOf } from "./documents.ts";
import { post, startEngine } from "./running.ts";

const CARD = ["Harriet Willoughby", "Senior Surveyor", "14 Orchard Lane, Portmere", "Telephone 0117 496 0000"];
const NOTE = ["Meeting moved to Tuesday", "Please bring the signed papers", "Room 14, second floor"];

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

test.each([9, 20, -15])("a card that leans by %s degrees is read", async (degrees) => {
  const { status, body } = await post(engine.url, png(rotated(await scanOf(CARD), degrees)), "image/png");
  expect([status, body.code]).toEqual([200, undefined]);
  expect(body.pages[0]!.text).toContain("14 Orchard Lane, Portmere");
  expect(body.pages[0]!.text).toContain("0117 496 0000");
});

test.each([1, 2, 3] as const)("a note of three lines that is turned by %s quarters is read", async (quarters) => {
  const { body } = await post(engine.url, png(turned(await scanOf(NOTE), quarters)), "image/png");
  expect(body.pages[0]!.text.split("\n").filter(Boolean)).toEqual(NOTE);
  expect(body.pages[0]!.rotation).toBe(((4 - quarters) % 4) * 90);
});
