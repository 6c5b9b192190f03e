/** What invoices are made of in one language. Each list holds ways to say the same; a layout takes one by number. */
export type InvoiceWords = {
  titles: string[]; number: string[]; date: string[]; due: string[]; billTo: string[]; vatId: string; account: string; order: string;
  description: string; quantity: string; price: string; amount: string; subtotal: string[]; tax: string; total: string[]; toPay: string[];
  period: string; terms: string; thanks: string; weBill: string; conditions: string[]; goods: string[]; page: string; phone: string; iban: string; paidBy: string;
  stay: [guest: string, room: string, arrival: string, departure: string, night: string, paidCash: string]; account_: [previous: string, received: string, charges: string];
  /** Papers that look like invoices and are none: title, and a line that such a paper has. */
  quote: [string, string]; order_: [string, string]; delivery: [string, string]; credit: [string, string];
  date_: (iso: string, form: number) => string; money: (amount: number) => string; currency: string;
  companies: [name: string, street: string, town: string, domain: string][]; customers: [name: string, street: string, town: string][];
};

const MONTHS = (locale: string, iso: string): string => new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`));
const numeric = (mark: string) => (iso: string): string => iso.split("-").reverse().join(mark);
const dates = (locale: string, mark: string) => (iso: string, form: number): string => [numeric(mark)(iso), MONTHS(locale, iso), iso][form % 3]!;
const money = (locale: string) => (amount: number): string => amount.toLocaleString(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).replace(/[\u202f\u00a0]/g, " ");

export const INVOICE_WORDS: Record<string, InvoiceWords> = {
  en: {
    titles: ["INVOICE", "Tax Invoice", "Your bill"], number: ["Invoice number", "Invoice No.", "Reference"], date: ["Invoice date", "Date of issue", "Date"], due: ["Due date", "Payment due by", "Date due"],
    billTo: ["Bill to", "Billed to", "Customer"], vatId: "VAT Reg No", account: "Account number", order: "Order number", description: "Description", quantity: "Qty", price: "Unit price", amount: "Amount",
    subtotal: ["Subtotal", "Net amount", "Total excl. VAT"], tax: "VAT", total: ["Total", "Total incl. VAT", "Grand total"], toPay: ["Amount due", "Balance due", "Please pay"], period: "Billing period",
    terms: "Payment terms: 14 days net.", thanks: "Thank you for your business.", weBill: "for our services in the past month we charge you as follows:",
    conditions: ["Terms and conditions", "This agreement is governed by the laws of England. Liability is limited to the amount of the contract.", "Termination of the service needs notice of one month."],
    goods: ["Web design", "Window cleaning", "Roof inspection", "Paper A4, box", "Consulting, days", "Hosting"], page: "Page 1 of 2", phone: "Tel", iban: "GB00 TEST 0000 0000 0000 00", paidBy: "Paid by card ending 4242",
    stay: ["Guest name", "Room", "Check in", "Check out", "Room charges, nights", "Paid in cash"], account_: ["Previous balance", "Payments received", "New charges"],
    quote: ["Quotation", "Valid until"], order_: ["Purchase order", "Please deliver by"], delivery: ["Delivery note", "Goods received in good condition"], credit: ["Credit note", "Credit for invoice"],
    date_: dates("en-GB", "/"), money: money("en-GB"), currency: "GBP",
    companies: [["Harrow & Pike Ltd", "8 Quay Road", "Bristol BS1 5TR", "harrowpike"], ["Larkspur Studio", "21 Mill Lane", "Leeds LS1 4AB", "larkspurstudio"], ["Northgate Energy plc", "1 Gate House", "York YO1 7EP", "northgateenergy"], ["Bluefin Software Limited", "5 Dock Street", "London E1 8JP", "bluefinsoftware"]],
    customers: [["Amberley Foods LLP", "4 High Street", "Oxford OX1 2AB"], ["Miss Clara Sample", "17 Elm Grove", "Bath BA1 3XY"], ["Ridge Tools Ltd", "60 Canal Walk", "Derby DE1 1AA"]],
  },
  de: {
    titles: ["Rechnung", "RECHNUNG", "Ihre Abrechnung"], number: ["Rechnungsnummer", "Rechnung Nr.", "Belegnummer"], date: ["Rechnungsdatum", "Ausstellungsdatum", "Datum"], due: ["Fällig am", "Zahlbar bis", "Fälligkeit"],
    billTo: ["Rechnung an", "Rechnungsempfänger", "Kunde"], vatId: "USt-IdNr.", account: "Kundennummer", order: "Bestellnummer", description: "Bezeichnung", quantity: "Menge", price: "Einzelpreis", amount: "Betrag",
    subtotal: ["Zwischensumme", "Nettobetrag", "Summe netto"], tax: "MwSt.", total: ["Gesamtbetrag", "Rechnungsbetrag", "Summe brutto"], toPay: ["Zahlbetrag", "Zu zahlen", "Offener Betrag"], period: "Abrechnungszeitraum",
    terms: "Zahlbar innerhalb von 14 Tagen ohne Abzug.", thanks: "Vielen Dank für Ihren Auftrag.", weBill: "für unsere Leistungen im letzten Monat erlauben wir uns zu berechnen:",
    conditions: ["Allgemeine Geschäftsbedingungen", "Dieser Vertrag unterliegt deutschem Recht. Die Haftung ist auf den Wert des Vertrags begrenzt.", "Die Kündigungsfrist beträgt einen Monat."],
    goods: ["Webdesign", "Fensterreinigung", "Dachprüfung", "Papier A4, Karton", "Beratung, Tage", "Hosting"], page: "Seite 1 von 2", phone: "Telefon", iban: "DE00 0000 0000 0000 0000 00", paidBy: "Bezahlt per Kreditkarte",
    stay: ["Name des Gastes", "Zimmer", "Anreise", "Abreise", "Übernachtungen", "Bar bezahlt"], account_: ["Alter Saldo", "Zahlungseingänge", "Neue Posten"],
    quote: ["Angebot", "Gültig bis"], order_: ["Auftragsbestätigung", "Liefertermin"], delivery: ["Lieferschein", "Ware vollständig erhalten"], credit: ["Gutschrift", "Gutschrift zur Rechnung"],
    date_: dates("de-DE", "."), money: money("de-DE"), currency: "EUR",
    companies: [["Brandt & Söhne GmbH", "Kaistraße 8", "24103 Kiel", "brandt-soehne"], ["Studio Lerchenfeld", "Mühlgasse 21", "04109 Leipzig", "studio-lerchenfeld"], ["Nordlicht Energie AG", "Torhaus 1", "28195 Bremen", "nordlicht-energie"], ["Blauwal Software GmbH", "Hafenstraße 5", "20457 Hamburg", "blauwalsoftware"]],
    customers: [["Ahornhof Lebensmittel KG", "Hauptstraße 4", "79098 Freiburg"], ["Frau Klara Muster", "Ulmenweg 17", "34117 Kassel"], ["Grat Werkzeuge GmbH", "Kanalweg 60", "44135 Dortmund"]],
  },
  fr: {
    titles: ["FACTURE", "Facture", "Votre facture"], number: ["Facture n°", "Numéro de facture", "Référence"], date: ["Date de facture", "Date d'émission", "Date"], due: ["Échéance", "Date d'échéance", "À payer avant le"],
    billTo: ["Facturé à", "Adresse de facturation", "Client"], vatId: "N° TVA", account: "Numéro de client", order: "Numéro de commande", description: "Désignation", quantity: "Quantité", price: "Prix unitaire", amount: "Montant",
    subtotal: ["Sous-total", "Total HT", "Montant HT"], tax: "TVA", total: ["Total TTC", "Montant TTC", "Total général"], toPay: ["Net à payer", "Montant à payer", "Somme à payer"], period: "Période de facturation",
    terms: "Paiement à 14 jours, sans escompte.", thanks: "Merci de votre confiance.", weBill: "pour nos prestations du mois passé nous vous facturons :",
    conditions: ["Conditions générales de vente", "Le présent contrat est régi par le droit français. La responsabilité est limitée à la valeur du contrat.", "La résiliation demande un préavis d'un mois."],
    goods: ["Création de site", "Nettoyage des vitres", "Inspection du toit", "Papier A4, carton", "Conseil, jours", "Hébergement"], page: "Page 1 sur 2", phone: "Tél", iban: "FR00 0000 0000 0000 0000 0000 000", paidBy: "Payé par carte bancaire",
    stay: ["Nom du client", "Chambre", "Arrivée", "Départ", "Nuitées", "Payé en espèces"], account_: ["Solde précédent", "Paiements reçus", "Nouveaux montants"],
    quote: ["Devis", "Valable jusqu'au"], order_: ["Bon de commande", "À livrer le"], delivery: ["Bon de livraison", "Marchandise reçue en bon état"], credit: ["Avoir", "Avoir sur la facture"],
    date_: dates("fr-FR", "/"), money: money("fr-FR"), currency: "EUR",
    companies: [["Moreau et Fils SARL", "8 quai des Brumes", "44000 Nantes", "moreau-et-fils"], ["Atelier Bellevue", "21 rue du Moulin", "69002 Lyon", "atelierbellevue"], ["Énergie du Ponant SA", "1 place de la Porte", "29200 Brest", "energie-ponant"], ["Rorqual Logiciels SAS", "5 rue du Port", "13002 Marseille", "rorqual-logiciels"]],
    customers: [["Épicerie des Érables SARL", "4 Grande Rue", "35000 Rennes"], ["Mme Claire Exemple", "17 allée des Ormes", "37000 Tours"], ["Outillage de la Crête SAS", "60 chemin du Canal", "31000 Toulouse"]],
  },
  es: {
    titles: ["FACTURA", "Factura", "Su factura"], number: ["Número de factura", "Factura n.º", "Referencia"], date: ["Fecha de factura", "Fecha de emisión", "Fecha"], due: ["Vencimiento", "Fecha de vencimiento", "Pagar antes del"],
    billTo: ["Facturar a", "Cliente", "Datos del cliente"], vatId: "NIF", account: "Número de cliente", order: "Número de pedido", description: "Concepto", quantity: "Cantidad", price: "Precio", amount: "Importe",
    subtotal: ["Subtotal", "Base imponible", "Total neto"], tax: "IVA", total: ["Total", "Total factura", "Importe total"], toPay: ["Importe a pagar", "Total a pagar", "A pagar"], period: "Período de facturación",
    terms: "Pago a 14 días sin descuento.", thanks: "Gracias por su confianza.", weBill: "por nuestros servicios del mes pasado le facturamos lo siguiente:",
    conditions: ["Condiciones generales", "Este contrato se rige por la ley española. La responsabilidad se limita al valor del contrato.", "La cancelación requiere un aviso de un mes."],
    goods: ["Diseño web", "Limpieza de ventanas", "Inspección del tejado", "Papel A4, caja", "Consultoría, días", "Alojamiento"], page: "Página 1 de 2", phone: "Tel", iban: "ES00 0000 0000 0000 0000 0000", paidBy: "Pagado con tarjeta",
    stay: ["Nombre del huésped", "Habitación", "Llegada", "Salida", "Noches", "Pagado en efectivo"], account_: ["Saldo anterior", "Pagos recibidos", "Nuevos cargos"],
    quote: ["Presupuesto", "Válido hasta"], order_: ["Confirmación de pedido", "Entregar el"], delivery: ["Albarán", "Mercancía recibida en buen estado"], credit: ["Nota de crédito", "Abono de la factura"],
    date_: dates("es-ES", "/"), money: money("de-DE"), currency: "EUR",
    companies: [["Herrera e Hijos S.L.", "Muelle 8", "36202 Vigo", "herrera-e-hijos"], ["Estudio Alondra", "Calle del Molino 21", "50001 Zaragoza", "estudioalondra"], ["Energía del Norte S.A.", "Plaza de la Puerta 1", "33201 Gijón", "energia-norte"], ["Ballena Software S.L.", "Calle del Puerto 5", "46024 Valencia", "ballenasoftware"]],
    customers: [["Alimentos del Arce S.L.", "Calle Mayor 4", "37001 Salamanca"], ["Doña Clara Ejemplo", "Paseo de los Olmos 17", "18001 Granada"], ["Herramientas Cresta S.A.", "Camino del Canal 60", "47001 Valladolid"]],
  },
  ms: {
    titles: ["INVOIS", "Invois", "Bil anda"], number: ["No. Invois", "Nombor invois", "Rujukan"], date: ["Tarikh invois", "Tarikh dikeluarkan", "Tarikh"], due: ["Tarikh akhir bayaran", "Perlu dibayar sebelum", "Tarikh tamat"],
    billTo: ["Bil kepada", "Dibilkan kepada", "Pelanggan"], vatId: "No. SST", account: "No. akaun", order: "No. pesanan", description: "Keterangan", quantity: "Kuantiti", price: "Harga seunit", amount: "Amaun",
    subtotal: ["Jumlah kecil", "Subjumlah", "Jumlah sebelum cukai"], tax: "Cukai SST", total: ["Jumlah", "Jumlah keseluruhan", "Jumlah besar"], toPay: ["Jumlah perlu dibayar", "Baki perlu dibayar", "Sila bayar"], period: "Tempoh bil",
    terms: "Bayaran dalam tempoh 14 hari.", thanks: "Terima kasih atas urusan anda.", weBill: "untuk perkhidmatan kami pada bulan lalu, kami mengenakan bayaran seperti berikut:",
    conditions: ["Terma dan syarat", "Perjanjian ini tertakluk kepada undang-undang Malaysia. Liabiliti adalah terhad kepada nilai perjanjian.", "Penamatan memerlukan notis satu bulan."],
    goods: ["Reka bentuk web", "Cucian tingkap", "Pemeriksaan bumbung", "Kertas A4, kotak", "Rundingan, hari", "Pengehosan"], page: "Muka surat 1 daripada 2", phone: "Tel", iban: "5140 0000 0000", paidBy: "Dibayar dengan kad kredit",
    stay: ["Nama tetamu", "Bilik", "Daftar masuk", "Daftar keluar", "Malam penginapan", "Dibayar tunai"], account_: ["Baki terdahulu", "Bayaran diterima", "Caj baharu"],
    quote: ["Sebut harga", "Sah sehingga"], order_: ["Pesanan belian", "Hantar sebelum"], delivery: ["Nota penghantaran", "Barang diterima dalam keadaan baik"], credit: ["Nota kredit", "Kredit untuk invois"],
    date_: dates("ms-MY", "/"), money: money("en-GB"), currency: "RM",
    companies: [["Harapan Jaya Sdn Bhd", "8, Jalan Dermaga", "41000 Klang, Selangor", "harapanjaya"], ["Studio Merbah", "21, Jalan Kilang", "30000 Ipoh, Perak", "studiomerbah"], ["Tenaga Utara Berhad", "1, Lebuh Gerbang", "10200 Pulau Pinang", "tenagautara"], ["Paus Biru Perisian Sdn Bhd", "5, Jalan Pelabuhan", "80000 Johor Bahru, Johor", "pausbiru"]],
    customers: [["Makanan Cempaka Sdn Bhd", "4, Jalan Besar", "75000 Melaka"], ["Puan Siti Contoh", "17, Lorong Ara", "05000 Alor Setar, Kedah"], ["Perkakas Bukit Enterprise", "60, Jalan Terusan", "25000 Kuantan, Pahang"]],
  },
};
