import PDFDocument from "pdfkit";
import { PdfRenderer } from "../../engine/picture/pdf.ts";
import type { Grey } from "../../engine/picture/grey.ts";

/** A page that the benchmark makes itself, so that every character of it is known. */
export type CleanPage = { name: string; language: string; text: string; picture: Grey };

type Sheet = { name: string; language: string; font: string; points: number; lines: string[] };

const LETTER = [
  "Harbour Light Joinery Ltd",
  "14 Ropewalk, Saltmere SM2 7QX",
  "",
  "3 March 2026",
  "",
  "Dear Mrs Okonkwo,",
  "",
  "Thank you for asking us to look at the windows of the old boat house. We visited on",
  "Tuesday and found that seven of the twelve frames can be kept. The other five have",
  "rotted at the sill, and replacing only their lower halves would not last ten years.",
  "",
  "We propose to make new frames in Accoya, painted in the colour of the existing ones,",
  "and to fit double glazing of 14 mm throughout. The work would take about three weeks,",
  "beginning on 20 April, and you would not have to leave the house meanwhile.",
  "",
  "The price is 8,450.00 pounds, with a deposit of 25 percent when you order and the",
  "rest when we have finished. It holds until the end of May.",
  "",
  "Please call 01632 960417 if anything is unclear. Our joiner, Joseph Quigley, would",
  "be glad to show you a window that we made for your neighbors at number 9.",
  "",
  "Yours sincerely,",
  "Margaret Fynn",
];
const INVOICE = [
  "INVOICE",
  "",
  "Northwind Paper Supplies",
  "Unit 6, Tannery Wharf, Eastmarsh EM4 0QP",
  "VAT number GB 123 4567 89",
  "",
  "Invoice number: NP-2026-00417",
  "Invoice date: 14/02/2026",
  "Payment due: 16/03/2026",
  "",
  "Quantity   Description                        Each       Amount",
  "12         Copier paper A4, 80 g, box         18.90      226.80",
  "3          Toner cartridge, black             64.50      193.50",
  "40         Ring binder, 50 mm                  2.15       86.00",
  "1          Delivery                           12.00       12.00",
  "",
  "Subtotal                                                 518.30",
  "VAT 20%                                                  103.66",
  "Total due                                            GBP 621.96",
  "",
  "Please pay to sort code 20-45-77, account 53817704.",
  "Quote the invoice number with your payment.",
];
const TERMS = [
  "General terms of storage",
  "",
  "1. The keeper stores the goods in a dry room that is locked at night. The keeper is not",
  "obliged to open packages, to count their contents, or to insure them against fire.",
  "2. Fees are due in advance for every month that has begun. Where a fee is more than sixty",
  "days late, the keeper may sell as many of the goods as are needed to cover what is owed,",
  "after writing to the owner twice at the last address that the owner has given.",
  "3. Goods that may burn, explode, leak, smell, or attract vermin are not accepted. An owner",
  "who brings such goods all the same pays for every harm that comes of it, to anybody.",
  "4. Either side may end this agreement with notice of one month. The owner then clears the",
  "room by noon of the last day; what is left after that is kept at the owner's cost.",
  "5. The keeper answers for loss or damage only where it was caused by the keeper's own",
  "fault, and for no more than two hundred and fifty times the monthly fee.",
  "6. Changes to these terms are valid only when both sides have signed them. Should one of",
  "the terms turn out to be void, the others remain as they are.",
];
const OTHER_LANGUAGES: Record<string, string[]> = {
  deu: [
    "Rechnung für Büromöbel und Zubehör",
    "Sehr geehrte Frau Müller, wir danken für Ihren Auftrag vom zwölften März.",
    "Die Lieferung erfolgt frei Haus; über die Höhe der Gebühren informieren wir Sie rechtzeitig.",
    "Bitte überweisen Sie den fälligen Betrag von 1.284,60 EUR bis spätestens Ende nächster Woche.",
    "Mit freundlichen Grüßen, Straßenbau Schäfer und Söhne",
  ],
  fra: [
    "Facture numéro 2026-118, établie à Besançon",
    "Nous avons bien reçu votre règlement du mois précédent et vous en remercions.",
    "Les pièces détachées seront livrées dès que possible à l'adresse indiquée ci-dessous.",
    "Le montant total s'élève à 742,30 euros, à payer au plus tard le trente février.",
    "Veuillez agréer, Madame, l'expression de nos sentiments distingués.",
  ],
  spa: [
    "Factura de la compañía eléctrica del señor Ibáñez",
    "Le informamos de que el próximo año cambiarán las condiciones de su contrato.",
    "El importe total asciende a 318,45 euros y deberá pagarse antes del día quince.",
    "Si tiene alguna pregunta, llámenos por teléfono o visítenos en nuestra oficina.",
    "Reciba un cordial saludo de todo el equipo de atención al público.",
  ],
  ita: [
    "Ricevuta per la manutenzione della caldaia",
    "La ringraziamo perché ha scelto la nostra società per i lavori di quest'anno.",
    "Il pagamento può essere effettuato entro trenta giorni presso qualsiasi banca della città.",
    "L'importo è di 256,80 euro, più le spese di spedizione già comprese nel totale.",
    "Distinti saluti e a presto, il servizio clienti di Cantù",
  ],
  por: [
    "Fatura número 4471 da Companhia de Águas",
    "Não recebemos ainda o pagamento correspondente ao mês de março, que já venceu.",
    "Pedimos a sua atenção para as condições de utilização que enviámos em anexo.",
    "O valor total é de 97,25 euros e deverá ser pago até à próxima sexta-feira.",
    "Com os melhores cumprimentos, a direção de serviços ao público",
  ],
  nld: [
    "Factuur voor het onderhoud van uw keuken",
    "Hierbij ontvangt u de rekening voor de werkzaamheden die wij vorige week hebben uitgevoerd.",
    "Wij verzoeken u vriendelijk het bedrag van 415,90 euro binnen veertien dagen te betalen.",
    "Heeft u nog vragen over deze factuur, dan kunt u ons altijd bellen of een bericht sturen.",
    "Met vriendelijke groet, uw installateur uit Nijmegen",
  ],
  msa: [
    "Resit pembelian barang dapur dan alat tulis",
    "Terima kasih kerana membeli di kedai kami, sila datang lagi pada masa hadapan.",
    "Barang yang telah dijual tidak boleh dikembalikan atau ditukar dengan wang tunai.",
    "Jumlah keseluruhan yang perlu dibayar ialah RM 128.40 termasuk cukai perkhidmatan.",
    "Untuk sebarang pertanyaan, hubungi pejabat kami pada waktu bekerja sahaja.",
  ],
};

