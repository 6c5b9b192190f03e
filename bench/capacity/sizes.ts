import type pg from "pg";
import { newUser } from "../user.ts";
import { dispatcherOf } from "./dispatcher.ts";
import { drive } from "./drive.ts";
import { TABLES } from "../../testing/database/indexes.ts";

/** Bytes of each table with its indexes and toast, by document that is queued. */
export async function bytesADocument(db: pg.Client, documents: number): Promise<Record<string, number>> {
  return byDocument(await tableSizes(db), documents);
}

/** The same of documents that went through the whole chain, each with a page of so many characters; without what vacuum frees. */
export async function bytesOfDescribed(
  db: pg.Client,
  documents: number,
  characters: number,
): Promise<Record<string, number>> {
  const before = await tableSizes(db);
  const dispatcher = dispatcherOf(db, {}, pageOf(characters));
  const owner = await newUser(db);
  for (let count = 0; count < documents; count += 1) await dispatcher.upload(owner);
  await dispatcher.takeBack();
  await drive(dispatcher, 2 * documents);
  for (const table of TABLES) await db.query(`vacuum full ${table}`);
  const after = await tableSizes(db);
  return byDocument(
    Object.fromEntries(Object.entries(after).map(([name, bytes]) => [name, bytes - before[name]!])),
    documents,
  );
}

async function tableSizes(db: pg.Client): Promise<Record<string, number>> {
  const { rows } = await db.query<{ name: string; bytes: string }>(
    "select name, pg_total_relation_size(name::regclass) as bytes from unnest($1::text[]) as name",
    [TABLES],
  );
  return Object.fromEntries(rows.map(({ name, bytes }) => [name.split(".")[1]!, Number(bytes)]));
}

function byDocument(sizes: Record<string, number>, documents: number): Record<string, number> {
  const all = Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0);
  return Object.fromEntries(
    Object.entries({ ...sizes, all }).map(([name, bytes]) => [name, Math.round(bytes / documents)]),
  );
}

/** An invoice with so many characters; its words are made up, and few of them come twice. */
function pageOf(characters: number): string {
  let seed = 1;
  let page = "Acme\nInvoice of 15 March 2026\nTotal: EUR 120.00\n";
  while (page.length < characters) {
    seed = (seed * 48_271) % 2_147_483_647;
    page += `${seed.toString(36).slice(0, 3 + (seed % 6))}${seed % 9 === 0 ? "\n" : " "}`;
  }
  return page.slice(0, characters);
}
