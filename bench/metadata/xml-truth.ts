import { getDocumentProxy } from "unpdf";
import type { Truth } from "./samples.ts";

/** Codes of UNTDID 1001 that are credit notes. */
const CREDIT_NOTES = ["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"];

/**
 * What the XML inside an e-invoice says, found by patterns and not by the code that is measured; null where the file has no such
 * XML. Of Cross Industry Invoices (Factur-X, ZUGFeRD).
 */
export async function truthOfXml(bytes: Uint8Array): Promise<Truth | null> {
  const pdf = await getDocumentProxy(bytes.slice(), { verbosity: 0 });
  try {
    const attached = (await pdf.getAttachments()) as
      | Map<string, { content: Uint8Array }>
      | Record<string, { content: Uint8Array }>
      | null;
    const files = attached instanceof Map ? [...attached.values()] : Object.values(attached ?? {});
    const xml = files
      .map(({ content }) => new TextDecoder().decode(content))
      .find((text) => /<(?:\w+:)?CrossIndustry(?:Invoice|Document)\b/.test(text));
    if (!xml) return null;
    const within = (name: string, text: string): string =>
      new RegExp(`<(?:\\w+:)?${name}\\b[^>]*>([\\s\\S]*?)</(?:\\w+:)?${name}>`).exec(text)?.[1] ?? "";
    const header = within("(?:Header)?ExchangedDocument", xml);
    const day = /(\d{4})-?(\d{2})-?(\d{2})/.exec(within("DateTimeString", within("IssueDateTime", header)));
    const company = within("Name", within("SellerTradeParty", xml)).replaceAll("&amp;", "&").trim();
    const total = within("GrandTotalAmount", xml);
    return {
      company: company || null,
      date: day ? `${day[1]}-${day[2]}-${day[3]}` : null,
      total: total ? Number(total) : null,
      type: CREDIT_NOTES.includes(within("TypeCode", header).trim()) ? "credit-note" : "invoice",
    };
  } finally {
    await pdf.loadingTask.destroy();
  }
}
