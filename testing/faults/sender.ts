import { createClient } from "@supabase/supabase-js";
import type { Stack } from "../../stack/stack.ts";
import type { Sample } from "./sample.ts";

/** A signed-up user who sends files as a patient client does. */
export type Sender = {
  userId: string;
  /**
   * Uploads until the answer is a 202, and returns the document's id. What a retry can mend is tried again: no
   * connection, and 5xx.
   *
   * @throws Error for any other answer, and when it takes too long
   */
  send(sample: Sample): Promise<string>;
  /** Asks for a failed document once more. */
  retry(documentId: string): Promise<void>;
};

const LIMIT_MS = 90_000;
const ANSWER_MS = 20_000;
const PAUSE_MS = 250;

/** `retries` counts the uploads that had to be repeated, by the answer before. */
export async function signUp(stack: Stack, email: string, retries: Record<string, number>): Promise<Sender> {
  const supabase = createClient(stack.url, stack.keys.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false, storageKey: email },
    realtime: { transport: WebSocketOfNobody },
  });
  const { data, error } = await supabase.auth.signUp({ email, password: "correct horse" });
  if (error || !data.session) throw error ?? new Error("Auth gave no session.");
  const authorization = `Bearer ${data.session.access_token}`;

  async function post(name: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${stack.url}/functions/v1/${name}`, {
      method: "POST",
      body,
      headers: { authorization, ...headers },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  }

  return {
    userId: data.session.user.id,

    async send({ name, bytes }) {
      const deadline = Date.now() + LIMIT_MS;
      for (;;) {
        const form = new FormData();
        form.append("file", new Blob([new Uint8Array(bytes)]), name);
        const outcome = await post("upload", form)
          .then(
            async (response) => ({ status: response.status, body: await response.text() }),
            (cause: Error) => ({ status: 0, body: `${cause.name}: ${cause.message}` }),
          )
          .catch((cause: Error) => ({ status: 0, body: cause.message }));
        if (outcome.status === 202) return (JSON.parse(outcome.body) as { document_id: string }).document_id;
        const reason =
          outcome.status === 0
            ? "no answer"
            : `${outcome.status} ${/"code":\s*"(\w+)"/.exec(outcome.body)?.[1] ?? ""}`.trim();
        if (outcome.status > 0 && outcome.status < 500)
          throw new Error(`The upload of ${name} was answered with ${reason}: ${outcome.body}`);
        retries[reason] = (retries[reason] ?? 0) + 1;
        if (Date.now() > deadline)
          throw new Error(`The upload of ${name} did not get through; the last answer was ${reason}.`);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    },

    async retry(documentId) {
      const response = await post("ocr", JSON.stringify({ document_id: documentId }), {
        "content-type": "application/json",
      });
      if (response.status !== 202)
        throw new Error(`The retry of ${documentId} was answered with ${response.status}: ${await response.text()}`);
      await response.body?.cancel();
    },
  };
}

/** Nothing here listens to Realtime, and Node has a WebSocket of its own only since version 22. */
const WebSocketOfNobody = class {} as never;
