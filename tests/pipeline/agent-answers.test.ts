// Questions about 200 documents, each answered by a script through the tools of the function mcp as an agent would: every number is the truth, and
// every document that is named proves it.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bill, bills, written } from "../../testing/fixtures/bills.ts";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { signUp, type User } from "../../testing/user.ts";

const BILLS = bills(200);
const AT_ONCE = 6;

let stack: LentStack;
let user: User;
let client: Client;
/** The bill that a document is. */
const billOf = new Map<string, Bill>();

beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  user = await signUp(stack);
  const left = [...BILLS];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let bill = left.shift(); bill; bill = left.shift()) {
        const response = await user.upload(bill.filename, new TextEncoder().encode(bill.text));
        expect(response.status).toBe(202);
        billOf.set(((await response.json()) as { document_id: string }).document_id, bill);
      }
    }),
  );
  for (const id of billOf.keys())
    expect(await user.until(id, "completed", "failed")).toMatchObject({ status: "completed" });
  const { data } = await user.supabase.rpc("create_api_token", { name: "agent", scopes: ["documents:read"] });
  client = new Client({ name: "agent", version: "1" });
  const transport = new StreamableHTTPClientTransport(new URL(`${stack.url}/functions/v1/mcp`), {
    requestInit: { headers: { Authorization: `Bearer ${data.token}` } },
  });
  await client.connect(transport as never);
});
afterAll(async () => {
  await client?.close();
  await stack?.stop();
});

async function tool(name: string, args: object): Promise<any> {
  const result = await client.callTool({ name, arguments: args as Record<string, unknown> });
  const [{ text }] = result.content as [{ text: string }];
  expect(result.isError, text).toBeFalsy();
  return JSON.parse(/<(document-data-[0-9a-f]{8})>\n([\s\S]*)\n<\/\1>/.exec(text)![2]!);
}

type Amount = { document_id: string; amount: number; page: number; quote: string };
type Sum = { group_value: string | null; currency: string; documents: number; total: number; amounts: Amount[] };
/** What an answer says: numbers or words, and the documents that prove them. */
type Answer = { says: unknown; documents: string[] };

const sums = async (args: object): Promise<Sum[]> => (await tool("sum_amounts", { documents_each: 50, ...args })).sums;
const named = (found: Sum[]): string[] => found.flatMap(({ amounts }) => amounts.map(({ document_id }) => document_id));
const search = async (args: object): Promise<any[]> =>
  (await tool("search_documents", { at_most: 50, ...args })).documents;
async function totalOf(args: object): Promise<Answer> {
  const found = await sums(args);
  return { says: Object.fromEntries(found.map(({ currency, total }) => [currency, total])), documents: named(found) };
}
async function totalBy(group_by: string, args: object): Promise<Answer> {
  const found = await sums({ group_by, ...args });
  return {
    says: Object.fromEntries(found.map(({ group_value, total }) => [group_value, total])),
    documents: named(found),
  };
}
async function first(args: object, of: (document: any) => unknown): Promise<Answer> {
  const [document] = await search({ ...args, at_most: 1 });
  return { says: of(document), documents: [document.id] };
}

const add = (some: Bill[]): number => some.reduce((sum, { cents }) => sum + cents!, 0) / 100;
const sumsOf = (some: Bill[], key: (bill: Bill) => string): Record<string, number> =>
  Object.fromEntries([...new Set(some.map(key))].map((one) => [one, add(some.filter((bill) => key(bill) === one))]));
const paid = BILLS.filter(({ cents }) => cents !== null);
const of = (filter: (bill: Bill) => boolean): Bill[] => paid.filter(filter);
const last = (some: Bill[]): Bill => some.toSorted((a, b) => a.date.localeCompare(b.date)).at(-1)!;
const dearest = (some: Bill[]): Bill => some.toSorted((a, b) => b.cents! - a.cents!)[0]!;
const in2026 = { date_from: "2026-01-01", date_to: "2026-12-31" };
const is2026 = ({ date }: Bill): boolean => date.startsWith("2026");
const electric = ({ topic }: Bill): boolean => topic === "electricity";

