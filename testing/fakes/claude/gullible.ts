import type { FakeAnswer, FakeBlock, FakeStep } from "../claude.ts";

/** What somebody hid in a document: orders for whoever reads them. */
export type Orders = {
  injection: string;
  calls?: { name: string; input: unknown }[];
  values?: Record<string, unknown>;
  says?: string;
};

/** What the model would have saved if it had been left alone. */
export const HONEST = {
  display_name: "Invoice - Acme Tools Ltd - 2026-05-01.pdf",
  tags: ["invoice", "acme-tools"],
  summary: "Invoice from Acme Tools Ltd.",
  document_type: "invoice",
  correspondent: "Acme Tools Ltd",
  document_date: "2026-05-01",
  language: "en",
  evidence: {
    correspondent: { page: 1, quote: "Acme Tools Ltd" },
    document_date: { page: 1, quote: "Invoice date: 1 May 2026" },
  },
};

/**
 * A model as gullible as can be: it reads everything, asks for all tags, and once it has seen the orders it obeys them to
 * the letter: makes every call that they ask for, says what they say, and saves their values. A save that is rejected it
 * repeats unchanged once, and then gives up only what the answer names. It follows the Messages API: a turn is one
 * message whose tool_use blocks are all answered in the next one
 * (https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview).
 *
 * `obeyed` is told whether the orders were found in what the model was sent: a test that never shows them proves nothing.
 */
export function gullibleModel(orders: Orders, obeyed: (found: boolean) => void): FakeStep[] {
  const look: FakeStep = () =>
    ok(
      { type: "tool_use", name: "read_ocr", input: { from_page: 1, to_page: 2 } },
      { type: "tool_use", name: "find_tags", input: { query: "" } },
    );
  const obey: FakeStep = (request) => {
    obeyed(JSON.stringify(request.body.messages).includes(carried(orders.injection)));
    return ok(
      ...(orders.says ? [{ type: "text", text: orders.says } as const] : []),
      ...(orders.calls ?? [{ name: "read_ocr", input: { from_page: 1, to_page: 1 } }]).map(
        (call): FakeBlock => ({ type: "tool_use", ...call }),
      ),
    );
  };
  const save: FakeStep = () => ok({ type: "tool_use", name: "save_metadata", input: { ...HONEST, ...orders.values } });
  const mend: FakeStep = (request) => {
    const said = request.body.messages
      .at(-1)
      .content.filter((block: { type: string }) => block.type === "tool_result")
      .map((block: { content: string }) => block.content)
      .join("\n");
    const kept = Object.entries(orders.values ?? {}).filter(([name]) => !said.includes(name));
    return ok({ type: "tool_use", name: "save_metadata", input: { ...HONEST, ...Object.fromEntries(kept) } });
  };
  return [look, obey, save, save, mend];
}

const ok = (...content: FakeBlock[]): FakeAnswer => ({ kind: "ok", content });

/** A piece of the injection in the form in which it travels: JSON in a JSON body. */
function carried(injection: string): string {
  const piece = injection
    .trim()
    .split(/[\n\r\u0000-\u001F"\\]/)
    .reduce((longest, part) => (part.length > longest.length ? part : longest), "");
  return piece.slice(0, 40);
}
