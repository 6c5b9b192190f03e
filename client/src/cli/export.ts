import { createWriteStream } from "node:fs";
import { access, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { fileNameOf } from "../file-name.ts";
import type { Document, TableFormat } from "../types.ts";
import { isAlive } from "./alive.ts";
import { signedIn } from "./config.ts";
import { EXIT, Failure, sayOf } from "./failure.ts";
import { makeFolder } from "./folder.ts";
import { createProgress, print, say } from "./lines.ts";
import { exportTables } from "./tables.ts";

/**
 * Copies all documents into a folder, with what happened to them and what else the account has. A file that is there
 * from an earlier run is not fetched again.
 */
export async function exportTo(
  folder: string,
  given: { tag?: string[]; text?: boolean; tables?: TableFormat; all?: boolean },
): Promise<void> {
  const options = given.all ? { text: true, tables: "csv" as const, ...given } : given;
  const { docket } = await signedIn();
  await makeFolder(folder);
  await removeParts(folder);
  const all: Document[] = [];
  for await (const found of docket.all({ tags: options.tag, sort: "created_at" })) all.push(found);
  const progress = createProgress(all.length);
  const lines: string[] = [];
  let failed = 0;
  for (const document of all) {
    const name = fileNameOf(document);
    let problem: string | undefined;
    try {
      const [values, history] = await Promise.all([docket.values(document.id), docket.history(document.id)]);
      lines.push(JSON.stringify({ ...document, file: name, values, history }));
      if (document.status !== "uploading")
        await once(path.join(folder, name), async (part) =>
          pipeline(
            Readable.fromWeb((await docket.download(document.id)).body as ReadableStream),
            createWriteStream(part),
          ),
        );
      if (options.text)
        await once(path.join(folder, `${name}.txt`), async (part) => writeFile(part, await docket.text(document.id)));
    } catch (error) {
      failed += 1;
      problem = `${name}: ${(error as Error).message}`;
    }
    progress.step(name, () => problem && say(problem));
  }
  progress.end();
  for (const [name, text] of [
    ["metadata.jsonl", lines.map((line) => `${line}\n`).join("")],
    ["account.json", `${JSON.stringify(await docket.account(), null, 2)}\n`],
  ] as const)
    await writeFile(path.join(folder, name), text).catch((error: unknown) => {
      throw new Failure(sayOf(error, path.join(folder, name)));
    });
  const tables = options.tables && (await exportTables(docket, path.join(folder, "tables"), options.tables));
  const count = all.length - failed;
  print(
    `${count} ${count === 1 ? "document is" : "documents are"} in ${folder}${tables === undefined ? "" : `, and ${tables} tables`}.`,
  );
  if (failed > 0) process.exitCode = EXIT.failed;
}

/** Writes a file that is not there yet, so that one that was cut off is not taken for a whole one. */
async function once(file: string, write: (part: string) => Promise<unknown>): Promise<void> {
  if (
    await access(file).then(
      () => true,
      () => false,
    )
  )
    return;
  const part = `${file}.docket-${process.pid}.part`;
  try {
    await write(part);
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}

/** Removes what runs left that were killed. Another run may be writing its own parts beside this one. */
async function removeParts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /\.docket-(\d+)\.part$/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(path.join(folder, name), { force: true });
  }
}
