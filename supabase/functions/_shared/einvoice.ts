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
