/** The version of the wire format that a client asked for as `vsn`: JSON objects, or JSON arrays and binary broadcasts. */
export type Version = "1.0.0" | "2.0.0";

/** One message of the Phoenix protocol. */
export type Frame = {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: Record<string, unknown>;
};

/** What a client broadcasts in a binary frame; the server passes `payload` on without reading it. */
export type UserBroadcast = { event: string; encoding: "json" | "binary"; payload: Uint8Array };

export type Incoming = Frame & { broadcast?: UserBroadcast };

const PUSH = 3;
const BROADCAST = 4;
const JSON_ENCODING = 1;

/**
 * Reads what a client sent. The formats are those of Phoenix's V1 and V2 JSON serializers and of supabase/realtime's
 * V2Serializer (lib/realtime_web/socket/v2_serializer.ex).
 *
 * @throws SyntaxError for anything else
 */
export function decode(version: Version, data: Uint8Array, isBinary: boolean): Incoming {
  if (isBinary) return decodeBroadcast(data);
  const message: unknown = JSON.parse(text(data));
  const [joinRef, ref, topic, event, payload] = version === "2.0.0" ? arrayParts(message) : objectParts(message);
  if (typeof topic !== "string" || typeof event !== "string")
    throw new SyntaxError("A message needs a topic and an event.");
  return { joinRef: stringOrNull(joinRef), ref: stringOrNull(ref), topic, event, payload: record(payload) };
}

export function encode(version: Version, { joinRef, ref, topic, event, payload }: Frame): string {
  return JSON.stringify(
    version === "2.0.0" ? [joinRef, ref, topic, event, payload] : { topic, event, payload, ref, join_ref: joinRef },
  );
}

/** A user's broadcast for a receiver; undefined where the receiver's version cannot carry it (bytes in 1.0.0). */
export function encodeBroadcast(
  version: Version,
  topic: string,
  { event, encoding, payload }: UserBroadcast,
): Uint8Array | string | undefined {
  if (version === "1.0.0") {
    if (encoding === "binary") return undefined;
    const body = { type: "broadcast", event, payload: JSON.parse(text(payload)) as unknown };
    return encode(version, { joinRef: null, ref: null, topic, event: "broadcast", payload: body });
  }
  const names = [topic, event].map((name) => Buffer.from(name));
  const sizes = names.map((name) => name.length);
  if (sizes.some((size) => size > 255)) return undefined;
  return Buffer.concat([
    Uint8Array.of(BROADCAST, ...sizes, 0, encoding === "json" ? JSON_ENCODING : 0),
    ...names,
    payload,
  ]);
}

function decodeBroadcast(data: Uint8Array): Incoming {
  const [kind, ...head] = data.subarray(0, 7);
  if (kind !== PUSH || head.length < 6) throw new SyntaxError("Unknown kind of binary message.");
  const encoding = head[5] === JSON_ENCODING ? "json" : "binary";
  let offset = 7;
  const [joinRef, ref, topic, event] = head
    .slice(0, 5)
    .map((size) => text(data.subarray(offset, (offset += size)))) as [string, string, string, string];
  const broadcast: UserBroadcast = { event, encoding, payload: data.subarray(offset) };
  return { joinRef: joinRef || null, ref: ref || null, topic, event: "broadcast", payload: {}, broadcast };
}

function arrayParts(message: unknown): unknown[] {
  if (!Array.isArray(message)) throw new SyntaxError("A message of version 2.0.0 is an array.");
  return message;
}

function objectParts(message: unknown): unknown[] {
  const { join_ref, ref, topic, event, payload } = record(message);
  return [join_ref, ref, topic, event, payload];
}

const text = (data: Uint8Array): string => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("utf8");

const stringOrNull = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));

/** The value as a record; anything that is none is an empty one. */
export const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
