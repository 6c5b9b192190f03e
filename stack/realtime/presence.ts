import { randomBytes } from "node:crypto";

type Meta = Record<string, unknown> & { phx_ref: string };

/** Who is there: by key, one entry for each channel that tracks under it. */
export type PresenceState = Record<string, { metas: Meta[] }>;
export type PresenceDiff = { joins: PresenceState; leaves: PresenceState };

/** The presences of one topic, kept as Phoenix.Presence keeps them. */
export class Presence {
  readonly #tracked = new Map<object, { key: string; meta: Meta }>();

  get state(): PresenceState {
    const state: PresenceState = {};
    for (const { key, meta } of this.#tracked.values()) (state[key] ??= { metas: [] }).metas.push(meta);
    return state;
  }

  /** Sets what an owner shows under its key. */
  track(owner: object, key: string, payload: Record<string, unknown>): PresenceDiff {
    const before = this.#tracked.get(owner);
    const meta: Meta = {
      ...payload,
      phx_ref: randomBytes(9).toString("base64"),
      ...(before && { phx_ref_prev: before.meta.phx_ref }),
    };
    this.#tracked.set(owner, { key, meta });
    return { joins: { [key]: { metas: [meta] } }, leaves: before ? { [before.key]: { metas: [before.meta] } } : {} };
  }

  /** Takes an owner away; undefined when it was not there. */
  untrack(owner: object): PresenceDiff | undefined {
    const before = this.#tracked.get(owner);
    if (!before) return undefined;
    this.#tracked.delete(owner);
    return { joins: {}, leaves: { [before.key]: { metas: [before.meta] } } };
  }
}
