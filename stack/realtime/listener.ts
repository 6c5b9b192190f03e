import type pg from "pg";
import type { Feed, Subscriber } from "./feed.ts";
import { record } from "./frame.ts";
import type { Session } from "./session.ts";
import {
  type Subscription,
  SubscriptionError,
  checkSubscription,
  parseSubscription,
  subscriptionId,
} from "./subscription.ts";
import type { ChangeData, Visibility } from "./visibility.ts";
import { type World, forLog } from "./world.ts";

export const UNAVAILABLE = "Realtime was unable to connect to the project database";

/** What a client is told about its subscriptions. */
export type Outcome = { status: "ok" | "error"; message: string };

/** The channel that listens. */
export type Ear = {
  /** Whose rights count now. */
  session(): Session;
  hear(seen: { ids: number[]; data: ChangeData }): void;
  tell(outcome: Outcome): void;
};

/** The `postgres_changes` of one channel. */
export class Listener implements Subscriber {
  subscriptions: Subscription[] = [];
  readonly #feed: Feed;
  readonly #pool: pg.Pool;
  readonly #ear: Ear;
  readonly #wanted: unknown[];
  readonly #log: (line: string) => void;
  #stopped = false;
  #changes: Promise<void>;

  /** @param joined changes wait for it: the join's answer tells the client the numbers of its subscriptions */
  constructor(world: World, ear: Ear, wanted: unknown, joined: Promise<void>) {
    this.#feed = world.feed;
    this.#pool = world.pool;
    this.#log = (line) => world.log(line);
    this.#ear = ear;
    this.#wanted = Array.isArray(wanted) ? wanted.filter((one) => one !== null) : [];
    this.#changes = joined;
  }

  /** What the join's answer says about the subscriptions. */
  get answer(): Record<string, unknown>[] {
    return this.#wanted.map((one) => ({ ...record(one), id: subscriptionId(one) }));
  }

  /** Checks the subscriptions for the session's role and starts them, all or none. Undefined when there is nothing to tell yet. */
  async start(): Promise<Outcome | undefined> {
    if (this.#wanted.length === 0) return undefined;
    try {
      const subscriptions = this.#wanted.map(parseSubscription);
      for (const one of subscriptions) await checkSubscription(this.#pool, one, this.#ear.session().identity.role);
      this.subscriptions = subscriptions;
      if (!this.#stopped) this.#feed.add(this);
      return this.#feed.live ? { status: "ok", message: "Subscribed to PostgreSQL" } : undefined;
    } catch (error) {
      // What can never work is not tried again; without a database it is, as soon as the stream is live.
      if (error instanceof SubscriptionError) {
        this.#feed.remove(this);
        return { status: "error", message: error.message };
      }
      this.#log(`realtime: a subscription could not be checked: ${forLog(error)}`);
      if (!this.#stopped) this.#feed.add(this);
      return { status: "error", message: UNAVAILABLE };
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#feed.remove(this);
  }

  receiveChange(visibility: Visibility, subscriptions: Subscription[]): Promise<void> {
    return (this.#changes = this.#changes.then(async () => {
      if (this.#stopped) return;
      try {
        for (const seen of await visibility.seenBy(this.#ear.session(), subscriptions)) this.#ear.hear(seen);
      } catch (error) {
        const { schema, table } = visibility.change;
        this.#log(`realtime: a change of ${schema}.${table} was not delivered: ${forLog(error)}`);
      }
    }));
  }

  async receiveLive(): Promise<void> {
    const outcome = await this.start();
    if (outcome) this.#ear.tell(outcome);
  }
}
