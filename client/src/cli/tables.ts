import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import type { Docket } from "../docket.ts";
import type { Schema, TableFormat } from "../types.ts";
import { signedIn } from "./config.ts";
import { EXIT, Failure, sayOf } from "./failure.ts";
import { makeFolder } from "./folder.ts";
import { print, printJson } from "./lines.ts";

export const FORMATS: TableFormat[] = ["csv", "json", "xlsx"];

export async function schemas({ json }: { json?: boolean }): Promise<void> {
  const { docket } = await signedIn();
  const found = await docket.schemas();
  for (const schema of found) {
    if (json) printJson(schema);
    else print(`${schema.id}  ${schema.name}  [${columnsOf(schema).join(", ")}]`);
  }
  if (found.length === 0 && !json) print("No schemas.");
}

/** The names of a schema's fields; those of a table with its name before them. */
const columnsOf = ({ fields }: Schema): string[] =>
  Object.entries(fields.properties).flatMap(([name, { items }]) =>
    items ? Object.keys(items.properties).map((column) => `${name}.${column}`) : [name],
  );

type RowsOptions = { where?: string[]; lines?: string; sort?: string; format: TableFormat; output?: string };

/** The table of a schema, to a file or to whatever reads the output. */
export async function rows(wanted: string, { where, lines, sort, format, output }: RowsOptions): Promise<void> {
  const { docket } = await signedIn();
  if (format === "xlsx" && !output && process.stdout.isTTY)
    throw new Failure("Name a file for it with --output.", EXIT.usage);
  const { id } = await schemaCalled(docket, wanted);
  const file = await docket.exportRows(id, format, { where, line_items: lines, sort });
  const body = Readable.fromWeb(file.body as ReadableStream);
  if (output) await writeWhole(body, output);
  else await pipeline(body, process.stdout, { end: false });
}

async function schemaCalled(docket: Docket, wanted: string): Promise<Schema> {
  const all = await docket.schemas();
  const found = all.find(({ id, name }) => id === wanted || name === wanted);
  if (found) return found;
  const names = all.map(({ name }) => name).join(", ");
  throw new Failure(`There is no schema "${wanted}". ${names ? `There are: ${names}.` : "There are none yet."}`);
}

/** Each schema's table as a file in a folder: a row a document, and for each table in it a file with a row a line. */
export async function exportTables(docket: Docket, folder: string, format: TableFormat): Promise<number> {
  await makeFolder(folder);
  let files = 0;
  for (const { id, name, fields } of await docket.schemas()) {
    const tables = Object.entries(fields.properties).flatMap(([table, { type }]) => (type === "array" ? [table] : []));
    for (const line_items of [undefined, ...tables]) {
      const file = await docket.exportRows(id, format, { line_items });
      const title = [name, line_items].filter(Boolean).join(" - ");
      // Names of schemas may be alike once they are names of files.
      const place = path.join(folder, `${fileName(title)} (${id.slice(0, 8)}).${format}`);
      await writeWhole(Readable.fromWeb(file.body as ReadableStream), place);
      files += 1;
    }
  }
  return files;
}

const fileName = (title: string): string =>
  title
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029<>:"/\\|?*]+/gu, " ")
    .replace(/^[. ]+|[. ]+$/g, "")
    .slice(0, 80) || "schema";

/** Under its name the file is whole, or there is none. */
async function writeWhole(body: Readable, file: string): Promise<void> {
  const part = `${file}.part`;
  try {
    await pipeline(body, createWriteStream(part));
    await rename(part, file);
  } catch (error) {
    throw new Failure(sayOf(error, file));
  } finally {
    await rm(part, { force: true });
  }
}
