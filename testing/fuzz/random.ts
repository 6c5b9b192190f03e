import { seeded } from "../fixtures/noise.ts";

/** Choices that are the same for the same seed. */
export type Random = ReturnType<typeof randomOf>;

export function randomOf(seed: number) {
  const next = seeded(seed);
  const below = (count: number): number => Math.floor(next() * count);
  return {
    below,
    between: (from: number, to: number): number => from + below(to - from + 1),
    of: <Value>(values: readonly Value[]): Value => values[below(values.length)]!,
    chance: (share: number): boolean => next() < share,
    /** Mostly small, now and then very large: how often something is repeated. */
    times: (most: number): number => Math.max(1, Math.floor(most ** next())),
  };
}
