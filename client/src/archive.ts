import type { Docket } from "./docket.ts";
import { fileNameOf } from "./file-name.ts";
import type { Found, Schema } from "./types.ts";

/** One file of an archive: its path, and what it holds. */
export type ArchivedFile = { name: string; input: Response | string; lastModified?: Date };

export type ArchiveOptions = {
  /** Told after each document how many are in. */
  onDocument?(count: number, document: Found): void;
  signal?: AbortSignal;
};

const README = `This is everything that was in Docket.

documents/       the original files
texts/           what was read of them, a text file each
metadata/        of each document: its values with their proofs, and its history
tables/          the table of each schema, as CSV
account.json     tags, aliases, rules, schemas, saved views, links, addresses, tokens (without their secrets), usage
problems.txt     what could not be read; not there when everything could

Documents in the trash are not in it.
`;

/** Yields everything of an account, file by file. Nothing is kept but the names of what failed. */
export async function* archive(
  docket: Pick<Docket, "account" | "all" | "download" | "exportRows" | "history" | "schemas" | "text" | "values">,
  { onDocument, signal }: ArchiveOptions,
): AsyncGenerator<ArchivedFile, void> {
  const problems: string[] = [];
  /** What was asked for; nothing, and a line among the problems, when it failed. Without a connection nothing else would come either. */
  async function tried<Result>(what: string, ask: () => Promise<Result>): Promise<Result | undefined> {
    signal?.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      const { status, message } = error as { status?: number; message: string };
      if (status === 0 || status === 401) throw error;
      problems.push(`${what}: ${message}`);
      return undefined;
    }
  }

  yield { name: "README.txt", input: README };
  yield { name: "account.json", input: json(await docket.account()) };
  let count = 0;
  for await (const document of docket.all({ sort: "created_at" })) {
    const name = fileNameOf(document);
    const lastModified = new Date(document.created_at);
    const { id } = document;
    const [values, history, text] = await Promise.all([
      tried(`The values of ${name}`, () => docket.values(id)),
      tried(`The history of ${name}`, () => docket.history(id)),
      tried(`The text of ${name}`, () => docket.text(id)),
    ]);
    yield { name: `metadata/${name}.json`, input: json({ document, values, history }), lastModified };
    if (text) yield { name: `texts/${name}.txt`, input: text, lastModified };
    const file = document.status === "uploading" ? undefined : await tried(name, () => docket.download(id));
    if (file) yield { name: `documents/${name}`, input: file, lastModified };
    onDocument?.(++count, document);
  }
  for (const { name, input } of tablesOf(await docket.schemas())) {
    const table = await tried(name, () => docket.exportRows(input.id, "csv", { line_items: input.lines }));
    if (table) yield { name: `tables/${name}.csv`, input: table };
  }
  if (problems.length > 0) yield { name: "problems.txt", input: `${problems.join("\n")}\n` };
}

/** The tables of schemas: a row a document, and of each list of lines a row a line. */
function tablesOf(schemas: Schema[]): { name: string; input: { id: string; lines?: string } }[] {
  return schemas.flatMap(({ id, name, fields }) => {
    const plain = `${name.replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, " ").trim() || "table"} (${id.slice(0, 8)})`;
    const lists = Object.entries(fields.properties).filter(([, field]) => field.type === "array");
    return [
      { name: plain, input: { id } },
      ...lists.map(([lines]) => ({ name: `${plain} ${lines}`, input: { id, lines } })),
    ];
  });
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
