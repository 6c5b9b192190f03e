import type { FakeAnswer, FakeBlock } from "../claude.ts";

/** What the default model "sees" on every image and PDF page. */
export const TRANSCRIPTION = "Invoice\nAcme Corp\nInvoice date: 2026-03-15\nTotal: EUR 120.00";

type Block = {
  type: string;
  name?: string;
  id?: string;
  tool_use_id?: string;
  content?: string;
  is_error?: boolean;
  text?: string;
};

/**
 * The answer of a well-mannered model: it transcribes what it is shown; as a describing agent it reads, saves what it
 * found in the text it was sent, and ends.
 */
export function modelStep(body: any): FakeAnswer {
  const blocks: Block[] = body.messages.flatMap((message: { content: string | Block[] }) =>
    typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content,
  );
  const answer = (...content: FakeBlock[]): FakeAnswer => ({ kind: "ok", content });
  if (blocks.some((block) => block.type === "image" || block.type === "document"))
    return answer({ type: "text", text: TRANSCRIPTION });
  if (!body.tools?.some((tool: { name: string }) => tool.name === "save_metadata"))
    return answer({ type: "text", text: "Hello." });

  const results = blocks.filter((block) => block.type === "tool_result");
  const nameOf = (result: Block) =>
    blocks.find((block) => block.type === "tool_use" && block.id === result.tool_use_id)?.name;
  const read = results
    .filter((result) => nameOf(result) === "read_ocr")
    .map((result) => result.content ?? "")
    .join("\n");
  if (results.some((result) => nameOf(result) === "save_metadata"))
    return answer({ type: "text", text: "The document is described." });
  const opening = blocks[0]?.text ?? "";
  if (results.length === 0) {
    const pages = Number(/Pages: (\d+)/.exec(opening)?.[1] ?? 1);
    return answer(
      { type: "text", text: "I read the first pages." },
      { type: "tool_use", name: "read_ocr", input: { from_page: 1, to_page: Math.min(pages, 3) } },
    );
  }
  return answer(
    { type: "text", text: "I save what I found." },
    { type: "tool_use", name: "save_metadata", input: metadataOf(read, extensionIn(opening)) },
  );
}

const TYPES: [RegExp, string][] = [
  [/invoice|rechnung|facture/i, "invoice"],
  [/receipt|quittung|\btotal\b/i, "receipt"],
  [/report/i, "report"],
  [/dear |sehr geehrte|madame, monsieur/i, "letter"],
];

/**
 * Metadata whose every value stands on one page, the first that has words: the type by a word, the sender by the first line, the first
 * ISO date. Null for what does not stand there.
 */
function metadataOf(answer: string, extension: string) {
  const pages = [...answer.matchAll(/ page (\d+) begins\]\n([\s\S]*?)\n\[\S+ page \d+ ends\]/g)].map(
    ([, number, text]) => ({ page: Number(number), text: text! }),
  );
  const { page, text } = pages.find(({ text }) => linesOf(text).length > 0) ?? {
    page: 1,
    text: pages.length > 0 ? "" : answer,
  };
  const lines = linesOf(text);
  const [pattern, type] = TYPES.find(([pattern]) => pattern.test(text)) ?? [/$^/, "other"];
  const sender = (lines.find((line) => !pattern.test(line)) ?? lines[0])?.slice(0, 30).trim() ?? null;
  const date = /\b\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d)\b/.exec(text)?.[0] ?? null;
  const word = pattern.exec(text)?.[0].trim();
  const title = type[0]!.toUpperCase() + type.slice(1);
  return {
    display_name: [title, sender, date].filter(Boolean).join(" - ") + extension,
    tags: [type, "read-by-claude"],
    summary: `${title}${sender ? ` from ${sender}` : ""}${date ? ` of ${date}` : ""}.`,
    document_type: type,
    correspondent: sender,
    document_date: date,
    language: "en",
    evidence: {
      ...(word ? { document_type: { page, quote: word, confidence: 0.9 } } : {}),
      ...(sender ? { correspondent: { page, quote: sender, confidence: 0.8 } } : {}),
      ...(date ? { document_date: { page, quote: date, confidence: 0.95 } } : {}),
    },
  };
}

/** What the tool says of an empty page (supabase/functions/metadata/claude/page-text.ts) is none of its lines. */
const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /\p{L}{2}/u.test(line) && line !== "(this page has no text)");

function extensionIn(opening: string): string {
  return /File name[^\n]*(\.[a-z0-9]{1,8})"/i.exec(opening)?.[1]?.toLowerCase() ?? "";
}
