import type { DocumentType } from "../../../_shared/metadata.ts";
import { MORE_SUMMARIES } from "./more-summaries.ts";

/** The sentence that describes a bill, in one language. Each part is left out where its value is unknown. */
export type SummaryWords = {
  locale: string;
  types: Partial<Record<DocumentType, string>>;
  /** What any other document is called. */
  document: string;
  from: (name: string) => string;
  dated: (date: string) => string;
  over: (amount: string) => string;
  between: (one: string, other: string) => string;
  about: (subject: string) => string;
  /** What an archive, a table or a calendar holds, by names that commas part. */
  archive: (names: string) => string;
  table: (names: string) => string;
  calendar: (names: string) => string;
  noText: string;
};

/** By language, ISO 639-1. */
export const SUMMARIES: Record<string, SummaryWords> = {
  ...MORE_SUMMARIES,
  en: {
    locale: "en-GB", document: "Document",
    types: {
      invoice: "Invoice", receipt: "Receipt", "credit-note": "Credit note", quote: "Quote", order: "Order", "delivery-note": "Delivery note", "bank-statement": "Bank statement", payslip: "Payslip", tax: "Tax document",
      insurance: "Insurance document", contract: "Contract", letter: "Letter", report: "Report", minutes: "Minutes", manual: "Manual", article: "Article", form: "Form", certificate: "Certificate", cv: "CV", ticket: "Ticket",
    },
    from: (name) => ` from ${name}`, dated: (date) => ` dated ${date}`, over: (amount) => ` over ${amount}`, between: (one, other) => ` between ${one} and ${other}`, about: (subject) => `: ${subject}`,
    archive: (names) => `Archive (files: ${names})`, table: (names) => `Table (columns: ${names})`, calendar: (names) => `Calendar (entries: ${names})`,
    noText: "No text was found in this document.",
  },
  de: {
    locale: "de-DE", document: "Dokument",
    types: {
      invoice: "Rechnung", receipt: "Kassenbeleg", "credit-note": "Gutschrift", quote: "Angebot", order: "Bestellung", "delivery-note": "Lieferschein", "bank-statement": "Kontoauszug", payslip: "Gehaltsabrechnung", tax: "Steuerunterlage",
      insurance: "Versicherungsunterlage", contract: "Vertrag", letter: "Brief", report: "Bericht", minutes: "Protokoll", manual: "Handbuch", article: "Artikel", form: "Formular", certificate: "Bescheinigung", cv: "Lebenslauf", ticket: "Ticket",
    },
    from: (name) => ` von ${name}`, dated: (date) => ` vom ${date}`, over: (amount) => ` über ${amount}`, between: (one, other) => ` zwischen ${one} und ${other}`, about: (subject) => `: ${subject}`,
    archive: (names) => `Archiv (Dateien: ${names})`, table: (names) => `Tabelle (Spalten: ${names})`, calendar: (names) => `Kalender (Termine: ${names})`,
    noText: "In diesem Dokument wurde kein Text gefunden.",
  },
  fr: {
    locale: "fr-FR", document: "Document",
    types: {
      invoice: "Facture", receipt: "Ticket de caisse", "credit-note": "Avoir", quote: "Devis", order: "Commande", "delivery-note": "Bon de livraison", "bank-statement": "Relevé de compte", payslip: "Bulletin de paie", tax: "Document fiscal",
      insurance: "Document d'assurance", contract: "Contrat", letter: "Lettre", report: "Rapport", minutes: "Compte rendu", manual: "Mode d'emploi", article: "Article", form: "Formulaire", certificate: "Attestation", cv: "CV", ticket: "Billet",
    },
    from: (name) => (/^[aeiouyàâéèêëîïôûœ]/iu.test(name) ? ` d'${name}` : ` de ${name}`), dated: (date) => ` du ${date}`, over: (amount) => ` d'un montant de ${amount}`, between: (one, other) => ` entre ${one} et ${other}`, about: (subject) => ` : ${subject}`,
    archive: (names) => `Archive (fichiers : ${names})`, table: (names) => `Tableau (colonnes : ${names})`, calendar: (names) => `Calendrier (rendez-vous : ${names})`,
    noText: "Aucun texte n'a été trouvé dans ce document.",
  },
  es: {
    locale: "es-ES", document: "Documento",
    types: {
      invoice: "Factura", receipt: "Recibo", "credit-note": "Nota de crédito", quote: "Presupuesto", order: "Pedido", "delivery-note": "Albarán", "bank-statement": "Extracto bancario", payslip: "Nómina", tax: "Documento fiscal",
      insurance: "Documento de seguro", contract: "Contrato", letter: "Carta", report: "Informe", minutes: "Acta", manual: "Manual", article: "Artículo", form: "Formulario", certificate: "Certificado", cv: "Currículum", ticket: "Billete",
    },
    from: (name) => ` de ${name}`, dated: (date) => ` del ${date}`, over: (amount) => ` por ${amount}`, between: (one, other) => ` entre ${one} y ${other}`, about: (subject) => `: ${subject}`,
    archive: (names) => `Archivo comprimido (archivos: ${names})`, table: (names) => `Tabla (columnas: ${names})`, calendar: (names) => `Calendario (citas: ${names})`,
    noText: "No se ha encontrado texto en este documento.",
  },
  ms: {
    locale: "ms-MY", document: "Dokumen",
    types: {
      invoice: "Invois", receipt: "Resit", "credit-note": "Nota kredit", quote: "Sebut harga", order: "Pesanan", "delivery-note": "Nota penghantaran", "bank-statement": "Penyata bank", payslip: "Slip gaji", tax: "Dokumen cukai",
      insurance: "Dokumen insurans", contract: "Perjanjian", letter: "Surat", report: "Laporan", minutes: "Minit mesyuarat", manual: "Manual", article: "Artikel", form: "Borang", certificate: "Sijil", cv: "Resume", ticket: "Tiket",
    },
    from: (name) => ` daripada ${name}`, dated: (date) => ` bertarikh ${date}`, over: (amount) => ` berjumlah ${amount}`, between: (one, other) => ` antara ${one} dan ${other}`, about: (subject) => `: ${subject}`,
    archive: (names) => `Arkib (fail: ${names})`, table: (names) => `Jadual (lajur: ${names})`, calendar: (names) => `Kalendar (catatan: ${names})`,
    noText: "Tiada teks dijumpai dalam dokumen ini.",
  },
};
