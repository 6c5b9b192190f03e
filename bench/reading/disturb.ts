import { type Grey, rotated, scaled, turned } from "../../engine/picture/grey.ts";
import { seeded } from "../../testing/random.ts";

/** What happens to a sheet between the desk and the file. Each takes a clean page and gives one that is worse. */
export const DISTURBANCES: Record<string, (page: Grey) => Grey | { page: Grey; quality: number }> = {
  turned_by_1: (page) => rotated(page, 1),
  turned_by_minus_2: (page) => rotated(page, -2),
  turned_by_3: (page) => rotated(page, 3),
  turned_by_minus_4: (page) => rotated(page, -4),
  turned_by_5: (page) => rotated(page, 5),
  quarter_turn: (page) => turned(page, 1),
  half_turn: (page) => turned(page, 2),
  three_quarter_turn: (page) => turned(page, 3),
  noise: (page) => noisy(page, 40),
  jpeg_40: (page) => ({ page, quality: 40 }),
  half_scale: (page) => scaled(page, Math.round(page.width / 2), Math.round(page.height / 2)),
  shadow: (page) => shaded(page),
};

/** Noise as sensors make it: normal, with that standard deviation, the same in every run. */
function noisy({ width, height, data }: Grey, deviation: number): Grey {
  const random = seeded(7);
  return {
    width,
    height,
    data: data.map((value) => {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return Math.min(255, Math.max(0, Math.round(value + normal * deviation)));
    }),
  };
}

/** A hand's shadow across the page: a third of the light is left in its middle, and paper is no longer white anywhere. */
function shaded({ width, height, data }: Grey): Grey {
  const result = new Uint8Array(data.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const across = (x / width + (0.7 * y) / height - 0.85) / 0.25;
      const light = 0.92 - 0.6 * Math.exp(-across * across) - 0.1 * (x / width);
      result[at] = data[at]! * light;
    }
  }
  return { width, height, data: result };
}
