import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { ROOT } from "../../scripts/checkout.ts";
import { freePort } from "../../stack/ports.ts";
import { bills } from "../../testing/fixtures/bills.ts";
import { round, say } from "../figures.ts";
import { pause, until } from "../temporary-stack.ts";

export type Watched = {
  files: number;
  /** How many were done when the stack was killed, each time. */
  killed_at: number[];
  moved_to_done: number;
  moved_to_failed: number;
  /** Files without a document that is completed. */
  lost: number;
  /** Documents more than one a file. */
  duplicated: number;
  seconds: number;
};

const PROGRAM = fileURLToPath(new URL("./stack-program.ts", import.meta.url));
const KILLS = [0.2, 0.6];
const LONGEST_MS = 30 * 60_000;

/**
 * `docket watch` with so many files, while the stack is killed twice, with all its processes, and started again.
 * `folder`: an empty one.
 */
export async function watched(folder: string, files: number): Promise<Watched> {
  const [place, scans] = [path.join(folder, "stack"), path.join(folder, "scans")];
  await mkdir(scans, { recursive: true });
  const [port, databasePort] = [await freePort(), await freePort()];
  let stack = await start(place, port, databasePort);
  const url = `http://127.0.0.1:${port}`;
  const token = await signUp(url, stack.publishableKey);
  const texts = bills(200);
  const names = Array.from({ length: files }, (_, nth) => `scan ${String(nth).padStart(3, "0")}.txt`);
  for (const [nth, name] of names.entries())
    await writeFile(path.join(scans, name), `${texts[nth % texts.length]!.text}\nScan ${nth}\n`);

  await onDatabase(stack.database, (db) =>
    db.query("update private.settings set requests_per_minute = null, requests_per_minute_and_token = null"),
  );
  const began = performance.now();
  const watching = spawn(
    process.execPath,
    [path.join(ROOT, "client/bin/docket.mjs"), "watch", scans, "--settle", "200"],
    {
      env: { PATH: process.env.PATH!, DOCKET_URL: url, DOCKET_TOKEN: token },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const done = async (name = "done"): Promise<string[]> => readdir(path.join(scans, name)).catch(() => []);
  const killed_at: number[] = [];
  try {
    for (const share of KILLS) {
      await until(async () => (await done()).length >= files * share, 20, LONGEST_MS);
      killed_at.push((await done()).length);
      say(`watch: ${killed_at.at(-1)} files are done; the stack is killed …`);
      await killTree(stack.process.pid!);
      await pause(3_000);
      stack = await start(place, port, databasePort);
    }
    await until(async () => (await done()).length + (await done("failed")).length >= files, 100, LONGEST_MS);
    const seconds = (performance.now() - began) / 1_000;
    const rows = await onDatabase(
      stack.database,
      async (db) =>
        (await db.query<{ filename: string; status: string }>("select filename, status from public.documents")).rows,
    );
    const completed = new Set(rows.filter(({ status }) => status === "completed").map(({ filename }) => filename));
    const failed = await done("failed");
    return {
      files,
      killed_at,
      moved_to_done: (await done()).length,
      moved_to_failed: failed.filter((name) => !name.endsWith(".reason.txt")).length,
      lost: names.filter((name) => !completed.has(name)).length,
      duplicated: rows.length - new Set(rows.map(({ filename }) => filename)).size,
      seconds: round(seconds),
    };
  } finally {
    watching.kill("SIGTERM");
    await killTree(stack.process.pid!);
  }
}

type Running = { process: ChildProcess; publishableKey: string; database: string };

async function start(folder: string, port: number, databasePort: number): Promise<Running> {
  const child = spawn(process.execPath, ["--import", "tsx", PROGRAM, folder, String(port), String(databasePort)], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`The stack ended with ${code}.`))),
  ])) as [string];
  return { process: child, ...(JSON.parse(line) as Omit<Running, "process">) };
}

async function signUp(url: string, publishableKey: string): Promise<string> {
  const post = async (place: string, body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(url + place, {
      method: "POST",
      headers: { apikey: publishableKey, "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${place}: ${await response.text()}`);
    return (await response.json()) as Record<string, string>;
  };
  const { access_token } = await post("/auth/v1/signup", { email: "scanner@docket.test", password: "correct horse" });
  const made = await post(
    "/rest/v1/rpc/create_api_token",
    { name: "scanner", scopes: ["upload", "documents:read"] },
    { Authorization: `Bearer ${access_token}` },
  );
  return made.token!;
}

async function onDatabase<Answer>(url: string, work: (db: pg.Client) => Promise<Answer>): Promise<Answer> {
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  try {
    return await work(db);
  } finally {
    await db.end();
  }
}

/** Kills a process and all that it started, at once, as a power cut would. */
async function killTree(pid: number): Promise<void> {
  const parents = new Map<number, number>();
  for (const name of await readdir("/proc")) {
    const stat = /^\d+$/.test(name) && (await readFile(`/proc/${name}/stat`, "utf8").catch(() => undefined));
    if (stat) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const tree = [pid];
  for (const one of tree) for (const [child, parent] of parents) if (parent === one) tree.push(child);
  for (const one of tree) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // It ended with its parent.
    }
  }
}
