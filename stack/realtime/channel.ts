import { randomUUID } from "node:crypto";
import { type Incoming, record } from "./frame.ts";
import { Listener, type Outcome, UNAVAILABLE } from "./listener.ts";
import { Permissions } from "./policies.ts";
import type { PresenceDiff } from "./presence.ts";
import { type Session, SessionError, expired, openSession } from "./session.ts";
import type { Broadcast, Member, Topic } from "./topic.ts";
import { type Line, type World, forLog } from "./world.ts";

/** Timers count no further than 2^31 ms, so a token that lasts longer is looked at again in between. */
const LONGEST_WAIT_MS = 3_600_000;

/** One joined topic of one connection. Follows supabase/realtime (lib/realtime_web/channels/realtime_channel.ex). */
export class Channel implements Member {
  readonly topic: string;
  readonly joinRef: string | null;
  readonly #world: World;
  readonly #line: Line;
  readonly #name: string;
  readonly #isPrivate: boolean;
  readonly #sends: { self: boolean; ack: boolean };
  readonly #presence: { enabled: boolean; key: string };
  readonly #permissions: Permissions;
  readonly #listener: Listener;
  #token: string | undefined;
  #session!: Session;
  #entered: Topic | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #closed = false;
  #inbox: Promise<void>;

  constructor(world: World, line: Line, { topic, joinRef, ref, payload }: Incoming) {
    const config = record(payload.config);
    const { ack, self } = record(config.broadcast);
    const { key, enabled } = record(config.presence);
    this.#world = world;
    this.#line = line;
    this.topic = topic;
    this.joinRef = joinRef;
    this.#name = topic.replace("realtime:", "");
    this.#isPrivate = config.private === true;
    this.#sends = { ack: ack === true, self: self === true };
    this.#presence = { enabled: enabled === true, key: typeof key === "string" && key !== "" ? key : randomUUID() };
    this.#permissions = new Permissions(world.pool, this.#isPrivate);
    this.#inbox = Promise.resolve().then(() =>
      this.#guard(() => this.#join(ref, payload.access_token ?? payload.user_token)),
    );
    this.#listener = new Listener(
      world,
      {
        session: () => this.#session,
        hear: (seen) => this.#push("postgres_changes", seen),
        tell: (outcome) => this.#tellSubscribed(outcome),
      },
      config.postgres_changes,
      this.#inbox,
    );
  }

  /** Takes a message; messages are dealt with one after the other. */
  receive(frame: Incoming): void {
    this.#inbox = this.#inbox.then(() => this.#guard(() => this.#handle(frame)));
  }

  receiveBroadcast(broadcast: Broadcast): void {
    if (!this.#permissions.receives.broadcast) return;
    if ("encoding" in broadcast) return this.#line.sendBroadcast(this.topic, broadcast);
    const { event, payload, id } = broadcast;
    this.#push("broadcast", { type: "broadcast", event, payload, ...(id !== undefined && { meta: { id } }) });
  }

  receivePresence(diff: PresenceDiff): void {
    if (this.#presence.enabled && this.#permissions.receives.presence) this.#push("presence_diff", diff);
  }

  /** Ends the channel; `event` tells the client why: `phx_close`, or `phx_error` after which it joins again. */
  close(event?: "phx_close" | "phx_error"): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#expiry);
    this.#listener.stop();
    this.#world.topics.leave(this.#name, this.#isPrivate, this);
    if (event) this.#line.send({ joinRef: this.joinRef, ref: this.joinRef, topic: this.topic, event, payload: {} });
    this.#line.forget(this);
  }

  async #join(ref: string | null, token: unknown): Promise<void> {
    const refuse = (reason: string): void => {
      this.#reply(ref, "error", { reason });
      this.close();
    };
    if (this.#name === "") return refuse("TopicNameRequired: You must provide a topic name");
    try {
      await this.#openSession(typeof token === "string" ? token : undefined);
    } catch (error) {
      return refuse(error instanceof SessionError ? error.reason : `UnableToConnectToProject: ${UNAVAILABLE}`);
    }
    const { broadcast, presence } = this.#permissions.receives;
    if (!broadcast && !presence)
      return refuse(`Unauthorized: You do not have permissions to read from this Channel topic: ${this.#name}`);
    // Subscribed before the answer, so that nothing is lost between the answer and the next change.
    const outcome = await this.#listener.start();
    if (this.#closed) return;
    this.#reply(ref, "ok", { postgres_changes: this.#listener.answer });
    this.#entered = this.#world.topics.enter(this.#name, this.#isPrivate, this);
    this.#syncPresence();
    this.#tellSubscribed(outcome);
  }

  async #handle(frame: Incoming): Promise<void> {
    if (this.#closed || !this.#entered) return;
    if (frame.event === "phx_leave") {
      this.#reply(frame.ref, "ok");
      this.close("phx_close");
    } else if (frame.event === "access_token") await this.#refresh(frame.payload.access_token);
    else if (frame.event === "broadcast") await this.#broadcast(frame, this.#entered);
    else if (frame.event === "presence") await this.#track(frame, this.#entered);
  }

  async #broadcast({ ref, payload, broadcast }: Incoming, topic: Topic): Promise<void> {
    // Who may not send is not told so, as upstream does it.
    if (!(await this.#permissions.allowsSending("broadcast"))) return;
    topic.broadcast(
      broadcast ?? { event: String(payload.event), payload: payload.payload },
      this.#sends.self ? undefined : this,
    );
    if (this.#sends.ack) this.#reply(ref, "ok");
  }

  async #track({ ref, payload }: Incoming, topic: Topic): Promise<void> {
    const event = String(payload.event).toLowerCase();
    if (event === "untrack") topic.tellPresence(topic.presence.untrack(this));
    else if (event !== "track" || !(await this.#permissions.allowsSending("presence")))
      return this.#reply(ref, "error");
    else {
      topic.tellPresence(topic.presence.track(this, this.#presence.key, record(payload.payload)));
      if (!this.#presence.enabled) {
        this.#presence.enabled = true;
        this.#syncPresence();
      }
    }
    this.#reply(ref, "ok");
  }

  #syncPresence(): void {
    if (this.#presence.enabled && this.#permissions.receives.presence)
      this.#push("presence_state", { ...this.#entered?.presence.state });
  }

  /** Acts as the token's user from now on, with what that user may do. */
  async #openSession(token: string | undefined): Promise<void> {
    this.#session = await openSession(this.#world.keys, token, this.#line.apikey);
    this.#token = token;
    await this.#permissions.renew({ topic: this.#name, identity: this.#session.identity, headers: this.#line.headers });
    this.#awaitExpiry();
  }

  #awaitExpiry(): void {
    clearTimeout(this.#expiry);
    const { expiresAt } = this.#session;
    if (expiresAt === null || this.#closed) return;
    const left = expiresAt - Date.now();
    if (left <= 0) return this.#shutDown(expired(expiresAt).message);
    this.#expiry = setTimeout(() => this.#awaitExpiry(), Math.min(left, LONGEST_WAIT_MS));
  }

  /** A new token; the channel ends when the token is no good, or lets its user receive less than before. */
  async #refresh(token: unknown): Promise<void> {
    if (typeof token !== "string" || token.startsWith("sb_") || token === this.#token) return;
    const before = this.#permissions.receives;
    try {
      await this.#openSession(token);
    } catch (error) {
      return this.#shutDown(error instanceof SessionError ? error.message : UNAVAILABLE);
    }
    const { broadcast, presence } = this.#permissions.receives;
    if ((before.broadcast && !broadcast) || (before.presence && !presence)) {
      return this.#shutDown(`You no longer have permission to read from this Channel topic: ${this.#name}`);
    }
    this.#tellSubscribed(await this.#listener.start());
  }

  #tellSubscribed(outcome: Outcome | undefined): void {
    if (outcome) this.#push("system", { extension: "postgres_changes", ...outcome, channel: this.#name });
  }

  #shutDown(message: string): void {
    this.#push("system", { extension: "system", status: "error", message, channel: this.#name });
    this.close("phx_close");
  }

  #push(event: string, payload: Record<string, unknown>): void {
    if (!this.#closed) this.#line.send({ joinRef: this.joinRef, ref: null, topic: this.topic, event, payload });
  }

  #reply(ref: string | null, status: "ok" | "error", response: Record<string, unknown> = {}): void {
    this.#line.send({
      joinRef: this.joinRef,
      ref,
      topic: this.topic,
      event: "phx_reply",
      payload: { status, response },
    });
  }

  /** A failure that nobody expected ends this channel alone, and lets the client join again. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#world.log(`realtime: a channel failed: ${forLog(error)}`);
      this.close("phx_error");
    }
  }
}
