import type { Orientation } from "../../supabase/functions/_shared/pictures/orientation.ts";
import { type Grey, mirrored, type Quarters, turned } from "./grey.ts";

/** Quarter turns to the right that set a picture upright, and whether it must be mirrored first (EXIF 2.3, tag 274). */
const MENDING: Record<Orientation, [mirror: boolean, quarters: Quarters]> = {
  1: [false, 0],
  2: [true, 0],
  3: [false, 2],
  4: [true, 2],
  5: [true, 3],
  6: [false, 1],
  7: [true, 1],
  8: [false, 3],
};

/** The picture as the camera saw it. */
export function uprightOf(picture: Grey, orientation: Orientation): Grey {
  const [mirror, quarters] = MENDING[orientation];
  return turned(mirror ? mirrored(picture) : picture, quarters);
}
