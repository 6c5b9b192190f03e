/** How many calls may be under way: with one alone, whoever comes right after it left waits for two. */
const UNDER_WAY = 2;

/**
 * Joins calls that come at the same time: while two are under way, those that come in wait, and go out together as the next
 * one. A call that finds none under way goes out at once. So the busier, the fewer calls a piece of work costs.
 *
 * @param send answers for each item, in order; what it throws, all of its callers get
 * @param most items in one call
 */
export function inBatches<Item, Answer>(
  send: (items: Item[]) => Promise<Answer[]>,
  most: number,
): (item: Item) => Promise<Answer> {
  type Waiting = { item: Item; resolve(answer: Answer): void; reject(error: unknown): void };
  let waiting: Waiting[] = [];
  let underWay = 0;

  async function sendAll(): Promise<void> {
    underWay += 1;
    // Those that come in the same turn of the event loop go along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const answers = await send(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, index) => resolve(answers[index]!));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    underWay -= 1;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (underWay < UNDER_WAY) void sendAll();
    });
}
