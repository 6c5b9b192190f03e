import { chmod, mkdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import pg from "pg";
import { canEnter, postgresAccount } from "../../stack/account.ts";
import { prepareBinaries, reachableDataFolder, ROOT_STATE } from "../../stack/binaries.ts";
import { startPostgres, SUPERUSER } from "../../stack/postgres.ts";
import { temporaryFolder } from "../../testing/temporary.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let locked: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  locked = path.join(folder.path, "locked");
  await mkdir(locked);
  await chmod(locked, 0o700);
});
afterAll(() => folder[Symbol.asyncDispose]());

it("runs Postgres, though not as root, on data of a folder that only its owner can enter", async () => {
  const wanted = path.join(locked, ".docket", "postgres");
  const postgres = await startPostgres({ dataFolder: wanted, password: "secret", settings: { fsync: "off" } });
  try {
    const client = new pg.Client({ connectionString: postgres.url(SUPERUSER) });
    await client.connect();
    const { rows } = await client.query("select 1 as one");
    await client.end();
    expect(rows).toEqual([{ one: 1 }]);
    expect((await stat(postgres.dataFolder)).uid).toBe(postgresAccount().uid ?? process.getuid?.());
    const again = await reachableDataFolder(postgresAccount(), wanted);
    expect(again).toBe(postgres.dataFolder);
  } finally {
    await postgres.stop("immediate");
    if (postgres.dataFolder !== wanted) await rm(postgres.dataFolder, { recursive: true });
  }
});

it("has binaries that the Postgres account can reach, wherever npm put them", async () => {
  const account = postgresAccount();
  const shipped = path.join(locked, "native");
  await mkdir(shipped);
  const { postgres } = await prepareBinaries(account);
  expect(canEnter(account, path.dirname(postgres))).toBe(true);
  // An ordinary user enters what is theirs; root's helper account does not, and gets a copy under ROOT_STATE.
  expect(canEnter(account, shipped)).toBe(account.uid === undefined);
  expect(path.isAbsolute(ROOT_STATE)).toBe(true);
});
