import { z } from "zod";

/**
 * What the XML inside an e-invoice says (Factur-X, ZUGFeRD, XRechnung, Order-X): what ocr stores with the text and describing
 * takes for the truth. Small by construction. Each value is null where the XML does not give it.
 */
export const Einvoice = z.object({
  /** UNTDID 1001: 380 invoice, 381 credit note, 384 corrected invoice, … */
  type_code: z.string().max(10).nullable(),
  number: z.string().max(100).nullable(),
  seller: z.string().max(200).nullable(),
  /** YYYY-MM-DD */
  issue_date: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .nullable(),
  /** ISO 4217 */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .nullable(),
  /** With tax, in whole units of the currency. */
  grand_total: z.number().nullable(),
});
export type Einvoice = z.infer<typeof Einvoice>;

const Figure = z.number().nullable();
/** A line of an e-invoice. Null where the XML does not give it. */
export const EinvoiceLine = z.object({
  description: z.string().max(300).nullable(),
  quantity: Figure,
  unit_price: Figure,
  total: Figure,
});
/** What extraction takes from an e-invoice beside what Einvoice has: stored apart, since an invoice may have a thousand lines. */
export const EinvoiceDetails = z.object({
  due_date: z.string().nullable(),
  net: Figure,
  tax: Figure,
  lines: z.array(EinvoiceLine),
});
export type EinvoiceDetails = z.infer<typeof EinvoiceDetails>;
