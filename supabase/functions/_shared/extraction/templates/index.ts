import type { DocumentType } from "../../metadata.ts";
import type { Fields } from "../schema.ts";
import { BANK_STATEMENT, DELIVERY_NOTE, INVOICE, RECEIPT } from "./bills.ts";
import { CONTRACT, ID_DOCUMENT, INSURANCE_POLICY, PAYSLIP } from "./papers.ts";

/** A schema to begin with: a user takes a copy and changes it. */
export type Template = { name: string; description: string; document_types: DocumentType[]; fields: Fields };

export const TEMPLATES: Record<string, Template> = {
  invoice: {
    name: "Invoices",
    description: "Invoices with their lines",
    document_types: ["invoice", "credit-note"],
    fields: INVOICE,
  },
  receipt: { name: "Receipts", description: "Receipts with their lines", document_types: ["receipt"], fields: RECEIPT },
  bank_statement: {
    name: "Bank statements",
    description: "Bank statements with their transactions",
    document_types: ["bank-statement"],
    fields: BANK_STATEMENT,
  },
  payslip: {
    name: "Payslips",
    description: "Pay, deductions and what is paid out",
    document_types: ["payslip"],
    fields: PAYSLIP,
  },
  contract: {
    name: "Contracts",
    description: "Parties, dates and terms of contracts",
    document_types: ["contract"],
    fields: CONTRACT,
  },
  insurance_policy: {
    name: "Insurance policies",
    description: "Policy numbers, periods and premiums",
    document_types: ["insurance"],
    fields: INSURANCE_POLICY,
  },
  delivery_note: {
    name: "Delivery notes",
    description: "Deliveries with their items",
    document_types: ["delivery-note"],
    fields: DELIVERY_NOTE,
  },
  id_document: {
    name: "ID documents",
    description: "Passports, identity cards and licenses",
    document_types: ["certificate"],
    fields: ID_DOCUMENT,
  },
};
