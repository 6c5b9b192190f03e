import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import type { Changes, Document, DocumentFilters, Found, Retention, Status, Sum, SumOptions } from "../types.ts";
import { signedIn } from "./config.ts";
import { EXIT, Failure, sayOf } from "./failure.ts";
import { print, printJson, say } from "./lines.ts";

type FilterOptions = {
  tag?: string[];
  type?: string[];
  status?: string[];
  from?: string;
  to?: string;
  amountOver?: number;
  amountUnder?: number;
  currency?: string[];
};
type ListOptions = FilterOptions & { sort?: string; limit: number; json?: boolean };

const filtersOf = (options: FilterOptions, query?: string): DocumentFilters => ({
  query,
  tags: options.tag,
  document_types: options.type,
  statuses: options.status as Status[] | undefined,
  date_from: options.from,
  date_to: options.to,
  amount_from: options.amountOver,
  amount_to: options.amountUnder,
  currencies: options.currency?.map((code) => code.toUpperCase()),
});

export const search = (words: string[], options: ListOptions): Promise<void> => show(options, words.join(" "));
export const list = (options: ListOptions): Promise<void> => show(options);

async function show({ limit, json, ...options }: ListOptions, query?: string): Promise<void> {
  const { docket } = await signedIn();
  let shown = 0;
  for await (const found of docket.all({
    ...filtersOf(options, query),
    sort: options.sort,
    page_size: Math.min(limit, 200),
  })) {
    if (json) printJson(found);
    else print(lineOf(found));
    shown += 1;
    if (shown === limit) break;
  }
  if (shown === 0 && !json) print("No documents.");
}

/** What documents add up to: a line a sum, and below it the documents that were asked for. */
export async function sums(
  words: string[],
  {
    by,
    documents,
    json,
    ...options
  }: FilterOptions & { by?: SumOptions["group_by"]; documents?: number; json?: boolean },
): Promise<void> {
  const { docket } = await signedIn();
  const found = await docket.sums({
    ...filtersOf(options, words.join(" ") || undefined),
    group_by: by,
    documents_each: documents,
  });
  if (json) return printJson(found);
  for (const sum of found.sums) {
    const count = `(${sum.documents} ${sum.documents === 1 ? "document" : "documents"})`;
    print([...(by ? [sum.group_value ?? "none"] : []), moneyOf(sum.total, sum.currency), count].join("  "));
    for (const one of sum.amounts ?? [])
      print(
        `  ${one.document_id}  ${one.document_date ?? "          "}  ${moneyOf(one.amount, sum.currency)}  ${proofOf(one)}`,
      );
  }
  if (found.sums.length === 0) print("No amounts.");
  if (found.more) say("There are further sums. Filter, to see all.");
}

const moneyOf = (amount: number, currency: string | null): string =>
  `${amount.toFixed(Math.max(2, (/\.(\d+)$/.exec(String(amount))?.[1] ?? "").length))}${currency ? ` ${currency}` : ""}`;
const proofOf = ({ name, quote, page }: NonNullable<Sum["amounts"]>[number]): string =>
  quote ? `${name}  "${quote}", page ${page}` : name;

const lineOf = ({
  id,
  document_date,
  display_name,
  filename,
  status,
  amount,
  currency,
  tags,
  snippet,
}: Found): string =>
  [
    id,
    document_date ?? "          ",
    display_name ?? filename,
    ...(amount === null ? [] : [moneyOf(amount, currency)]),
    status === "completed" ? `[${tags.join(", ")}]` : `(${status})`,
    snippet ? `— ${snippet}` : "",
  ]
    .join("  ")
    .trimEnd();

type GetOptions = {
  text?: boolean;
  markdown?: boolean;
  json?: boolean;
  file?: boolean;
  pdf?: boolean;
  output?: string;
};

