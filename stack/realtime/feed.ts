import type pg from "pg";
import type { Change } from "./change.ts";
import { type Subscription, wants } from "./subscription.ts";
import { Visibility } from "./visibility.ts";

/** A channel as the feed sees it. */
export type Subscriber = {
  readonly subscriptions: Subscription[];
  /** Takes a change; the promise ends when it is dealt with. Changes come in the order of commits. */
  receiveChange(visibility: Visibility, subscriptions: Subscription[]): Promise<void>;
  /** The stream of changes is live again after it was lost. */
  receiveLive(): Promise<void>;
};

/** So many changes may be on their way before the stream has to wait. */
const MOST_PENDING = 1_000;

/** Leads each change to those who asked for it. Each subscriber takes its changes at its own pace. */
export class Feed {
  readonly #pool: pg.Pool;
  readonly #subscribers = new Set<Subscriber>();
  #pending = 0;
  #onRoom = (): void => {};
  /** Whether changes arrive now. */
  live = false;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  add(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
  }

  remove(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
  }

  /** The stream is live, for the first time or again. */
  tellLive(): void {
    this.live = true;
    for (const subscriber of [...this.#subscribers]) void subscriber.receiveLive();
  }

  /** Hands a change over; the promise ends when there is room for the next one. */
  async publish(change: Change): Promise<void> {
    const interested = [...this.#subscribers]
      .map((subscriber) => ({
        subscriber,
        subscriptions: subscriber.subscriptions.filter((subscription) => wants(subscription, change)),
      }))
      .filter(({ subscriptions }) => subscriptions.length > 0);
    if (interested.length === 0) return;
    const visibility = new Visibility(
      this.#pool,
      change,
      interested.flatMap(({ subscriptions }) => subscriptions),
    );
    this.#pending++;
    void Promise.all(
      interested.map(({ subscriber, subscriptions }) => subscriber.receiveChange(visibility, subscriptions)),
    ).finally(() => {
      this.#pending--;
      this.#onRoom();
    });
    if (this.#pending >= MOST_PENDING) await new Promise<void>((resolve) => (this.#onRoom = resolve));
  }
}