type Question = [question: string, ask: () => Promise<Answer>, truth: () => { says: unknown; bills: Bill[] }];
const totals = (some: Bill[]) => ({ says: sumsOf(some, ({ currency }) => currency), bills: some });
const QUESTIONS: Question[] = [
  [
    "What did electricity cost in 2026?",
    () => totalOf({ query: "electricity", ...in2026 }),
    () => totals(of((bill) => electric(bill) && is2026(bill))),
  ],
  [
    "And in 2025?",
    () => totalOf({ query: "electricity after:2025 before:2026" }),
    () => totals(of((bill) => electric(bill) && bill.date.startsWith("2025"))),
  ],
  [
    "How much more was that than in 2024?",
    async () => {
      const years = await Promise.all(
        ["2024", "2025"].map((year) => sums({ query: `electricity after:${year} before:${Number(year) + 1}` })),
      );
      const [before, after] = years.map(([sum]) => sum!.total) as [number, number];
      return { says: Math.round((after - before) * 100) / 100, documents: years.flatMap(named) };
    },
    () => {
      const year = (y: string) => of((bill) => electric(bill) && bill.date.startsWith(y));
      return {
        says: Math.round((add(year("2025")) - add(year("2024"))) * 100) / 100,
        bills: [...year("2024"), ...year("2025")],
      };
    },
  ],
  [
    "What did electricity cost each month of 2025?",
    () => totalBy("month", { query: "electricity", date_from: "2025-01-01", date_to: "2025-12-31" }),
    () => {
      const some = of((bill) => electric(bill) && bill.date.startsWith("2025"));
      return { says: sumsOf(some, ({ date }) => date.slice(0, 7)), bills: some };
    },
  ],
  [
    "How much of the electricity came from each supplier?",
    () => totalBy("correspondent", { query: "electricity" }),
    () => ({ says: sumsOf(of(electric), ({ sender }) => sender), bills: of(electric) }),
  ],
  [
    "What did we pay Halden Telecom in 2024?",
    () => totalOf({ query: "from:halden after:2024 before:2025" }),
    () => totals(of((bill) => bill.sender.startsWith("Halden") && bill.date.startsWith("2024"))),
  ],
  [
    "What did we spend in US dollars in 2025?",
    () => totalOf({ currencies: ["USD"], date_from: "2025-01-01", date_to: "2025-12-31" }),
    () => totals(of((bill) => bill.currency === "USD" && bill.date.startsWith("2025"))),
  ],
  [
    "What was given back to us?",
    () => totalOf({ document_types: ["credit-note"] }),
    () => totals(of(({ kind }) => kind === "credit-note")),
  ],
  [
    "What came to more than 2,000?",
    () => totalOf({ amount_from: 2000 }),
    () => totals(of(({ cents }) => cents! >= 200_000)),
  ],
  [
    "Which electricity bill was the highest, and how high?",
    () => first({ query: "electricity", sort: "-amount" }, ({ amount, correspondent }) => [amount, correspondent]),
    () => {
      const bill = dearest(of(electric));
      return { says: [bill.cents! / 100, bill.sender], bills: [bill] };
    },
  ],
  [
    "And the lowest invoice in pounds?",
    () => first({ document_types: ["invoice"], currencies: ["GBP"], sort: "amount" }, ({ amount }) => amount),
    () => {
      const bill = of(({ kind, currency }) => kind === "invoice" && currency === "GBP").toSorted(
        (a, b) => a.cents! - b.cents!,
      )[0]!;
      return { says: bill.cents! / 100, bills: [bill] };
    },
  ],
  [
    "When did Prime Cleaning last send an invoice?",
    () =>
      first(
        { query: "from:prime", document_types: ["invoice"], sort: "-document_date" },
        ({ document_date }) => document_date,
      ),
    () => {
      const bill = last(of(({ sender, kind }) => sender.startsWith("Prime") && kind === "invoice"));
      return { says: bill.date, bills: [bill] };
    },
  ],
  [
    "How much was invoice INV-0042?",
    async () => {
      const [document] = await search({ query: "INV-0042" });
      const { values } = await tool("get_document", { document_id: document.id });
      return {
        says: values.find(({ field }: { field: string }) => field === "amount").value,
        documents: [document.id],
      };
    },
    () => {
      const bill = BILLS.find(({ number }) => number === "INV-0042")!;
      return { says: bill.cents! / 100, bills: [bill] };
    },
  ],
  [
    "Who sent it, and when?",
    () => first({ query: "INV-0042" }, ({ correspondent, document_date }) => [correspondent, document_date]),
    () => {
      const bill = BILLS.find(({ number }) => number === "INV-0042")!;
      return { says: [bill.sender, bill.date], bills: [bill] };
    },
  ],
  [
    "How many invoices came in the first quarter of 2026?",
    async () => {
      const found = await search({ document_types: ["invoice"], date_from: "2026-01-01", date_to: "2026-03-31" });
      return { says: found.length, documents: found.map(({ id }) => id) };
    },
    () => {
      const some = of(({ kind, date }) => kind === "invoice" && date >= "2026-01-01" && date <= "2026-03-31");
      return { says: some.length, bills: some };
    },
  ],
  [
    "Which letters are there?",
    async () => {
      const found = await search({ document_types: ["letter"] });
      return { says: found.length, documents: found.map(({ id }) => id) };
    },
    () => {
      const some = BILLS.filter(({ kind }) => kind === "letter");
      return { says: some.length, bills: some };
    },
  ],
  ["What did water cost?", () => totalOf({ query: "sewage" }), () => totals(of(({ topic }) => topic === "water"))],
  [
    "What did cleaning cost in May 2025?",
    () => totalOf({ query: "from:cleaning", date_from: "2025-05-01", date_to: "2025-05-31" }),
    () => totals(of(({ topic, date }) => topic === "cleaning" && date.startsWith("2025-05"))),
  ],
  [
    "What did each kind of document come to in Swiss francs?",
    () => totalBy("document_type", { currencies: ["CHF"] }),
    () => {
      const some = of(({ currency }) => currency === "CHF");
      return { says: sumsOf(some, ({ kind }) => kind), bills: some };
    },
  ],
  ["What did gas cost?", () => totalOf({ query: "gas heating" }), () => ({ says: {}, bills: [] })],
];

