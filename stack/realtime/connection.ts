import type { RawData, WebSocket } from "ws";
import { Channel } from "./channel.ts";
import {
  type Frame,
  type Incoming,
  type UserBroadcast,
  type Version,
  decode,
  encode,
  encodeBroadcast,
} from "./frame.ts";
import type { Line, World } from "./world.ts";

/** What a client said when it opened its WebSocket. */
export type Opening = { version: Version; apikey: string | undefined; headers: Record<string, unknown> };

/** A client that lets so many bytes pile up is cut off, so that it costs nobody else; it connects and reads again. */
const MOST_BUFFERED_BYTES = 16 * 1024 * 1024;

/** WebSocket close codes (RFC 6455). */
const INVALID_DATA = 1007;
const GOING_AWAY = 1001;

/** One WebSocket and the channels that it joined. */
export class Connection implements Line {
  readonly apikey: string | undefined;
  readonly headers: Record<string, unknown>;
  readonly #version: Version;
  readonly #world: World;
  readonly #socket: WebSocket;
  readonly #channels = new Map<string, Channel>();
  #heard = true;

  constructor(world: World, socket: WebSocket, { version, apikey, headers }: Opening) {
    this.#world = world;
    this.#socket = socket;
    this.#version = version;
    this.apikey = apikey;
    this.headers = headers;
    // ws gives a Buffer unless its `binaryType` says otherwise.
    socket.on("message", (data: RawData, isBinary) => this.#receive(data as Buffer, isBinary));
    socket.on("pong", () => (this.#heard = true));
    socket.on("error", (error) => world.log(`realtime: a connection failed: ${error.message}`));
    socket.once("close", () => this.#closeChannels());
  }

  send(frame: Frame): void {
    this.#write(encode(this.#version, frame));
  }

  sendBroadcast(topic: string, broadcast: UserBroadcast): void {
    const data = encodeBroadcast(this.#version, topic, broadcast);
    if (data !== undefined) this.#write(data);
  }

  forget(channel: Channel): void {
    if (this.#channels.get(channel.topic) === channel) this.#channels.delete(channel.topic);
  }

  /** Asks the client for a sign of life, and cuts the connection when it gave none since the last time. */
  probe(): void {
    if (!this.#heard) return this.#socket.terminate();
    this.#heard = false;
    this.#socket.ping();
  }

  /** Ends the connection as a server does that goes down: the client will connect again. */
  close(): void {
    this.#socket.close(GOING_AWAY);
  }

  #receive(data: Uint8Array, isBinary: boolean): void {
    this.#heard = true;
    let frame: Incoming;
    try {
      frame = decode(this.#version, data, isBinary);
    } catch {
      return this.#socket.close(INVALID_DATA);
    }
    const channel = this.#channels.get(frame.topic);
    if (frame.topic === "phoenix") this.#answer(frame, "ok");
    else if (frame.event === "phx_join") this.#join(frame, channel);
    // A message of an earlier join of the same topic is out of date.
    else if (channel && (frame.joinRef === null || frame.joinRef === channel.joinRef)) channel.receive(frame);
    else if (frame.event === "phx_leave") this.#answer(frame, "ok");
    else if (!channel) this.#answer(frame, "error", { reason: "unmatched topic" });
  }

  #join(frame: Incoming, before: Channel | undefined): void {
    if (!frame.topic.startsWith("realtime:")) return this.#answer(frame, "error", { reason: "unmatched topic" });
    before?.close("phx_close");
    this.#channels.set(frame.topic, new Channel(this.#world, this, frame));
  }

  #answer({ joinRef, ref, topic }: Incoming, status: "ok" | "error", response: Record<string, unknown> = {}): void {
    this.send({ joinRef, ref, topic, event: "phx_reply", payload: { status, response } });
  }

  #write(data: string | Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > MOST_BUFFERED_BYTES) {
      this.#world.log("realtime: a client reads too slowly and was cut off");
      return this.#socket.terminate();
    }
    this.#socket.send(data);
  }

  #closeChannels(): void {
    for (const channel of [...this.#channels.values()]) channel.close();
  }
}
