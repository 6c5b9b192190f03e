/** Numbers from 0 to 1 that look random and are the same every time for the same seed (mulberry32, public domain). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Choices that a seed repeats. */
export type Random = {
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  /** A whole number from 0 up to what is below `count`. */
  below(count: number): number;
  chance(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  shuffle<Item>(items: readonly Item[]): Item[];
  /** Mostly small, now and then very large: how often something is repeated. */
  times(most: number): number;
};

export function createRandom(seed: number): Random {
  const next = seeded(seed);
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    whole,
    below: (count) => whole(0, count - 1),
    chance: (share) => next() < share,
    pick: (items) => items[whole(0, items.length - 1)]!,
    shuffle: (items) =>
      items
        .map((item) => ({ item, at: next() }))
        .sort((one, other) => one.at - other.at)
        .map(({ item }) => item),
    times: (most) => Math.max(1, Math.floor(most ** next())),
  };
}
