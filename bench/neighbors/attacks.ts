import { FUNCTIONS } from "../../stack/stack.ts";
import { makePdf } from "../../testing/faults/pdf.ts";
import type { Random } from "../../testing/random.ts";
import type { HostileFile } from "./files.ts";
import { call, idIn, listen, type Neighbor, trickle, upload } from "./requests.ts";

/** One thing that an attacker does, again and again. Resolves with the statuses that came back. */
export type Attack = { name: string; run(): Promise<number[]> };

/** The begin of the names of files that end the worker that reads them: see poison.ts. */
export const POISON = "poison";

/** Everything at once for an attacker with an account: hostile files, hostile requests, with the key of nobody and their own. */
export function makeAttacks(me: Neighbor, files: HostileFile[], random: Random, signal: AbortSignal): Attack[] {
  const { stack } = me;
  const all = (count: number, run: (at: number) => Promise<number>) =>
    Promise.all(Array.from({ length: count }, (_, at) => run(at)));
  const status = async (reply: Promise<{ status: number }>) => (await reply).status;
  let sent = 0;
  /** A file of its own each time, since equal ones are one document. */
  const unique = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.from(`\n% ${++sent}`)]);
  const letter = async (pages: number) => idIn(await upload(me, "letter.pdf", makePdf(`letter ${++sent}`, pages)));
  const objects = `{"a":[${"{},".repeat(5_000_000)}{}]}`;
  const long = new TextEncoder().encode(`{"a":"${"x".repeat(60_000_000)}"}`);

  return [
    ...files.map(({ name, bytes }) => ({
      name: `file ${name}`,
      run: async () => [await status(upload(me, name, /\.(zip|xlsx|pptx)$/.test(name) ? bytes : unique(bytes)))],
    })),
    {
      name: "a file that ends its worker",
      run: () => all(2, (at) => status(upload(me, `${POISON}-${at}.pdf`, makePdf(`poison ${++sent}`, 3)))),
    },
    {
      name: "15 MB of objects from nobody",
      run: () =>
        all(FUNCTIONS.length, (at) => status(call(stack, null, "POST", `/functions/v1/${FUNCTIONS[at]}`, objects))),
    },
    {
      name: "a string of 60 MB from nobody",
      run: () =>
        all(FUNCTIONS.length, (at) => status(call(stack, null, "POST", `/functions/v1/${FUNCTIONS[at]}`, long))),
    },
    {
      name: "invocations with made-up tokens",
      run: () =>
        all(100, (at) =>
          status(
            call(stack, null, "POST", `/functions/v1/${FUNCTIONS[at % FUNCTIONS.length]}`, {
              job_id: crypto.randomUUID(),
              token: crypto.randomUUID(),
            }),
          ),
        ),
    },
    {
      name: "uploads that trickle",
      run: async () => {
        for (let count = 0; count < 4; count += 1) void trickle(me, 20 * 1024 * 1024, signal);
        return [];
      },
    },
    {
      name: "150 streams of one document",
      run: async () => {
        const id = await letter(1);
        if (!id) return [];
        const until = AbortSignal.any([signal, AbortSignal.timeout(8_000)]);
        return all(150, () => listen(me, id, until));
      },
    },
    {
      name: "12 regenerations at once",
      run: async () => {
        const { body } = await call(stack, me, "GET", "/rest/v1/documents?select=id&status=eq.completed&limit=12");
        const ids = body.startsWith("[") ? (JSON.parse(body) as { id: string }[]) : [];
        const until = AbortSignal.any([signal, AbortSignal.timeout(15_000)]);
        return all(ids.length, (at) => listen(me, ids[at]!.id, until));
      },
    },
    {
      name: "5,000 tag aliases",
      run: async () => [
        await status(
          call(
            stack,
            me,
            "POST",
            "/rest/v1/tag_aliases",
            Array.from({ length: 5_000 }, () => ({ alias: `a${++sent}`, tag: `t${random.whole(0, 99)}` })),
          ),
        ),
      ],
    },
    {
      name: "a document that is deleted while it is worked on",
      run: async () => {
        const id = await letter(30);
        return id ? [await status(call(stack, me, "DELETE", `/rest/v1/documents?id=eq.${id}`))] : [];
      },
    },
    {
      name: "20 files that are announced and never sent",
      run: () =>
        all(20, () =>
          status(
            call(stack, me, "POST", "/functions/v1/upload", {
              filename: "never.csv",
              byte_size: 1,
              mime_type: "text/csv",
              sha256: String(++sent).padStart(64, "0"),
            }),
          ),
        ),
    },
    {
      name: "edits that no calendar knows",
      run: async () => [
        await status(call(stack, me, "PATCH", "/rest/v1/documents?status=eq.completed", { document_date: "infinity" })),
      ],
    },
  ];
}