export async function get(id: string, options: GetOptions): Promise<void> {
  const { docket } = await signedIn();
  if (options.file || options.pdf) {
    if (!options.output && process.stdout.isTTY) throw new Failure("Name a file for it with --output.", EXIT.usage);
    const response = await (options.pdf ? docket.searchablePdf(id) : docket.download(id));
    const body = Readable.fromWeb(response.body as ReadableStream);
    await pipeline(body, options.output ? createWriteStream(options.output) : process.stdout).catch(
      (error: unknown) => {
        throw new Failure(sayOf(error, options.output ?? "The output"));
      },
    );
    return;
  }
  const text = await textOf();
  if (!options.output) process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  else
    await writeFile(options.output, text).catch((error: unknown) => {
      throw new Failure(sayOf(error, options.output!));
    });

  async function textOf(): Promise<string> {
    if (options.text) return await docket.text(id);
    if (options.markdown)
      return (await docket.pages(id))
        .map((page) => `## Page ${page.page_number}\n\n${page.markdown ?? page.text}`)
        .join("\n\n");
    const [document, values, retention] = await Promise.all([docket.get(id), docket.values(id), docket.retention(id)]);
    if (options.json) return JSON.stringify({ ...document, values, retention }, null, 2);
    const proofs = values
      .filter(({ quote }) => quote)
      .map((proof) => `  ${proof.field}: "${proof.quote}", page ${proof.page}`);
    const kept = retention.held || retention.keep_until ? [`kept: ${keptText(retention)}`] : [];
    return [...linesOf(document), ...kept, ...(proofs.length > 0 ? ["read from", ...proofs] : [])].join("\n");
  }
}

const SHOWN = [
  "status",
  "document_type",
  "correspondent",
  "document_date",
  "amount",
  "currency",
  "language",
  "summary",
  "filename",
] as const;
const linesOf = (document: Document): string[] => [
  document.display_name ?? document.filename,
  ...SHOWN.filter((name) => (document[name] ?? "") !== "").map(
    (name) => `${name.replace("_", " ")}: ${document[name]}`,
  ),
  ...(document.tags.length > 0 ? [`tags: ${document.tags.join(", ")}`] : []),
  ...(document.error ? [`error: ${document.error.message} (${document.error.code})`] : []),
];

const keptText = ({ held, keep_until }: Retention): string =>
  [...(held ? ["held until it is released"] : []), ...(keep_until ? [`until ${keep_until}`] : [])].join(", and ") ||
  "no longer";

type RetentionOptions = { until?: string; json?: boolean };

export async function hold(id: string, { until, json }: RetentionOptions): Promise<void> {
  const { docket } = await signedIn();
  const retention = await (until !== undefined ? docket.retain(id, { keep_until: until }) : docket.hold(id));
  if (json) printJson(retention);
  else print(`${id}  ${keptText(retention)}`);
}

export async function release(id: string, { json }: RetentionOptions): Promise<void> {
  const { docket } = await signedIn();
  const retention = await docket.release(id);
  if (json) printJson(retention);
  else print(`${id}  kept ${keptText(retention)}`);
}

type EditOptions = {
  name?: string;
  tags?: string;
  addTag?: string[];
  summary?: string;
  type?: string;
  correspondent?: string;
  date?: string;
  /** Empty: none. */
  amount?: number | "";
  currency?: string;
  language?: string;
  json?: boolean;
};

export async function edit(id: string, options: EditOptions): Promise<void> {
  const { docket } = await signedIn();
  const orNull = (text: string): string | null => (text === "" ? null : text);
  const changes: Changes = {
    ...(options.name !== undefined && { display_name: options.name }),
    ...(options.tags !== undefined && {
      tags: options.tags
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
    }),
    ...(options.summary !== undefined && { summary: orNull(options.summary) }),
    ...(options.type !== undefined && { document_type: orNull(options.type) }),
    ...(options.correspondent !== undefined && { correspondent: orNull(options.correspondent) }),
    ...(options.date !== undefined && { document_date: orNull(options.date) }),
    ...(options.amount !== undefined && { amount: options.amount === "" ? null : options.amount }),
    ...(options.currency !== undefined && { currency: orNull(options.currency.toUpperCase()) }),
    ...(options.language !== undefined && { language: orNull(options.language) }),
  };
  if (Object.keys(changes).length === 0 && !options.addTag) throw new Failure("Name something to change.", EXIT.usage);
  let document: Document | undefined;
  if (Object.keys(changes).length > 0) document = await docket.edit(id, changes);
  if (options.addTag) document = await docket.addTags(id, options.addTag);
  if (options.json) printJson(document);
  else for (const line of linesOf(document!)) print(line);
}

export async function status({ json }: { json?: boolean }): Promise<void> {
  const { docket, url } = await signedIn();
  const usage = await docket.usage();
  if (json) return printJson({ url, usage });
  print(`Signed in at ${url}.`);
  const of = ({ used, limit }: { used: number; limit: number | null }): string => `${used} of ${limit ?? "any number"}`;
  print(
    `This month: ${of(usage.documents)} documents, ${of(usage.pages)} pages. Starts again on ${usage.resets_at.slice(0, 10)}.`,
  );
  print(`Stored: ${of(usage.stored_bytes)} bytes.`);
}
