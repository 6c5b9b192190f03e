// What a correction of a document can teach, and what becomes of it with the next one, without a database.
import { describe, expect, it } from "vitest";
import type { LearnedHint } from "../../supabase/functions/_shared/learned.ts";
import { cluesOf } from "../../supabase/functions/metadata/learned/clues.ts";
import { taughtFields } from "../../supabase/functions/metadata/learned/hint.ts";
import { describeLocally } from "../../supabase/functions/metadata/local/describe.ts";
import { linesOf } from "../../supabase/functions/metadata/local/text/text.ts";

const page = (...lines: string[]) => [{ page_number: 1, text: lines.join("\n") }];
const HINT: LearnedHint = {
  id: 1,
  marks: [],
  correspondent: null,
  document_type: null,
  instead_of: [],
  date_label: null,
  date_nth: null,
  date_order: null,
  amount_label: null,
  amount_nth: null,
  corrected_on: "2026-11-28",
};

async function describeWith(hint: Partial<LearnedHint>, pages: ReturnType<typeof page>) {
  const input = { filename: "scan.pdf", mime_type: "application/pdf", page_count: 1, pages };
  const { metadata } = await describeLocally(
    { ...input, learned: { ...HINT, marks: cluesOf(pages).marks, ...hint } },
    () => {},
  );
  return metadata;
}

describe("the marks of a sender", () => {
  it("are its numbers, accounts, domains and telephone numbers, however they are parted", () => {
    const { marks } = cluesOf(
      page(
        "Hafenkontor Nord",
        "Tel. +49 431 220 88-10",
        "USt-IdNr.: DE 811 223 344 · HRB 10442 KI",
        "IBAN DE02 1203 0000 0000 2020 51 BIC BYLADEM1001",
        "buchhaltung@rechnung.hafenkontor.example",
      ),
    );
    expect(marks).toEqual([
      "tax:DE811223344",
      "tax:10442KI",
      "iban:DE02120300000000202051",
      "domain:hafenkontor.example",
      "phone:12208810",
      "head:hafenkontor nord",
    ]);
  });

  it("leave out what the text says is the recipient's, and the domains of mail providers", () => {
    const { marks } = cluesOf(
      page("Bill to: Beispiel GmbH", "Your VAT no: GB999999973", "Ihre USt-IdNr: DE999999999", "someone@gmail.com"),
    );
    expect(marks).toEqual([]);
  });

  it("know a number by its label in other countries", () => {
    const numbers = cluesOf(
      page("TVA intracom: FR40 303 265 045", "P. IVA 01234567890", "NIP: 526-030-52-36", "登録番号: T1234567890123"),
    ).marks;
    expect(numbers).toEqual(["tax:FR40303265045", "tax:01234567890", "tax:5260305236", "tax:T1234567890123"]);
  });
});

describe("the words beside a value", () => {
  const labels = (...lines: string[]) => cluesOf(page(...lines)).dates.map(({ value, label }) => `${value} ${label}`);

  it("stand before it, in the cell to the left, in the heading above, or in a run of labels", () => {
    expect(labels("Leistung erbracht am 15.03.2026")).toEqual(["2026-03-15 leistung erbracht am"]);
    expect(labels("Valuta    15.03.2026")).toEqual(["2026-03-15 valuta"]);
    expect(labels("Nr    Valuta", "4711    15.03.2026")).toEqual(["2026-03-15 valuta"]);
    expect(labels("Nummer", "Valuta", "4711-22", "15.03.2026")).toEqual(["2026-03-15 valuta"]);
    expect(labels("15.03.2026")).toEqual(["2026-03-15 "]);
  });

  it("come with the order of day and month that a date of numbers shows", () => {
    expect(cluesOf(page("Valuta 12/25/2026")).dates).toEqual([
      { value: "2026-12-25", label: "valuta", nth: 1, order: "month" },
    ]);
  });

  it("come with whether it is the first or the last with them, and with both readings of a date that is open", () => {
    const { amounts, dates } = cluesOf(page("Saldo 10,00", "Saldo 20,00", "Saldo 30,00", "Valuta 03/04/2026"));
    expect(amounts).toEqual([
      { value: "10", label: "saldo", nth: 1 },
      { value: "30", label: "saldo", nth: -1 },
    ]);
    expect(dates).toEqual([
      { value: "2026-04-03", label: "valuta", nth: 1, order: "day" },
      { value: "2026-03-04", label: "valuta", nth: 1, order: "month" },
    ]);
  });
});

describe("a description with what was learned", () => {
  const LETTER = page(
    "northwind",
    "Ledger of your stay",
    "Arrival 02/03/2026",
    "Posting day 04/05/2026",
    "Rooms 310.00",
    "Closing figure 341.00",
    "Deposit 900.00",
    "ABN 51 824 753 556",
  );

  it("has the sender's spelling, the type, and date and amount from beside the words, each with its evidence", async () => {
    const metadata = await describeWith(
      {
        correspondent: "Northwind",
        document_type: "receipt",
        instead_of: ["other"],
        date_label: "posting day",
        date_nth: 1,
        date_order: "month",
        amount_label: "closing figure",
        amount_nth: 1,
      },
      LETTER,
    );
    expect(metadata).toMatchObject({
      correspondent: "Northwind",
      document_type: "receipt",
      document_date: "2026-04-05",
      amount: { value: 341 },
      evidence: {
        correspondent: { page: 1, quote: "northwind" },
        document_date: { page: 1, quote: "Posting day 04/05/2026" },
        amount: { page: 1, quote: "Closing figure 341.00" },
      },
    });
    expect(metadata.display_name).toContain("Northwind");
  });

  it("has a sender that is not named from the mark that the owner taught to be theirs", async () => {
    const metadata = await describeWith({ correspondent: "Grandma's Hotel" }, LETTER);
    expect(metadata.correspondent).toBe("Grandma's Hotel");
    expect(metadata.evidence.correspondent).toMatchObject({ page: 1, quote: "ABN 51 824 753 556", source: "learned" });
  });

  it("takes nothing of a hint whose sender neither stands there nor left a mark", async () => {
    const pages = page("Northwind", "Posting day 14/05/2026");
    const metadata = await describeWith(
      {
        marks: ["head:northwind"],
        correspondent: "Somebody Else",
        document_type: "receipt",
        date_label: "posting day",
        date_nth: 1,
      },
      pages,
    );
    expect(metadata).toMatchObject({ document_type: "other", correspondent: null });
  });

  it("keeps a type that reads like neither the corrected one nor none", async () => {
    const pages = page("Northwind", "Credit note", "ABN 51 824 753 556", "Total credit 10.00");
    const metadata = await describeWith(
      { correspondent: "Northwind", document_type: "insurance", instead_of: ["invoice"] },
      pages,
    );
    expect(metadata.document_type).toBe("credit-note");
  });

  it("says which fields follow the hint", () => {
    const lines = linesOf(LETTER);
    const metadata: any = {
      correspondent: "Northwind",
      document_type: "receipt",
      document_date: "2026-05-04",
      amount: { value: -341 },
    };
    const hint = {
      ...HINT,
      correspondent: "Northwind",
      date_label: "arrival",
      date_nth: 1 as const,
      amount_label: "closing figure",
      amount_nth: 1 as const,
    };
    expect(taughtFields(metadata, hint, lines)).toEqual(["correspondent", "amount"]);
  });
});
