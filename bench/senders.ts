// A process of its own for the clients, so that they do not wait for the stack's own work in one event loop. Takes blocks of
// requests by IPC, sends them with that many at a time, and answers with how long each took.
import { Agent, request } from "node:http";
import { createHash, randomBytes } from "node:crypto";

/**
 * `upload`: multipart to the function. `signed`: announced to the function, then put where it says. `storage`: the
 * bytes to the Storage API.
 */
export type Block = {
  to: "upload" | "signed" | "storage";
  url: string;
  headers: Record<string, string>;
  bytes: number;
  parallel: number;
  requests: number;
};
/** Milliseconds of each request, and the answers that were no success. */
export type Answer = { milliseconds: number[]; refused: string[] };

const agent = new Agent({ keepAlive: true });

process.on("message", async (block: Block) => {
  const answer: Answer = { milliseconds: [], refused: [] };
  // Made before the clock starts.
  const bodies = Array.from({ length: block.requests }, () => bodyOf(block));
  await Promise.all(
    Array.from({ length: block.parallel }, async () => {
      for (let body = bodies.pop(); body; body = bodies.pop()) {
        const started = performance.now();
        const { status, text } = await (block.to === "signed" ? sendSigned : send)(block, body);
        answer.milliseconds.push(performance.now() - started);
        if (status < 200 || status > 299) answer.refused.push(`${status} ${text}`);
      }
    }),
  );
  process.send!(answer);
});
process.on("disconnect", () => process.exit(0));

const BOUNDARY = "docket-bench-boundary";
const PDF = "application/pdf";

/** A file that is a PDF by its first bytes, and like no other. */
function bodyOf({ to, bytes }: Block): Buffer {
  const file = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(bytes - 9)]);
  if (to !== "upload") return file;
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="file.pdf"\r\nContent-Type: application/pdf\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}

function send({ to, url, headers }: Block, body: Buffer): Promise<Reply> {
  if (to === "upload")
    return exchange("POST", url, { ...headers, "Content-Type": `multipart/form-data; boundary=${BOUNDARY}` }, body);
  const name = createHash("md5").update(body.subarray(0, 64)).digest("hex");
  return exchange("POST", `${url}/${name}`, { ...headers, "Content-Type": PDF }, body);
}

/** As a page does it: the hash, the announcement, the bytes. */
async function sendSigned({ url, headers }: Block, body: Buffer): Promise<Reply> {
  const file = {
    filename: "file.pdf",
    byte_size: body.byteLength,
    mime_type: PDF,
    sha256: createHash("sha256").update(body).digest("hex"),
  };
  const invited = await exchange(
    "POST",
    url,
    { ...headers, "Content-Type": "application/json" },
    Buffer.from(JSON.stringify(file)),
  );
  if (invited.status !== 200) return invited;
  return exchange("PUT", JSON.parse(invited.text).signed_url, { "Content-Type": PDF }, body);
}

type Reply = { status: number; text: string };

function exchange(method: string, url: string, headers: Record<string, string>, body: Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, agent, headers: { ...headers, "Content-Length": body.byteLength } },
      (response) => {
        let text = "";
        response
          .setEncoding("utf8")
          .on("data", (chunk: string) => (text += chunk))
          .on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.on("error", reject).end(body);
  });
}
