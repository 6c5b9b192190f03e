import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { keysOf } from "../stack/keys.ts";
import { MIGRATIONS, migrate } from "../stack/migrate.ts";
import { makePlatform } from "../stack/platform.ts";
import { startPostgres, SUPERUSER } from "../stack/postgres.ts";
import { latencyOf, machine, ratio, round, say, table } from "./figures.ts";

const RULES = 100;

/**
 * `npm run bench -- rules [--json] [--rounds 200]`: what complete_metadata takes for a user with a hundred rules, and
 * for one with none, by turns in one database, whose Postgres is as `npm start` has it. Three of the rules match; one
 * of them adds a tag. Documents of one page and of forty.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { json: { type: "boolean" }, rounds: { type: "string", default: "200" } },
  });
  const figures = { machine: machine(), ...(await ruleCosts(Number(values.rounds))) };
  console.log(values.json ? JSON.stringify(figures, null, 2) : table(figures));
}

/** What a hundred rules add to complete_metadata, over so many documents of each length. */
export async function ruleCosts(rounds: number): Promise<Record<string, unknown>> {
  const database = await migratedPostgres();
  try {
    const { db } = database;
    const [without, with100] = [await user(db), await user(db)];
    await writeRules(db, with100);
    const figures: Record<string, unknown> = { rules: RULES, goal: 1.2 };
    for (const pages of [1, 40]) {
      say(`rules: ${rounds} documents of ${pages} page(s) each …`);
      const times: Record<"without" | "with", number[]> = { without: [], with: [] };
      // The first ones fill caches and plans.
      for (let index = -20; index < rounds; index += 1) {
        const pair = [
          ["without", without],
          ["with", with100],
        ] as const;
        for (const [side, owner] of index % 2 ? pair : [...pair].reverse()) {
          const ms = await complete(db, owner, pages, index);
          if (index >= 0) times[side].push(ms);
        }
      }
      const [before, after] = [latencyOf(times.without), latencyOf(times.with)];
      const pairs = times.with.map((ms, at) => ms - times.without[at]!).sort((one, other) => one - other);
      figures[`pages_${pages}`] = {
        without_rules: before,
        with_rules: after,
        ratio_p50: ratio(after.p50_ms, before.p50_ms),
        difference_p50_ms: round(pairs[Math.floor(pairs.length / 2)]!),
      };
    }
    const { rows } = await db.query("select count(*)::int as told from public.document_events where stage = 'rule'");
    figures.rules_told = rows[0].told;
    return figures;
  } finally {
    await database.stop();
  }
}

