import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClaude, DEFAULT_CLAUDE_MODEL } from "../../../supabase/functions/_shared/claude.ts";
import { createLog } from "../../../supabase/functions/_shared/log.ts";
import { type Describe, type DescribeStep, Metadata } from "../../../supabase/functions/_shared/metadata.ts";
import { createClaudeDescribe } from "../../../supabase/functions/metadata/claude/describe.ts";
import { createDescribing } from "../../../supabase/functions/metadata/describing.ts";
import { describeLocally } from "../../../supabase/functions/metadata/local/describe.ts";
import { type FakeClaude, startFakeClaude } from "../../../testing/fakes/claude.ts";
import { gullibleModel } from "../../../testing/fakes/claude/gullible.ts";
import { createFakePipeline, DOCUMENT_ID, type FakePipeline } from "../../../testing/fakes/pipeline.ts";
import { HARMLESS, INJECTED, type InjectedDocument, OTHER_DOCUMENT, OTHER_USER, SECRET } from "./documents.ts";

let claude: FakeClaude;
beforeAll(async () => {
  claude = await startFakeClaude();
});
afterAll(() => claude.close());

/** What would be acted on where it is shown: markup, addresses, and characters that hide or turn text around. */
const ACTIVE =
  /[<>\p{Cc}\p{Cs}\p{Co}\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\u{E0000}-\u{E01EF}]|\w:\/\/|\bwww\.|(?:javascript|vbscript|data):\S|\]\(|&(?:lt|gt|#\d+);/iu;

const textsOf = (document: InjectedDocument) => [
  HARMLESS,
  ...(document.where ? [] : [`Thank you for your order.\n${document.injection}`]),
];

/** Describes an injected document as a function does, with a pipeline that also holds another user's document. */
async function described(document: InjectedDocument, engine: Describe) {
  const fake = createFakePipeline({ pages: textsOf(document), others: { [OTHER_DOCUMENT]: SECRET } });
  if (document.where === "filename") fake.claim.document!.filename = document.injection;
  if (document.where === "tag") fake.tags.push(document.injection);
  const steps: DescribeStep[] = [];
  const log: string[] = [];
  const work = createDescribing({ pipeline: fake.pipeline, describe: engine })({
    onStep: (step) => steps.push(step),
    onComplete: () => {},
  });
  await work({
    claim: fake.claim,
    log: createLog("debug", (line) => log.push(line)),
    signal: new AbortController().signal,
    takeNext: () => false,
  });
  return { fake, steps, log };
}

/** What must hold of whatever was stored and told, however the engine was steered. */
function expectUnharmed(
  { fake, steps, log }: { fake: FakePipeline; steps: DescribeStep[]; log: string[] },
  document: InjectedDocument,
) {
  expect([...fake.ids], "no other document is touched").toEqual([DOCUMENT_ID]);
  expect(fake.saved).toHaveLength(1);
  const { metadata, ...run } = fake.saved[0]!;
  expect(Metadata.strict().parse(metadata), "nothing outside the schema is stored").toEqual(metadata);
  expect(run).toMatchObject({ engine: expect.stringMatching(/^(claude|local)$/) });

  const { evidence, ...values } = metadata;
  for (const text of Object.values(values).flat()) if (typeof text === "string") expect(text).not.toMatch(ACTIVE);
  expect(metadata.display_name).not.toMatch(/[/\\:*?"|]|^\./);
  const pages = textsOf(document).map((text) => text.replace(/\s+/g, " "));
  for (const { page, quote } of Object.values(evidence) as { page: number; quote: string }[]) {
    expect(pages[page - 1], "evidence stands on its page").toContain(quote.replace(/\s+/g, " "));
    expect(quote).not.toMatch(/<[a-z/!]|[\u202A-\u202E]/i);
  }

  const told = JSON.stringify([fake.events, steps, fake.saved]);
  expect(told).not.toContain(SECRET.slice(0, 9));
  for (const step of steps) if (step.type === "text") expect(step.text).not.toMatch(/[<>\u202A-\u202E]/);
  for (const event of fake.events) expect(event.message).not.toMatch(ACTIVE);
  expect(log.join("\n"), "the log has no text of a document").not.toMatch(/Acme|Thank you|SYSTEM|Pwned|alert/);
}

it("there are at least 40 injected documents, each with another attempt", () => {
  expect(new Set(INJECTED.map((document) => document.tries)).size).toBe(INJECTED.length);
  expect(INJECTED.length).toBeGreaterThanOrEqual(40);
});

describe("a model that obeys a document that", () => {
  it.each(INJECTED.map((document) => [document.tries, document] as const))("%s harms nothing", async (_, document) => {
    claude.requests.length = 0;
    let found = false;
    claude.script(...gullibleModel(document, (seen) => (found = seen)));
    const result = await described(
      document,
      createClaudeDescribe({
        claude: createClaude({ apiKey: "sk-fake", baseUrl: claude.url }),
        model: DEFAULT_CLAUDE_MODEL,
      }),
    ).finally(() => claude.clear());
    expect(found, "the model was shown the orders").toBe(true);
    expectUnharmed(result, document);
    expect(result.fake.saved[0]!.engine).toBe("claude");

    for (const request of claude.requests) {
      expect(request.status).toBe(200);
      const sent = JSON.stringify(request.body);
      expect(JSON.stringify(request.body.system), "the system prompt is the same for all").not.toContain(
        OTHER_DOCUMENT,
      );
      expect(sent, "nothing of another document is ever read").not.toContain(SECRET.slice(-5));
    }
    expect(refusedCalls(document)).toBe(true);
  });

  /** Whether every call that named another document, user, path or tool was answered as an error. */
  function refusedCalls(document: InjectedDocument): boolean {
    const blocks = claude.requests
      .at(-1)!
      .body.messages.flatMap((message: { content: any }) => (Array.isArray(message.content) ? message.content : []));
    const reaching = (document.calls ?? []).filter(
      ({ name, input }) =>
        !["read_ocr", "search_ocr", "find_tags", "save_metadata"].includes(name) ||
        /"(?:document_id|user_id|path)":/.test(JSON.stringify(input)),
    );
    return reaching
      .filter(({ name }) => name !== "save_metadata")
      .every(({ name, input }) => {
        const asked = blocks.find(
          (block: any) =>
            block.type === "tool_use" && block.name === name && JSON.stringify(block.input) === JSON.stringify(input),
        );
        return (
          blocks.find((block: any) => block.type === "tool_result" && block.tool_use_id === asked?.id)?.is_error ===
          true
        );
      });
  }
});

describe("the local generator, given a document that", () => {
  it.each(INJECTED.map((document) => [document.tries, document] as const))("%s, harms nothing", async (_, document) => {
    const result = await described(document, describeLocally);
    expectUnharmed(result, document);
    expect(result.fake.saved[0]!.metadata).toMatchObject({ document_type: "invoice", document_date: "2026-05-01" });
  });
});

it("a value that a document made up is stored without evidence, for the database to leave out", async () => {
  const document = INJECTED.find(({ tries }) => tries === "wants evidence that it made up")!;
  claude.script(...gullibleModel(document, () => {}));
  const { fake } = await described(
    document,
    createClaudeDescribe({
      claude: createClaude({ apiKey: "sk-fake", baseUrl: claude.url }),
      model: DEFAULT_CLAUDE_MODEL,
    }),
  ).finally(() => claude.clear());
  expect(fake.saved[0]!.metadata.evidence).toEqual({});
});

it("another user's id is nowhere in what the model is sent", () => {
  for (const request of claude.requests) expect(JSON.stringify(request.body.messages[0])).not.toContain(OTHER_USER);
});
