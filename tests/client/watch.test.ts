// `docket watch` by a user who may not read or write everything, against a server that keeps what it was sent.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { temporaryFolder } from "../../testing/temporary.ts";
import { waitUntil } from "../../testing/waiting.ts";

const BIN = fileURLToPath(new URL("../../client/bin/docket.mjs", import.meta.url));
/** Nothing is unreadable to root: there the command runs as nobody. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

let server: Server;
/** The name of each file that was sent, once a request. */
const sent: string[] = [];
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [, filename] = /filename="([^"]{1,100})"/.exec(Buffer.concat(chunks).toString("latin1")) ?? [];
    if (filename) sent.push(filename);
    const id = filename ?? decodeURIComponent(request.url!.split("/").at(-1)!);
    const status = "completed";
    const answer = filename
      ? { document_id: id, filename, status, duplicate: false }
      : { id, filename: id, status, display_name: id };
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  // Built by somebody who may.
  await start(["--version"], {}).ended;
});
afterAll(() => server?.close());
beforeEach(async () => {
  sent.length = 0;
  folder = await temporaryFolder();
  await given(folder.path);
});
afterEach(() => folder[Symbol.asyncDispose]());

const given = async (place: string): Promise<void> => {
  if (NOBODY.uid) await chown(place, NOBODY.uid, NOBODY.gid);
};
const write = async (name: string, mode: number): Promise<void> => {
  const file = path.join(folder.path, name);
  await writeFile(file, `About ${name}.`);
  await given(file);
  await chmod(file, mode);
};
function start(args: string[], as: object = NOBODY) {
  const child = spawn(process.execPath, [BIN, ...args], {
    ...as,
    cwd: "/",
    env: {
      PATH: process.env.PATH!,
      DOCKET_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      DOCKET_TOKEN: `dkt_${"0".repeat(48)}`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => (said.stdout += data));
  child.stderr.on("data", (data) => (said.stderr += data));
  const ended = new Promise<{ code: number | null }>((resolve) => child.on("close", (code) => resolve({ code })));
  return { said, ended, stop: () => (child.kill("SIGTERM"), ended) };
}
const watch = (...more: string[]) => start(["watch", folder.path, "--settle", "200", ...more]);
const done = (): Promise<string[]> => readdir(path.join(folder.path, "done")).catch(() => []);
const until = (condition: () => Promise<boolean>) => waitUntil(condition, { interval: 100 });

it("sends the others while many files may not be read, and those when they may", async () => {
  const locked = Array.from({ length: 9 }, (_, n) => `a${n}.txt`);
  for (const name of locked) await write(name, 0o000);
  await write("z.txt", 0o644);
  const watching = watch();
  await until(async () => (await done()).includes("z.txt"));
  await until(async () => locked.every((name) => watching.said.stderr.includes(`${name} cannot be read`)));
  expect(sent).toEqual(["z.txt"]);
  for (const name of locked) await chmod(path.join(folder.path, name), 0o644);
  await until(async () => (await done()).length === 10);
  expect(sent.sort()).toEqual([...locked, "z.txt"]);
  expect((await watching.stop()).code).toBe(0);
});

it("ends with --once when it has said of each file why it stays", async () => {
  const locked = Array.from({ length: 9 }, (_, n) => `a${n}.txt`);
  for (const name of locked) await write(name, 0o000);
  await write("z.txt", 0o644);
  const watching = watch("--once");
  expect((await watching.ended).code).toBe(1);
  expect(await done()).toEqual(["z.txt"]);
  for (const name of locked) expect(watching.said.stderr.split(`${name} cannot be read`)).toHaveLength(2);
});

it("sends nothing that it could not move afterwards, and says why", async () => {
  await write("a.txt", 0o644);
  await mkdir(path.join(folder.path, "done"), { mode: 0o555 });
  const watching = watch();
  expect((await watching.ended).code).toBe(1);
  expect(watching.said.stderr).toBe(
    `docket: Files could not be moved: ${path.join(folder.path, "done")} may not be written to.\n`,
  );
  expect(sent).toEqual([]);
});

it("sends a file again ever more seldom while it cannot be moved", async () => {
  await mkdir(path.join(folder.path, "done"));
  await given(path.join(folder.path, "done"));
  const watching = watch();
  await until(async () => watching.said.stderr.includes("Watching"));
  await chmod(path.join(folder.path, "done"), 0o555);
  await write("a.txt", 0o644);
  await until(async () => sent.length >= 2);
  expect(watching.said.stderr).toContain("a.txt may not be moved to");
  await chmod(path.join(folder.path, "done"), 0o755);
  await until(async () => (await done()).includes("a.txt"));
  // Each pause is twice the one before: what came in these seconds is a few, not two a second.
  expect(sent.length).toBeLessThan(6);
  expect((await watching.stop()).code).toBe(0);
});

it.each([
  ["a folder that may not be read", 0o300, "may not be read."],
  ["a folder that may not be entered", 0o000, "may not be read."],
  ["a folder that may not be written", 0o555, "may not be written to."],
])("says of %s what is wrong, without a stack", async (_, mode, what) => {
  await chmod(folder.path, mode);
  const watching = watch();
  expect((await watching.ended).code).toBe(1);
  expect(watching.said.stderr).toMatch(/^[^\n]+\n$/);
  expect(watching.said.stderr).toContain(what);
  await chmod(folder.path, 0o755);
});
