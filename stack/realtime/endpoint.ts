import { z } from "zod";
import { bearer } from "../identity.ts";
import { maySend } from "./policies.ts";
import { type Session, SessionError, openSession } from "./session.ts";
import type { Broadcast } from "./topic.ts";
import type { World } from "./world.ts";

const Batch = z.object({
  messages: z
    .array(
      z.object({
        topic: z.string().min(1),
        event: z.string().min(1),
        payload: z.looseObject({}),
        private: z.boolean().default(false),
      }),
    )
    .min(1),
});

/**
 * Broadcasts by HTTP: `POST …/api/broadcast` with `{messages: [{topic, event, payload, private}]}`, and
 * `POST …/api/broadcast/<topic>/events/<event>[?private=true]` with the payload alone, JSON or bytes.
 * Answers 202; 401 without a valid key or token, 404 for another path, 422 for another body. A message to a private topic
 * that the caller may not send to is dropped without a word, as upstream does it.
 */
export async function broadcastOverHttp(world: World, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const [, topic, event] = /\/api\/broadcast(?:\/([^/]+)\/events\/([^/]+))?\/?$/.exec(url.pathname) ?? [];
  if (request.method !== "POST" || !/\/api\/broadcast(\/|$)/.test(url.pathname)) return answer(404, "Not found");
  const headers = Object.fromEntries(request.headers);
  const token = bearer(request.headers.get("authorization"));
  let session: Session;
  try {
    session = await openSession(world.keys, token, request.headers.get("apikey") ?? token);
  } catch (error) {
    if (error instanceof SessionError) return answer(401, error.message);
    throw error;
  }
  const send = async (name: string, isPrivate: boolean, broadcast: Broadcast): Promise<void> => {
    const allowed =
      !isPrivate || (await maySend(world.pool, { topic: name, identity: session.identity, headers }, "broadcast"));
    if (allowed) world.topics.broadcast(name, isPrivate, broadcast);
  };
  try {
    if (topic !== undefined && event !== undefined) {
      await send(
        decodeURIComponent(topic),
        url.searchParams.get("private") === "true",
        await single(request, decodeURIComponent(event)),
      );
    } else {
      const { messages } = Batch.parse(await request.json());
      for (const { topic: name, private: isPrivate, event: named, payload } of messages)
        await send(name, isPrivate, { event: named, payload });
    }
  } catch (error) {
    if (error instanceof z.ZodError) return answer(422, z.prettifyError(error));
    if (error instanceof SyntaxError) return answer(422, "The body is not JSON.");
    throw error;
  }
  return new Response(null, { status: 202 });
}

async function single(request: Request, event: string): Promise<Broadcast> {
  const bytes = request.headers.get("content-type")?.startsWith("application/octet-stream");
  if (bytes) return { event, encoding: "binary", payload: new Uint8Array(await request.arrayBuffer()) };
  return { event, payload: await request.json() };
}

const answer = (status: number, message: string): Response => Response.json({ message }, { status });