const ENGLISH: Sheet[] = [
  { name: "letter", language: "eng", font: "Times-Roman", points: 12, lines: LETTER },
  { name: "invoice", language: "eng", font: "Courier", points: 10, lines: INVOICE },
  { name: "terms", language: "eng", font: "Helvetica", points: 9, lines: TERMS },
];

/** English sheets of A4 as a scanner sees them at 200 dots an inch, without any fault. */
export const englishPages = (): Promise<CleanPage[]> => Promise.all(ENGLISH.map(drawn));

/** A short sheet in each of the other languages. */
export const otherPages = (): Promise<CleanPage[]> =>
  Promise.all(
    Object.entries(OTHER_LANGUAGES).map(([language, lines]) =>
      drawn({ name: language, language, font: "Helvetica", points: 11, lines }),
    ),
  );

async function drawn({ name, language, font, points, lines }: Sheet): Promise<CleanPage> {
  const document = new PDFDocument({ size: "A4", margin: 60 });
  const chunks: Buffer[] = [];
  document.on("data", (chunk: Buffer) => chunks.push(chunk));
  const written = new Promise((resolve) => document.on("end", resolve));
  document.font(font).fontSize(points);
  for (const line of lines) document.text(line === "" ? " " : line.replace(/ (?= )/g, "\u00a0"), { lineGap: 4 });
  document.end();
  await written;
  const renderer = new PdfRenderer();
  renderer.open(Buffer.concat(chunks));
  return {
    name,
    language,
    text: lines.join("\n"),
    picture: await renderer.render(1, { dpi: 200, maxPixels: 10_000_000 }),
  };
}
