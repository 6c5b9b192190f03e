import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Account, postgresAccount } from "./account.ts";
import { type Binaries, prepareBinaries, reachableDataFolder } from "./binaries.ts";
import { freePort } from "./ports.ts";

/** How Postgres stops: `fast` rolls back what is open; `immediate` is a crash, from which the next start recovers. */
export type StopMode = "fast" | "immediate";

/** A Postgres server of our own, on 127.0.0.1. */
export type Postgres = {
  port: number;
  /** Where the data is: the folder that was asked for, or one that the Postgres account can reach. */
  dataFolder: string;
  /** A connection string for a role; every role of the stack has the same password. */
  url(role: string, database?: string): string;
  start(): Promise<void>;
  stop(mode?: StopMode): Promise<void>;
};

export type PostgresOptions = {
  dataFolder: string;
  password: string;
  /** A free one, when not given. */
  port?: number;
  /** Server settings beside the stack's own, as `name: value`. */
  settings?: Record<string, string>;
  onLog?: (line: string) => void;
};

/** The bootstrap superuser, as on hosted Supabase; migrations run as `postgres`, which is none. */
export const SUPERUSER = "supabase_admin";

const SETTINGS: Record<string, string> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  wal_level: "logical",
  max_connections: "120",
  timezone: "UTC",
  log_timezone: "UTC",
  shared_preload_libraries: "pg_stat_statements",
};

const RESTART_MS = 500;

/** Prepares Postgres (binaries, account, a data folder made on first use) and starts it. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const account = postgresAccount();
  const binaries = await prepareBinaries(account);
  const dataFolder = await reachableDataFolder(account, options.dataFolder);
  if (!existsSync(path.join(dataFolder, "PG_VERSION")))
    await initialise(binaries, account, dataFolder, options.password);
  stopLeftover(binaries, account, dataFolder);

  const port = options.port ?? (await freePort());
  const onLog = options.onLog ?? (() => {});
  let server: ChildProcess | undefined;
  let stopping = false;

  async function start(): Promise<void> {
    const settings = { ...SETTINGS, ...options.settings, port: String(port) };
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    // Detached: a Ctrl-C at the terminal reaches this process alone, which stops the parts in their order.
    server = spawn(binaries.postgres, ["-D", dataFolder, ...flags], {
      ...account,
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
    process.off("exit", killNow).once("exit", killNow);
    stopping = false;
    await ready(server, onLog);
    server.once("exit", startAgain);
  }

  /** Postgres ends by itself when somebody else ends it: it recovers at its next start, and the stack's parts reconnect. */
  function startAgain(): void {
    if (stopping) return;
    onLog("Postgres ended by itself; it is started again");
    setTimeout(() => {
      if (!stopping) start().catch((error: Error) => (onLog(error.message), startAgain()));
    }, RESTART_MS).unref();
  }

  /** Even when this process ends by an error that nobody caught, its Postgres ends with it. */
  function killNow(): void {
    server?.kill("SIGINT");
  }

  async function stop(mode: StopMode = "fast"): Promise<void> {
    stopping = true;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, "exit");
    server.kill(mode === "fast" ? "SIGINT" : "SIGQUIT");
    await exited;
    process.off("exit", killNow);
  }

  await start();
  return {
    port,
    dataFolder,
    url: (role, database = "postgres") =>
      `postgresql://${role}:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${database}`,
    start,
    stop,
  };
}

async function initialise(binaries: Binaries, account: Account, dataFolder: string, password: string): Promise<void> {
  const secret = await mkdtemp(path.join(tmpdir(), "docket-initdb-"));
  const passwordFile = path.join(secret, "password");
  try {
    await mkdir(dataFolder, { recursive: true, mode: 0o700 });
    await chmod(dataFolder, 0o700);
    await writeFile(passwordFile, password);
    if (account.uid !== undefined && account.gid !== undefined) {
      for (const owned of [dataFolder, secret, passwordFile]) await chown(owned, account.uid, account.gid);
    }
    const flags = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"];
    const made = spawnSync(binaries.initdb, ["-D", dataFolder, "-U", SUPERUSER, `--pwfile=${passwordFile}`, ...flags], {
      ...account,
      cwd: "/",
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
    });
    if (made.status !== 0)
      throw new Error(`Postgres could not make its data folder ${dataFolder}: ${made.stderr || made.error?.message}`);
  } finally {
    await rm(secret, { recursive: true });
  }
}

/** A server of this very data folder that outlived its stack (a kill -9) is stopped, so that the data has one owner. */
function stopLeftover(binaries: Binaries, account: Account, dataFolder: string): void {
  if (!existsSync(path.join(dataFolder, "postmaster.pid"))) return;
  spawnSync(binaries.pgCtl, ["stop", "-D", dataFolder, "-m", "fast", "-w"], { ...account, cwd: "/" });
}

function ready(server: ChildProcess, onLog: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = "";
    server.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      log = (log + chunk).slice(-4000);
      for (const line of chunk.split("\n")) if (line) onLog(line);
      // In what came so far: a line may come in two pieces.
      if (log.includes("database system is ready to accept connections")) resolve();
    });
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`Postgres ended with code ${code} before it was ready:\n${log}`)));
  });
}
