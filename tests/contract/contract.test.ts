// What Docket relies on, checked on a project: the embedded stack, or any other (npm run test:contract -- --help).
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pgCronContract } from "../stack/pg-cron/contract.ts";
import { pgNetContract } from "../stack/pg-net/contract.ts";
import { storageContract } from "../stack/storage/contract.ts";
import { vaultContract } from "../stack/vault/contract.ts";
import { authContract } from "./auth.ts";
import { documentContract } from "./document.ts";
import { featuresContract } from "./features.ts";
import { KNOWN_DIFFERENCES } from "./known-differences.ts";
import { lintContract } from "./lint.ts";
import { programsContract, rolesContract } from "./programs.ts";
import { openProject, query } from "./project.ts";
import { privilegesContract } from "./privileges.ts";
import { realtimeContract } from "./realtime.ts";

const project = await openProject();
afterAll(() => project.stop());

const { dbUrl, reach, api } = project;
const started = new Date();
const missing: string[] = [];
/** Declares a part's tests, or remembers that the project cannot be asked for them, and what would be needed. */
function part(name: string, needs: string, declare: (() => void) | undefined | false | ""): void {
  if (declare) describe(name, declare);
  else missing.push(`${name}: needs ${needs}`);
}

part("privileges", "--db-url", dbUrl && (() => privilegesContract(() => dbUrl)));
part("roles", "--db-url", dbUrl && (() => rolesContract(() => dbUrl)));
const checker =
  dbUrl &&
  (
    await query<{ there: boolean }>(
      dbUrl,
      "select exists (select from pg_catalog.pg_available_extensions where name = 'plpgsql_check') as there",
    )
  )[0]?.there;
part("supabase db lint", "--db-url of a database with plpgsql_check", checker && (() => lintContract(() => dbUrl)));
part(
  "pg_net",
  "--db-url, and --host for a database elsewhere",
  dbUrl && reach && (() => pgNetContract(() => ({ url: dbUrl, ...reach }))),
);
part("pg_cron", "--db-url", dbUrl && (() => pgCronContract(() => ({ url: dbUrl, host: "", address: "" }))));
part("Vault", "--db-url", dbUrl && (() => vaultContract(() => ({ url: dbUrl, host: "", address: "" }))));
part("Auth", "--url and --key", api && (() => authContract(() => api)));
const secretKey = api?.secretKey;
part(
  "Storage",
  "--url, --key and --secret-key",
  secretKey && (() => storageContract(() => ({ api: api.url, secretKey }))),
);
part("Realtime", "--url and --key", api && (() => realtimeContract(() => api)));
part("one document, end to end", "--url and --key", api && (() => documentContract(() => api)));
part("programs", "--url and --key", api && (() => programsContract(() => api)));
part("features", "--url and --key", api && (() => featuresContract(() => api)));

/** What a known difference is looked at by, and what to give for it. */
const ASKING = {
  database: [dbUrl, "--db-url"],
  api: [api?.secretKey, "--url, --key and --secret-key"],
  realtime: [
    dbUrl &&
      (await query<{ there: boolean }>(dbUrl, "select to_regclass('realtime.messages') is not null as there"))[0]
        ?.there,
    "--db-url of a database that a Realtime server has set up",
  ],
} as const;

describe("known differences of the embedded stack", () => {
  for (const { part: where, real, needs, check } of KNOWN_DIFFERENCES) {
    const [askable, wanted] = ASKING[needs];
    if (!askable) {
      missing.push(`known difference, ${where} ${real}: needs ${wanted}`);
      continue;
    }
    const asked = () => check({ dbUrl: dbUrl ?? "", url: "", key: "", secretKey: "", ...api });
    if (project.isStandIn(where)) it.fails(`only a real ${where} ${real}`, asked);
    else it(`${where} ${real}`, asked);
  }
});

// Last: the parts before it have cleaned up when it runs.
part(
  "nothing is left behind",
  "--db-url",
  dbUrl &&
    (() =>
      it.each([
        ["users", "auth.users where email like 'contract-%@example.com'"],
        [
          "documents",
          "public.documents where filename in ('contract.txt', 'contract.pdf', 'download-3.pdf') and created_at > $1",
        ],
        ["buckets", "storage.buckets where id = 'docket-contract'"],
        ["requests", "net.http_request_queue where url like '%/many/%'"],
        ["scheduled jobs", "cron.job where jobname like 'contract_%'"],
        ["secrets", "vault.secrets where name like 'contract_%'"],
        ["tables", "pg_catalog.pg_tables where tablename like 'contract\\_%'"],
      ])("no %s", async (_, rows) => {
        const values = rows.includes("$1") ? [started] : [];
        expect(await query(dbUrl, `select count(*)::int as left from ${rows}`, values)).toEqual([{ left: 0 }]);
      })),
);

beforeAll(() => {
  for (const line of missing) console.log(`NOT RUN  ${line}`);
});