describe("an agent that is asked", () => {
  it("has 20 questions and 200 documents", () => {
    expect([QUESTIONS.length, billOf.size]).toEqual([20, 200]);
  });

  it.each(QUESTIONS)("%s", async (_, ask, truth) => {
    const [answer, expected] = [await ask(), truth()];
    expect(answer.says).toEqual(expected.says);
    expect(answer.documents.map((id) => billOf.get(id)!.number).sort()).toEqual(
      expected.bills.map(({ number }) => number).sort(),
    );
    for (const id of answer.documents) await expectProven(id);
  });

  it("is told of every sum how many documents it has, and gets all of them as pages of a search", async () => {
    const [sum] = await sums({ currencies: ["EUR"], documents_each: 5 });
    const truth = of(({ currency }) => currency === "EUR");
    expect(sum).toMatchObject({ documents: truth.length, total: add(truth) });
    expect(sum!.amounts).toHaveLength(5);
    const all: string[] = [];
    for (let after: unknown; ; ) {
      const found = await tool("search_documents", { currencies: ["EUR"], sort: "amount", at_most: 50, after });
      all.push(...found.documents.map(({ id }: { id: string }) => billOf.get(id)!.number));
      if (!found.next) break;
      after = found.next;
    }
    expect(all.sort()).toEqual(truth.map(({ number }) => number).sort());
  });
});

const proven = new Set<string>();
/** The amount of a document has a quote that stands on its page and says it. */
async function expectProven(id: string): Promise<void> {
  const { cents, text } = billOf.get(id)!;
  if (proven.has(id) || cents === null) return;
  const { values } = await tool("get_document", { document_id: id });
  const amount = values.find(({ field }: { field: string }) => field === "amount");
  expect(amount).toMatchObject({ value: cents / 100, page: 1, verified: true });
  expect(amount.quote).toContain(written(cents));
  expect(text.replace(/\s+/g, " ")).toContain(amount.quote.replace(/\s+/g, " "));
  proven.add(id);
}
