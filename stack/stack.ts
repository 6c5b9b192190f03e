import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { startAuthAndRest } from "./auth-and-rest/auth-and-rest.ts";
import { authSettingsOf, withoutAuthSettings } from "./auth-and-rest/auth-settings.ts";
import { startEngine } from "./engine.ts";
import { type EdgeFunction, startFunction } from "./functions.ts";
import { openGateway } from "./gateway.ts";
import { type Keys, keysOf } from "./keys.ts";
import { MIGRATIONS, migrate } from "./migrate.ts";
import type { Page } from "./page.ts";
import { startPgCron } from "./pg-cron.ts";
import { startPgNet } from "./pg-net.ts";
import { makePlatform } from "./platform.ts";
import { freePort } from "./ports.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { startRealtime } from "./realtime/realtime.ts";
import { type Smtp, startSmtp } from "./smtp.ts";
import { startStorage } from "./storage/storage.ts";
import type { Worker } from "./worker.ts";

const supabase = fileURLToPath(new URL("../supabase/", import.meta.url));

/** The Edge Functions of the project: a folder each under supabase/functions. */
export const FUNCTIONS: string[] = readdirSync(path.join(supabase, "functions"))
  .filter((name) => existsSync(path.join(supabase, "functions", name, "index.ts")))
  .sort();

export type StackOptions = {
  /** Where the data, the keys and the stored files are. Made when it is missing. */
  folder: string;
  /** The one port; 0 for any that is free. */
  port: number;
  /** The database's port; any that is free when not given. */
  databasePort?: number;
  /** The port of the mail server; any that is free when not given. */
  smtpPort?: number;
  /** Settings of the functions and of Auth (.env.example), over the stack's own. An empty OCR_ENGINE_URL means no engine. */
  env?: Record<string, string>;
  /** Settings of single functions, by name, over those of all. */
  envOf?: Record<string, Record<string, string>>;
  /** Postgres settings. */
  databaseSettings?: Record<string, string>;
  /** Folders of functions beside the project's own: index.ts and deno.json, named as the folder. */
  moreFunctions?: string[];
  /** Host names that the stack answers to beside those of this machine, with or without a port. */
  hosts?: string[];
  /** The web page to serve at `/`; none when not given. */
  page?: Page;
  /** What every part has to say; `source` is postgres, engine, pg_net, … or a function's name. */
  onLog?(source: string, line: string): void;
};

/** A running stack: a Supabase project on this machine, with the pipeline on it. */
export type Stack = {
  url: string;
  keys: Keys;
  postgres: Postgres;
  functions: Record<string, EdgeFunction>;
  engine: Worker | undefined;
  /** The mail server, for the function `inbound`. */
  smtp: Smtp;
  /** The process of `/auth/v1` and `/rest/v1`. */
  authAndRest: Worker;
  stop(): Promise<void>;
};

/** Starts everything, in the order in which the parts need each other. What was started is stopped when a part fails. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { folder, env = {}, onLog = () => {} } = options;
  const logOf = (source: string) => (line: string) => onLog(source, line);
  const started: { stop(): Promise<void> }[] = [];
  const running = <Part extends { stop(): Promise<void> }>(part: Part): Part => {
    started.push(part);
    return part;
  };
  const stop = async () => {
    for (const part of started.splice(0).reverse()) await part.stop();
  };

  try {
    const keys = await keysOf(folder);
    const gateway = running(await openGateway({ port: options.port, keys, page: options.page, hosts: options.hosts }));
    const url = `http://127.0.0.1:${gateway.port}`;

    const postgres = running(
      await startPostgres({
        dataFolder: path.join(folder, "postgres"),
        password: keys.password,
        onLog: logOf("postgres"),
        ...(options.databasePort === undefined ? {} : { port: options.databasePort }),
        settings: options.databaseSettings ?? {},
      }),
    );
    await makePlatform(postgres, keys.password);
    await migrate(postgres.url("postgres"), MIGRATIONS);
    await tellFunctionsUrl(postgres, `${url}/functions/v1`);

    const storage = running(
      await startStorage({ postgres, keys, folder: path.join(folder, "storage"), onLog: logOf("storage") }),
    );
    const realtime = running(await startRealtime({ postgres, keys, onLog: logOf("realtime") }));
    const authAndRest = running(startAuthAndRest(postgres, keys, logOf("auth and rest"), url, authSettingsOf(env)));

    // Stopped in the reverse order: the functions finish while the gateway is open, and the services behind it close last.
    running({ stop: gateway.stop });
    const ownEngine = env.OCR_ENGINE_URL === undefined;
    const enginePort = ownEngine ? await freePort() : 0;
    const engine = ownEngine ? running(startEngine(enginePort, logOf("engine"))) : undefined;
    const functionEnv: Record<string, string> = {
      SUPABASE_URL: url,
      SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
      OCR_ENGINE_URL: `http://127.0.0.1:${enginePort}`,
      // The page stands at the stack's own address, whichever of them the caller uses.
      ...(options.page && { PAGE_URL: "/" }),
      ...withoutAuthSettings(env),
    };
    const folders = [
      ...FUNCTIONS.map((name) => path.join(supabase, "functions", name)),
      ...(options.moreFunctions ?? []),
    ];
    const functions = Object.fromEntries(
      folders.map((folder) => {
        const name = path.basename(folder);
        return [name, running(startFunction(folder, { ...functionEnv, ...options.envOf?.[name] }, logOf(name)))];
      }),
    );
    gateway.serve({ authAndRest, storage, realtime, functions });
    await authAndRest.url();

    // From here on jobs are sent out, also those that waited since an earlier run.
    running(await startPgNet({ postgres, onLog: logOf("pg_net") }));
    running(await startPgCron({ postgres, onLog: logOf("pg_cron") }));
    const smtp = running(
      await startSmtp({
        port: options.smtpPort ?? 0,
        functionsUrl: `${url}/functions/v1`,
        secret: functionEnv.INBOUND_SECRET,
        onLog: logOf("smtp"),
      }),
    );
    return { url, keys, postgres, functions, engine, smtp, authAndRest, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a project's owner does once on hosted Supabase: tell Postgres where the functions are. */
async function tellFunctionsUrl(postgres: Postgres, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url("postgres") });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>("select id from vault.secrets where name = 'functions_url'");
    if (rows[0]) await client.query("select vault.update_secret($1, $2)", [rows[0].id, url]);
    else
      await client.query(
        "select vault.create_secret($1, 'functions_url', 'Where Postgres reaches the Edge Functions.')",
        [url],
      );
  } finally {
    await client.end();
  }
}
