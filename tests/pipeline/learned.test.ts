// One correction by a person, and the next document of the same sender, through everything that is real.
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { hurry } from "../../testing/temporary.ts";
import { signUp, type User } from "../../testing/user.ts";

let stack: LentStack;
let user: User;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  await hurry(stack);
  user = await signUp(stack);
});
afterAll(() => stack?.stop());

/** A paper whose sender, type, date and total no rule of ours knows by its words. */
const paper = (nth: number, started: string, settled: string, share: string, deposit: string) =>
  new TextEncoder().encode(
    [
      "the wandering heron",
      "Mooring sheet",
      `Sheet ${nth}`,
      "",
      `Season opened ${started}`,
      `Reckoned upon ${settled}`,
      "",
      `Berth share  EUR ${share}`,
      `Deposit held  EUR ${deposit}`,
      "",
      "VAT no. NL 8123 45 678 B01",
      "quay@wandering-heron.nl",
    ].join("\n"),
  );

async function described(text: Uint8Array, as = user): Promise<Record<string, any>> {
  const response = await as.upload("sheet.txt", text);
  const { document_id } = (await response.json()) as { document_id: string };
  await as.until(document_id, "completed");
  const { data } = await as.supabase.from("documents").select("*").eq("id", document_id).single();
  return data!;
}

const CORRECTED = {
  correspondent: "The Wandering Heron B.V.",
  document_type: "invoice",
  document_date: "2026-04-12",
  amount: 310.5,
  currency: "EUR",
};

it("gets the next document of the sender right after one correction, with evidence and a line in its history", async () => {
  const first = await described(paper(1, "01.02.2026", "12.04.2026", "310,50", "900,00"));
  expect(first).not.toMatchObject(CORRECTED);
  const { error } = await user.supabase.from("documents").update(CORRECTED).eq("id", first.id);
  expect(error).toBeNull();

  const next = await described(paper(2, "03.02.2026", "19.05.2026", "288,00", "900,00"));
  expect(next).toMatchObject({ ...CORRECTED, document_date: "2026-05-19", amount: 288 });
  expect(next.display_name).toMatch(/^Invoice - The Wandering Heron.* - 2026-05-19\.txt$/);
  const { data: run } = await user.supabase
    .from("metadata_runs")
    .select("evidence")
    .eq("document_id", next.id)
    .single();
  expect(run!.evidence).toMatchObject({
    correspondent: { verified: true, quote: "the wandering heron" },
    document_date: { verified: true, quote: "Reckoned upon 19.05.2026" },
    amount: { verified: true, quote: "Berth share EUR 288,00" },
  });
  const { data: history } = await user.supabase
    .from("document_events")
    .select("message")
    .eq("document_id", next.id)
    .eq("stage", "metadata")
    .eq("kind", "completed")
    .single();
  expect(history!.message).toMatch(/As you corrected this sender on \d{4}-\d\d-\d\d: Type, From, Date, Amount\.$/);
});

it("takes the later of two corrections, and nothing once its owner deleted what was learned", async () => {
  const again = await described(paper(3, "03.02.2026", "20.05.2026", "270,00", "901,00"));
  await user.supabase.from("documents").update({ correspondent: "Heron", amount: 901 }).eq("id", again.id);
  const later = await described(paper(4, "03.02.2026", "21.05.2026", "271,00", "902,00"));
  expect(later).toMatchObject({
    correspondent: "Heron",
    document_type: "invoice",
    document_date: "2026-05-21",
    amount: 902,
  });

  const { data: learned } = await user.supabase.from("learned_hints").select("id, correspondent, amount_label");
  expect(learned).toMatchObject([{ correspondent: "Heron", amount_label: "deposit held" }]);
  await user.supabase.from("learned_hints").delete().eq("id", learned![0]!.id);
  const last = await described(paper(5, "03.02.2026", "22.05.2026", "272,00", "903,00"));
  expect(last.correspondent).not.toBe("Heron");
});

it("teaches nobody else", async () => {
  const stranger = await signUp(stack);
  const theirs = await described(paper(6, "03.02.2026", "22.05.2026", "272,00", "903,00"), stranger);
  expect(theirs.correspondent).not.toBe("Heron");
});
