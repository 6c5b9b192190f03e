import type pg from "pg";

/**
 * Reads Postgres's clock in this process's time, so that an instant that one noted and one that the other noted can be
 * subtracted: both run on this host, and the offset is taken from the fastest of many round trips (its error is at most
 * half of that, about 0.1 ms).
 *
 * @returns turns seconds since the epoch by Postgres's clock into milliseconds of `performance.now()`
 */
export async function databaseClock(client: pg.Client): Promise<(epochSeconds: number) => number> {
  let best = { roundTrip: Number.POSITIVE_INFINITY, offset: 0 };
  for (let index = 0; index < 50; index += 1) {
    const sent = performance.now();
    const { rows } = await client.query<{ at: number }>("select extract(epoch from clock_timestamp())::float8 as at");
    const received = performance.now();
    const roundTrip = received - sent;
    if (roundTrip < best.roundTrip) best = { roundTrip, offset: (sent + received) / 2 - rows[0]!.at * 1000 };
  }
  return (epochSeconds) => epochSeconds * 1000 + best.offset;
}
