import { expect, it } from "vitest";
import { safeName } from "../../supabase/functions/_shared/file-name.ts";

it.each([
  ["report.pdf", "report.pdf"],
  ["../../etc/passwd", "passwd"],
  ["C:\\Users\\me\\Scan 1.PDF", "Scan 1.PDF"],
  ["inv\u0000oice\u202Efdp.exe\u2028.pdf", "invoicefdp.exe.pdf"],
  ["Überweisung – März.pdf", "Überweisung – März.pdf"],
  [".hidden", "hidden"],
  ["  ", "document"],
  ["..", "document"],
  [`${"a".repeat(300)}.pdf`, `${"a".repeat(251)}.pdf`],
  [`a.${"b".repeat(300)}`, `a.${"b".repeat(253)}`],
])("keeps what is safe of %j", (name, safe) => {
  expect(safeName(name)).toBe(safe);
});

it("keeps words apart that line breaks and tabs part, and cuts no character in two", () => {
  expect(safeName("Rechnung\tvom\r\n 5.\u2028Mai.pdf")).toBe("Rechnung vom 5. Mai.pdf");
  expect(safeName(`${"😀".repeat(200)}.pdf`)).toBe(`${"😀".repeat(125)}.pdf`);
});
