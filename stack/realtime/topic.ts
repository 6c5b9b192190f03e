import type { UserBroadcast } from "./frame.ts";
import { Presence, type PresenceDiff } from "./presence.ts";

/** A broadcast on its way: one of a client's binary frames, or one of a JSON message, of HTTP or of SQL (with its `id`). */
export type Broadcast = UserBroadcast | { event: string; payload: unknown; id?: string };

/** A channel as its topic sees it. */
export type Member = {
  receiveBroadcast(broadcast: Broadcast): void;
  receivePresence(diff: PresenceDiff): void;
};

/** The channels that joined under one name. */
export class Topic {
  readonly members = new Set<Member>();
  readonly presence = new Presence();

  broadcast(broadcast: Broadcast, except?: Member): void {
    for (const member of this.members) if (member !== except) member.receiveBroadcast(broadcast);
  }

  tellPresence(diff: PresenceDiff | undefined): void {
    if (diff) for (const member of this.members) member.receivePresence(diff);
  }
}

/** All topics that somebody is in. A private and a public one of the same name are two. */
export class Topics {
  readonly #topics = new Map<string, Topic>();

  enter(name: string, isPrivate: boolean, member: Member): Topic {
    const key = keyOf(name, isPrivate);
    const topic = this.#topics.get(key) ?? new Topic();
    this.#topics.set(key, topic);
    topic.members.add(member);
    return topic;
  }

  leave(name: string, isPrivate: boolean, member: Member): void {
    const topic = this.#topics.get(keyOf(name, isPrivate));
    if (!topic?.members.delete(member)) return;
    topic.tellPresence(topic.presence.untrack(member));
    if (topic.members.size === 0) this.#topics.delete(keyOf(name, isPrivate));
  }

  /** Sends to everybody who is in the topic; nobody may be. */
  broadcast(name: string, isPrivate: boolean, broadcast: Broadcast): void {
    this.#topics.get(keyOf(name, isPrivate))?.broadcast(broadcast);
  }
}

const keyOf = (name: string, isPrivate: boolean): string => `${isPrivate ? "private" : "public"}:${name}`;