async function migratedPostgres() {
  const folder = await mkdtemp(path.join(tmpdir(), "docket-bench-"));
  await chmod(folder, 0o755);
  const keys = await keysOf(folder);
  const postgres = await startPostgres({ dataFolder: path.join(folder, "postgres"), password: keys.password });
  await makePlatform(postgres, keys.password);
  await migrate(postgres.url("postgres"), MIGRATIONS);
  const db = new pg.Client({ connectionString: postgres.url(SUPERUSER) });
  await db.connect();
  await db.query(
    "update private.settings set requests_per_minute = null, documents_per_month = 1000000, pages_per_month = null, stored_bytes = null, rules_per_user = 1000",
  );
  // Nobody is invoked: the benchmark is the worker.
  await db.query("select vault.create_secret('http://127.0.0.1:1/functions/v1', 'functions_url')");
  return {
    db,
    async stop() {
      await db.end();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function user(db: pg.Client): Promise<string> {
  const { rows } = await db.query("insert into auth.users (id, email) values (gen_random_uuid(), $1) returning id", [
    `${Math.random()}@docket.test`,
  ]);
  return rows[0].id;
}

/** A hundred rules as people write them: by sender, by words of the text, by type and amount, by tag, by name. */
async function writeRules(db: pg.Client, owner: string): Promise<void> {
  for (let index = 0; index < RULES; index += 1) {
    const matching = index % 40 === 0;
    const conditions = [
      { senders: [`Sender ${index}`, `Sender ${index} Ltd`] },
      { text_words: [`word ${index}`, `annual statement ${index}`, `zebra${index}`] },
      { document_types: ["invoice", "receipt"], amount_from: 1000 + index, currencies: ["EUR"] },
      { tags: [`tag-${index}`], languages: ["en"], text_words: [`other${index}`] },
      { name_words: [`statement${index}`], formats: ["application/pdf"], sources: ["upload"] },
    ][index % 5];
    await db.query(
      "insert into public.rules (user_id, name, position, conditions, actions) values ($1, $2, $3, $4, $5)",
      [
        owner,
        `Rule ${index}`,
        index,
        JSON.stringify(matching ? { document_types: ["invoice"], text_words: ["total"] } : conditions),
        JSON.stringify(
          matching && index === 40 ? { add_tags: ["ruled"] } : { document_type: "invoice", add_tags: ["acme"] },
        ),
      ],
    );
  }
}

const WORDS =
  "meter reading of the household for the period between both days as agreed customer number account please pay".split(
    " ",
  );

/** A text of a page: 300 words, of which many occur once. */
const textOf = (page: number): string =>
  `Acme\nInvoice of 15 March 2026\nTotal: EUR 120.00\n${Array.from({ length: 300 }, (_, at) => (at % 3 ? WORDS[(at * 7 + page) % WORDS.length] : `n${page}x${at}`)).join(" ")}`;

/** Takes a document of that user through the pipeline. @returns the milliseconds of complete_metadata */
async function complete(db: pg.Client, owner: string, pages: number, index: number): Promise<number> {
  const call = async (name: string, args: Record<string, unknown>): Promise<any> => {
    const named = Object.keys(args).map((key, at) => `${key} => $${at + 1}`);
    const given = Object.values(args).map((value) => (typeof value === "object" ? JSON.stringify(value) : value));
    return (await db.query(`select ${name}(${named.join(", ")}) as answer`, given)).rows[0].answer;
  };
  const claim = async (): Promise<{ job_id: string; lease: string }> => {
    const { rows } = await db.query(
      "select url, convert_from(body, 'UTF8')::jsonb as body from net.http_request_queue order by id desc limit 1",
    );
    await db.query("delete from net.http_request_queue");
    const { job_id, token } = rows[0].body;
    const { lease } = await call("public.claim_job", { job_id, token, function_name: rows[0].url.split("/").at(-1) });
    return { job_id, lease };
  };
  const { document_id } = await call("public.admit_upload", {
    owner,
    filename: "scan.pdf",
    mime_type: "application/pdf",
    byte_size: 1000,
    content_sha256: Array.from({ length: 64 }, () => Math.floor(Math.random() * 16).toString(16)).join(""),
  });
  await call("private.finish_upload", { document_id });
  const reading = await claim();
  const numbers = Array.from({ length: pages }, (_, at) => at + 1);
  await call("public.save_pages", {
    ...reading,
    pages: numbers.map((page_number) => ({
      page_number,
      text: textOf(page_number),
      engine: "tesseract",
      confidence: 0.9,
      words: null,
    })),
    page_count: pages,
  });
  await call("public.complete_reading", { ...reading, result: { page_count: pages, processing_ms: 5, model: null } });
  const describing = await claim();
  const description = {
    metadata: {
      display_name: `Invoice - Acme - ${index}.pdf`,
      tags: ["invoice", "acme"],
      summary: "An invoice of Acme.",
      document_type: "invoice",
      correspondent: "Acme",
      document_date: "2026-03-15",
      amount: { value: 120, currency: "EUR" },
      language: "en",
      evidence: {
        correspondent: { page: 1, quote: "Acme" },
        document_date: { page: 1, quote: "15 March 2026" },
        amount: { page: 1, quote: "Total: EUR 120.00" },
      },
    },
    engine: "local",
  };
  const start = performance.now();
  await call("public.complete_metadata", { ...describing, description });
  return performance.now() - start;
}
