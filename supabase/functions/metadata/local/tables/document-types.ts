import type { DocumentType } from "../../../_shared/metadata.ts";
import { CLOSINGS, SALUTATIONS } from "./letters.ts";

/** `[weight, ...phrases]`: phrases in key form (lower case, no accents, no marks; `*` for the rest of a compound). */
export type Evidences = readonly (readonly [number, ...string[]])[];

/**
 * What speaks for a type. 5: the name of such a document; 3: words that only such a document has; 1-2: words that it
 * often has. Languages: en, de, fr, es, ms, it, nl, pt.
 */
export const DOCUMENT_TYPE_EVIDENCE: Record<Exclude<DocumentType, "other">, Evidences> = {
  invoice: [
    [5, "invoice", "rechnung", "*rechnung", "facture", "factura", "fattura", "factuur", "fatura", "invois", "invoices bill"],
    [3, "invoice number", "invoice no", "invoice date", "rechnungsnummer", "rechnungsdatum", "rechnung nr", "facture n", "date de facture",
      "numero de factura", "fecha de factura", "numero fattura", "factuurnummer", "factuur datum", "bill to", "rechnungsbetrag", "rechnungsempfanger",
      "billed to", "your bill", "facture a", "numero de facture", "adresse de facturation", "votre facture", "ihre abrechnung", "rechnung an", "facturar a", "su factura", "factura n", "no invois", "nombor invois", "tarikh invois", "bil kepada", "bil anda"],
    [5, "section paiement", "zahlteil", "sezione pagamento", "empfangsschein", "recepisse", "einzahlungsschein"],
    [3, "bill date", "current charges", "service address", "current bill", "total amount due by", "total due by"],
    [2, "amount due", "balance due", "billing period", "payment due", "offener betrag", "zahlbetrag", "abrechnungszeitraum", "fallig am", "zahlbar bis", "montant a payer", "somme a payer", "periode de facturation", "a payer avant",
      "importe a pagar", "total a pagar", "periodo de facturacion", "vencimiento", "jumlah perlu dibayar", "baki perlu dibayar", "tempoh bil", "tarikh akhir bayaran"],
    [1, "due date", "payment terms", "iban", "vat", "umsatzsteuer", "mwst", "tva", "iva", "btw", "zahlbar innerhalb", "total ttc", "net a payer"],
  ],
  receipt: [
    [5, "receipt", "cash receipt", "official receipt", "payment receipt", "quittung", "kassenbon", "kassenbeleg", "bon de caisse", "ticket de caisse", "recibo",
      "ticket de compra", "resit", "scontrino", "kassabon", "factura simplificada", "simplified tax invoice"],
    [4, "cashier", "kassierer", "kasse", "caissier", "cajero", "juruwang", "come again", "datang lagi", "goods sold", "thank you for shopping"],
    [4, "gracias por su visita", "gracias por su compra", "thank you for your visit", "thank you for your purchase", "thank you come again", "merci de votre visite", "merci pour votre achat", "merci de votre achat", "vielen dank fur ihren einkauf", "vielen dank fur ihren besuch", "danke fur ihren einkauf", "grazie per l acquisto", "grazie e arrivederci", "obrigado pela preferencia", "obrigado pela visita", "volte sempre", "bedankt voor uw bezoek", "bedankt voor uw aankoop", "dziekujemy za zakupy", "dekujeme za nakup", "dakujeme za nakup", "tack for besoket", "tak for besoget", "takk for besoket", "takk for handelen", "kiitos kaynnista", "koszonjuk a vasarlast", "va mai asteptam", "yine bekleriz", "spasibo za pokupku", "спасибо за покупку", "дякуємо за покупку", "ありがとうございました", "谢谢惠顾", "謝謝惠顧"],
    [3, "tax invoice", "change", "change due", "ruckgeld", "rendu", "cambio", "baki", "tender", "tendered", "cash bill", "cash sales", "rounding", "rounding adj", "bar gegeben"],
    [2, "cash", "tunai", "bar", "especes", "efectivo", "gst summary", "tax summary", "gst", "visa", "mastercard", "terminal", "pax", "table", "server", "sales associate", "your server", "mesa", "mesero", "camarero", "caja", "tisch", "bedienung", "es bediente sie", "serveur", "serveuse", "couverts", "tavolo", "coperti", "tafel", "bord", "poyta"],
  ],
  "credit-note": [
    [10, "credit note", "credit memo", "gutschrift", "*gutschrift", "rechnungskorrektur", "stornorechnung", "avoir", "nota de credito", "factura rectificativa",
      "nota di credito", "creditnota", "nota kredit"],
  ],
  quote: [
    [5, "quote", "quotation", "estimate", "offer", "angebot", "kostenvoranschlag", "devis", "presupuesto", "sebut harga", "sebutharga", "preventivo", "offerte", "orcamento"],
    [3, "valid until", "quote valid", "gultig bis", "valable jusqu", "valido hasta", "angebotsnummer", "quotation no", "quote number", "quote ref", "quote reference", "quote for", "quotation for", "estimate for", "estimate number", "prices held for", "quotation valid", "offer valid"],
  ],
  order: [
    [5, "purchase order", "order confirmation", "auftragsbestatigung", "bestellbestatigung", "bon de commande", "confirmation de commande", "pedido de compra",
      "orden de compra", "confirmacion de pedido", "pesanan belian", "ordine di acquisto", "inkooporder", "ordem de compra"],
    [4, "thanks for your order", "thank you for your order", "thanks for ordering", "thank you for ordering", "vielen dank fur ihre bestellung", "vielen dank fur deine bestellung", "danke fur ihre bestellung", "danke fur deine bestellung", "merci pour votre commande", "merci de votre commande", "gracias por tu pedido", "gracias por su pedido", "gracias por tu compra",
      "grazie per il tuo ordine", "grazie per il suo ordine", "grazie per l ordine", "grazie del tuo ordine", "bedankt voor je bestelling", "bedankt voor uw bestelling", "obrigado pela sua encomenda", "obrigada pela sua encomenda", "obrigado pelo seu pedido", "tack for din bestallning", "tack for din order", "tak for din ordre", "tak for din bestilling", "takk for din bestilling", "takk for bestillingen", "dekujeme za vasi objednavku", "dekujeme za objednavku", "dakujeme za objednavku", "dziekujemy za zamowienie", "kiitos tilauksestasi", "koszonjuk a rendeleset", "va multumim pentru comanda"],
    [3, "your order", "order placed", "placed on", "order total", "order summary", "estimated delivery", "arriving by", "ihre bestellung", "deine bestellung", "bestellsumme", "voraussichtliche lieferung", "voraussichtliches lieferdatum", "votre commande", "livraison estimee", "livraison prevue", "total de la commande", "tu pedido", "su pedido", "entrega estimada", "total del pedido",
      "il tuo ordine", "consegna prevista", "consegna stimata", "totale ordine", "je bestelling", "uw bestelling", "verwachte levering", "verwachte bezorging", "a sua encomenda", "entrega prevista", "total da encomenda", "din bestallning", "din order", "beraknad leverans", "din ordre", "forventet levering", "vase objednavka", "predpokladane doruceni"],
    [1, "order number", "order date", "bestellnummer", "numero de commande", "numero de pedido", "ship to", "shipping address", "numero ordine", "ordernummer", "bestelnummer", "numero da encomenda", "numero do pedido", "ordrenummer", "cislo objednavky"],
  ],
  "delivery-note": [
    [6, "delivery note", "packing slip", "packing list", "delivery order", "lieferschein", "bon de livraison", "bordereau de livraison", "albaran", "nota de entrega",
      "nota penghantaran", "documento di trasporto", "pakbon", "guia de remessa"],
  ],
  "bank-statement": [
    [6, "bank statement", "account statement", "statement of account", "kontoauszug", "releve de compte", "releve bancaire", "extracto bancario", "extracto de cuenta",
      "penyata bank", "penyata akaun", "estratto conto", "rekeningafschrift", "extrato bancario"],
    [3, "beginning balance", "ending balance", "checking summary", "savings summary", "statement period", "deposits and additions", "deposits and credits", "account ending in", "statement closing date"],
    [3, "opening balance", "closing balance", "balance brought forward", "balance carried forward", "alter kontostand", "neuer kontostand", "ancien solde", "nouveau solde",
      "saldo anterior", "saldo inicial", "saldo final", "baki awal", "baki akhir"],
    [1, "account number", "sort code", "withdrawals", "deposits", "debit", "credit", "transactions", "iban", "bic", "umsatze", "kontonummer"],
  ],
  payslip: [
    [6, "payslip", "pay slip", "payroll", "earnings statement", "gehaltsabrechnung", "lohnabrechnung", "entgeltabrechnung", "bulletin de paie", "bulletin de salaire",
      "fiche de paie", "nomina", "recibo de salario", "slip gaji", "busta paga", "loonstrook"],
    [3, "gross pay", "net pay", "basic salary", "bruttolohn", "nettolohn", "salaire brut", "net a payer avant impot", "salario base", "gaji pokok", "gaji bersih"],
    [3, "total deductions", "total earnings", "net paye", "net imposable", "cotisations salariales", "impot preleve a la source", "gesamtbrutto", "steuerbrutto", "auszahlungsbetrag", "nettoverdienst", "liquido a percibir", "total devengado", "total a deducir",
      "total de vencimentos", "total de descontos", "liquido a receber", "netto del mese", "netto in busta", "totale competenze", "totale trattenute", "mese retribuito", "retribuzione ordinaria", "loonheffing", "nettoloon", "brutoloon", "wynagrodzenie zasadnicze", "wynagrodzenie netto", "do wyplaty",
      "hruba mzda", "cista mzda", "bruttolon", "nettolon", "am bidrag", "bruttolonn", "nettolonn", "skattetrekk", "ennakonpidatys", "bruttopalkka", "nettopalkka", "brutto ber", "netto ber", "salariu brut", "salariu net", "brut ucret", "net ucret"],
    [1, "employee", "employer", "deductions", "arbeitnehmer", "steuerklasse", "employeur", "epf", "socso"],
  ],
  tax: [
    [6, "tax return", "income tax", "tax assessment", "notice of assessment", "tax certificate", "steuerbescheid", "*steuerbescheid", "steuererklarung", "einkommensteuerbescheid",
      "avis d imposition", "avis d impot", "declaration de revenus", "declaracion de la renta", "declaracion de impuestos", "cukai pendapatan", "dichiarazione dei redditi", "form w 2", "form 1099"],
    [4, "einkommensteuer", "solidaritatszuschlag", "gewerbesteuermessbetrag", "grundsteuermessbetrag", "tax year", "assessed tax", "taxe d habitation"],
    // The control numbers of the forms of the United States' tax office.
    [5, "omb no 1545", "omb 1545", "no 1545"],
    [2, "finanzamt", "internal revenue service", "department of the treasury", "hm revenue", "direction generale des finances publiques", "agencia tributaria", "lembaga hasil dalam negeri", "agenzia delle entrate"],
  ],
  insurance: [
    [5, "insurance policy", "policy schedule", "certificate of insurance", "versicherungsschein", "versicherungspolice", "police d assurance", "attestation d assurance",
      "poliza de seguro", "polisi insurans", "polizza", "verzekeringspolis", "apolice de seguro"],
    [3, "policy number", "policyholder", "versicherungsnehmer", "versicherungsnummer", "versicherungsschutz", "numero de contrat", "assure", "tomador", "sum insured", "versicherungssumme"],
    [1, "insurance", "versicherung", "assurance", "seguro", "insurans", "premium", "coverage", "deductible"],
  ],
  contract: [
    [5, "contract", "agreement", "vertrag", "*vertrag", "contrat", "contrato", "perjanjian", "contratto", "overeenkomst", "non disclosure agreement", "terms and conditions"],
    [3, "hereinafter", "whereas", "the parties", "party of the first part", "in witness whereof", "die parteien", "vertragsparteien", "zwischen den parteien", "les parties",
      "entre les soussignes", "ci apres", "las partes", "en lo sucesivo", "governing law", "gerichtsstand"],
    [1, "termination", "liability", "confidentiality", "kundigungsfrist", "haftung", "resiliation", "clausula", "article 1", "section 1"],
  ],
  letter: [
    [4, ...SALUTATIONS],
    [4, ...CLOSINGS],
    [2, "subject", "betreff", "objet", "asunto", "perkara", "oggetto", "onderwerp", "assunto", "re"],
  ],
  report: [
    [5, "report", "annual report", "bericht", "*bericht", "rapport", "informe", "laporan", "relazione", "rapporto", "verslag", "relatorio", "white paper", "study", "studie", "etude"],
    [3, "executive summary", "table of contents", "key findings", "recommendations", "methodology", "zusammenfassung", "inhaltsverzeichnis", "ergebnisse", "empfehlungen",
      "sommaire", "resume executif", "table des matieres", "resumen ejecutivo", "conclusiones", "ringkasan eksekutif", "indice"],
    [1, "introduction", "conclusion", "appendix", "einleitung", "fazit", "anhang", "annexe", "introduccion", "figure 1", "table 1"],
  ],
  minutes: [
    [6, "minutes of the meeting", "minutes of meeting", "meeting minutes", "board minutes", "minutes", "protokoll", "sitzungsprotokoll", "niederschrift", "compte rendu", "proces verbal",
      "acta de la reunion", "acta de reunion", "minit mesyuarat", "verbale", "notulen", "ata da reuniao"],
    [3, "attendees", "apologies", "action items", "any other business", "anwesend", "teilnehmer", "tagesordnung", "ordre du jour", "etaient presents", "asistentes", "orden del dia", "kehadiran"],
  ],
  manual: [
    [6, "user manual", "user guide", "owner s manual", "instruction manual", "instructions for use", "installation guide", "operating instructions", "bedienungsanleitung", "gebrauchsanweisung",
      "betriebsanleitung", "handbuch", "*handbuch", "mode d emploi", "manuel d utilisation", "notice d utilisation", "guide d utilisation", "manual de usuario", "manual de instrucciones",
      "manual pengguna", "manuale d uso", "manuale utente", "handleiding", "gebruiksaanwijzing"],
    [2, "safety instructions", "troubleshooting", "sicherheitshinweise", "consignes de securite", "instrucciones de seguridad", "getting started"],
  ],
  article: [
    [4, "abstract", "keywords", "references", "doi", "et al", "issn", "arxiv", "journal", "literaturverzeichnis", "bibliographie", "bibliografia", "palabras clave", "mots cles", "schlusselworter", "parole chiave", "trefwoorden", "slowa kluczowe", "klicova slova", "nyckelord", "stichworter", "riassunto", "resumo", "palavras chave", "samenvatting", "streszczenie", "abstrakt", "sammanfattning", "tiivistelma", "avainsanat", "osszefoglalo", "kulcsszavak", "rezumat", "cuvinte cheie", "ozet", "anahtar kelimeler", "περιληψη", "λεξεισ κλειδια", "аннотация", "ключевые слова", "ключові слова", "キーワード", "要旨", "摘要", "关键词", "초록", "핵심어", "키워드", "الكلمات المفتاحية", "תקציר", "מילות מפתח"],
    [2, "newsletter", "press release", "pressemitteilung", "communique de presse", "nota de prensa", "published", "by our correspondent"],
  ],
  form: [
    [5, "application form", "registration form", "order form", "claim form", "form", "formular", "*formular", "antrag", "*antrag", "formulaire", "formulario", "borang", "modulo", "formulier"],
    [2, "please complete", "please fill in", "block capitals", "tick", "signature of applicant", "bitte ausfullen", "unterschrift", "veuillez remplir", "rellenar", "sila isi", "first name", "last name"],
  ],
  certificate: [
    [4, "certifica que", "certifica y hace constar", "si certifica che", "certifica se que", "certifie que", "atteste que", "hereby certify that", "certifies that", "bescheinigt hiermit", "zaswiadcza sie", "potvrzuje ze", "igazolja hogy"],
    [6, "certificate", "certificate of completion", "this is to certify", "zertifikat", "bescheinigung", "*bescheinigung", "urkunde", "*urkunde", "zeugnis", "attestation", "certificat",
      "certificado", "diploma", "sijil", "certificato", "certificaat", "hiermit wird bescheinigt"],
  ],
  cv: [
    [6, "curriculum vitae", "resume", "cv", "lebenslauf", "hoja de vida"],
    [3, "work experience", "professional experience", "employment history", "berufserfahrung", "beruflicher werdegang", "experience professionnelle", "experiencia laboral", "experiencia profesional",
      "pengalaman kerja", "esperienza professionale", "werkervaring"],
    [2, "education", "skills", "languages", "ausbildung", "kenntnisse", "formation", "competences", "formacion", "idiomas", "pendidikan"],
  ],
  ticket: [
    [5, "boarding pass", "e ticket", "eticket", "flight ticket", "train ticket", "ticket", "fahrkarte", "fahrschein", "bordkarte", "eintrittskarte", "billet", "carte d embarquement",
      "billete", "tarjeta de embarque", "entrada", "tiket", "biglietto"],
    [3, "auditorium", "seats", "showtime", "doors open", "booking confirmed", "your tickets", "general admission"],
    [3, "gate", "seat", "departure", "arrival", "passenger", "boarding", "sitzplatz", "abfahrt", "ankunft", "depart", "arrivee", "passager", "asiento", "salida", "pasajero", "admit one"],
  ],
};

/** How a type is called in a display name. */
export const DOCUMENT_TYPE_LABELS: Record<DocumentType, string> = {
  invoice: "Invoice", receipt: "Receipt", "credit-note": "Credit Note", quote: "Quote", order: "Order", "delivery-note": "Delivery Note",
  "bank-statement": "Bank Statement", payslip: "Payslip", tax: "Tax Document", insurance: "Insurance", contract: "Contract", letter: "Letter",
  report: "Report", minutes: "Minutes", manual: "Manual", article: "Article", form: "Form", certificate: "Certificate", cv: "CV",
  ticket: "Ticket", other: "Document",
};
