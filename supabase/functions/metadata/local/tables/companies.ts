import { moreWords } from "./more-words.ts";

/** Legal forms as they are written, which end a company's name. Compared without points and case. */
export const LEGAL_FORMS: readonly string[] = [
  "GmbH & Co. KG", "GmbH", "gGmbH", "UG", "AG", "KG", "OHG", "GbR", "e.V.", "e.K.", "eG", "SE", "a.G.", "Ltd", "Ltd.", "Limited", "LLC", "LLP", "L.P.", "Inc", "Inc.", "Corp", "Corp.", "Corporation", "Co.", "PLC", "plc",
  "Pty Ltd", "Pvt. Ltd.", "Private Limited", "Public Limited Company", "Pte Ltd", "Sdn Bhd", "Sdn. Bhd.", "Bhd", "S/B", "SARL", "S.A.R.L.", "SAS", "SASU", "EURL", "SA", "S.A.", "SNC", "SCI", "S.L.", "S.L.U.", "SL", "S.R.L.", "SRL", "S.p.A.", "SpA", "B.V.", "BV", "N.V.", "NV", "VOF",
  "Lda", "Ltda", "Ltda.", "A/S", "ApS", "AB", "Oy", "AS", "Sp. z o.o.", "s.r.o.", "Kft", "Kft.", "Zrt", "Zrt.", "Nyrt.", "Bt.", "d.o.o.", "K.K.", "S.n.c.", "S.a.s.", "S.a.p.a.", "Soc. Coop.", "S.C.R.L.", "SCRL", "BVBA", "CVBA", "S.A.U.", "S. Coop.", "KGaA", "mbH", "PartG mbB", "Sp. j.", "Sp. k.", "v.o.s.", "k.s.", "Ky", "Tmi", "I/S", "EIRELI", "ONLUS", "d.d.", "a.s.", "A.Ş.", "Ltd. Şti.", "Oyj", "ASA", "Α.Ε.", "Ε.Π.Ε.", "Ο.Ε.", "Ι.Κ.Ε.", "Berhad", "A.m.b.A.", "AmbA", "e.U.", "OG", "GesmbH", "Ges.m.b.H.", "eGbR", "PLLC", "P.C.", "PBC", "CIC", "S.C.", "s.c.", "z.s.", "z.ú.", "o.p.s.", "OÜ", "UAB", "SIA", "EOOD", "OOD", "Α.Ε.Ε.", "S.A. de C.V.", "S. de R.L.", "E.I.R.L.", "SARLU", "SCOP", "SELARL", "SCIC", "GmbH & Co. KGaA", "Pvt Ltd", "Pty. Ltd.", "Pte. Ltd.",
];

/** OCR reads these for "Sdn Bhd"; in key form. */
export const MISREAD_LEGAL_FORMS: readonly string[] = ["sdn bnd", "son bhd", "sdn bho", "sdn 8hd", "sdn bhd", "5dn bhd"];

/** Words of key form that a name of a business often holds. */
export const BUSINESS_WORDS: readonly string[] = [
  "enterprise", "enterprises", "trading", "company", "group", "holding", "holdings", "services", "solutions", "systems", "technologies", "consulting", "partners", "associates", "industries", "international", "retail", "supply",
  "restaurant", "restoran", "cafe", "bistro", "bakery", "kitchen", "hotel", "hardware", "mart", "supermarket", "hypermarket", "market", "grocer", "store", "stores", "shop", "boutique", "pharmacy", "farmasi", "clinic", "klinik", "hospital",
  "stationery", "station", "electricals", "electronics", "traders", "textiles", "motors", "jewellers", "furniture", "petrol", "book", "books", "bookcentre", "electrical", "motor", "auto", "garage", "salon", "bank", "sparkasse", "volksbank", "insurance", "versicherung", "*versicherung", "*versicherungsverein", "assurance", "assurances", "seguros", "mutuelle",
  "stadtwerke", "stadt", "gemeinde", "landkreis", "finanzamt", "amt", "*amt", "university", "universitat", "universite", "universidad", "college", "school", "schule", "institute", "institut", "ministry", "ministere", "ministerio", "ministerium", "council", "city of", "mairie", "ayuntamiento",
  "department of", "agency", "agentur", "verlag", "praxis", "kanzlei", "apotheke", "backerei", "autohaus", "*vermietung", "foundation", "stiftung", "association", "verein", "club", "perniagaan", "syarikat", "kedai", "pasaraya", "perusahaan",
  "patisserie", "boucherie", "charcuterie", "epicerie", "traiteur", "fromagerie", "fleuriste", "librairie", "quincaillerie", "konditorei", "metzgerei", "fleischerei", "gartnerei", "buchhandlung", "schreinerei", "tischlerei", "pasticceria", "panetteria", "panificio", "macelleria", "gelateria", "carniceria", "pasteleria", "ferreteria", "fruteria", "padaria", "pastelaria", "bakkerij", "slagerij", "bloemist", "catering",
  "boulangerie", "pharmacie", "cabinet", "societe", "panaderia", "farmacia", "tienda", "restaurante", "clinica", "gmbh",
];

/** Labels after (or, at the end of a line, before) which the issuer stands. */
export const ISSUER_LABELS: readonly string[] = [
  ...moreWords("issuers"),
  "from", "seller", "sold by", "vendor", "supplier", "issued by", "issuer", "service provider", "provider", "biller", "payee", "landlord", "employer", "sender", "prepared by", "published by", "sold and shipped by",
  "verkaufer", "rechnungssteller", "rechnungsersteller", "lieferant", "absender", "aussteller", "arbeitgeber", "vermieter", "von", "auftragnehmer",
  "vendeur", "emetteur", "fournisseur", "expediteur", "prestataire", "de", "employeur", "bailleur", "emisor", "vendedor", "proveedor", "remitente", "empresa", "penjual", "pembekal", "daripada", "dari", "fornitore", "mittente", "leverancier", "afzender", "verkoper", "fornecedor", "remetente",
];

/** Labels after which the recipient stands: what follows is not who the document is from. */
export const RECIPIENT_LABELS: readonly string[] = [
  ...moreWords("recipients"),
  "bill to", "billed to", "bill to address", "billing address", "invoice to", "invoiced to", "sold to", "ship to", "shipping address", "deliver to", "delivery address", "customer", "customer name", "client", "buyer", "to", "attn", "attention", "recipient", "guest name", "account holder", "employee",
  "rechnungsempfanger", "rechnung an", "rechnungsadresse", "rechnungsanschrift", "lieferadresse", "lieferanschrift", "empfanger", "kaufer", "kaufer leistungsempfanger", "leistungsempfanger", "kunde", "an", "herrn", "frau", "firma", "abweichender warenempfanger", "abweichender zahlungsempfanger", "auftraggeber", "kontoinhaber", "versicherungsnehmer",
  "facture a", "adresse de facturation", "adresse de livraison", "destinataire", "client", "acheteur", "livre a", "a l attention de", "titulaire",
  "facturar a", "cliente", "destinatario", "direccion de envio", "direccion de facturacion", "comprador", "datos del cliente", "enviar a", "titular", "kepada", "pelanggan", "pembeli", "bil kepada", "dibilkan kepada", "alamat bil", "alamat penghantaran", "spett le", "destinatario", "factuuradres", "afleveradres", "klant", "t a v",
];

/** A line that begins with one of these marks the line above as a recipient. */
export const ATTENTION: readonly string[] = ["t a v", "attn", "attention", "z hd", "zu handen", "zhd", "a l attention", "a la atencion", "c o", "u p"];

/** Words at the beginning of a line that is no name. In key form. */
export const NO_NAME_BEGINNINGS: readonly string[] = [
  "siege social", "registered office", "head office", "hq", "tel", "telephone", "telefon", "phone", "fon", "fax", "mobile", "email", "e mail", "www", "http", "https", "web", "website", "gst", "vat", "tva", "ust", "siret", "siren", "nif", "cif", "iban", "bic", "reg", "co reg", "company reg", "company no", "co no", "roc", "id",
  "page", "seite", "pagina", "muka surat", "date", "datum", "fecha", "tarikh", "time", "no", "nr", "num", "number", "nummer", "numero", "invoice", "rechnung", "facture", "factura", "receipt", "tax", "table", "cashier", "bill", "order", "your", "our", "ihre", "ihr", "unser", "unsere", "votre", "vos", "notre", "su", "re",
  "subject", "betreff", "objet", "asunto", "perkara", "dear", "sehr", "madame", "monsieur", "estimado", "estimada", "thank", "thanks", "vielen", "merci", "gracias", "terima", "terms", "payment", "zahlung", "zahlungsbedingungen", "total", "subtotal", "amount", "summe", "balance", "description", "item", "items", "qty", "quantity", "price",
  "copy", "kopie", "original", "duplicate", "welcome", "shopping hours", "business hours", "opening hours", "open", "closed", "customer", "kunde", "kunden", "client", "cliente", "currency", "wahrung", "rechnungswahrung", "powered by", "account", "konto", "bank", "sort code", "swift", "blz", "document", "doc", "reference", "ref", "due",
  "lot", "jalan", "jln", "unit", "level", "floor", "block", "taman", "rue", "avenue", "calle", "plaza", "postfach", "po box", "global", "globale", "steuernummer", "anschrift", "address", "adresse", "direccion", "name", "the following", "this", "these", "please", "bitte", "all", "note", "notes", "hinweis", "bemerkung", "betrage",
  "not", "may", "includes", "cash", "visa", "card", "sales", "server", "staff", "operator", "salesperson", "member", "strictly", "exchange", "goods", "print", "printed", "authorized", "signature", "summary", "contents", "inhalt", "table of contents", "anwendungsempfehlung", "stylesheet", "codelisten", "pos", "artikel", "article",
];

/** Words that make a line an address. */
export const ADDRESS_WORDS: readonly string[] = [
  "jalan", "jln", "lorong", "taman", "tmn", "lane", "drive", "crescent", "highway", "hwy", "parkway", "street", "road", "avenue", "ave", "boulevard", "blvd", "suite", "floor", "flr", "p o box", "*strasse", "*str", "str", "weg", "*weg", "*platz", "*gasse", "*allee", "rue", "chemin", "place de", "bd", "calle", "avda", "avenida", "camino", "via", "piazza", "straat", "*straat", "*laan", "*plein", "rua", "quai", "impasse", "allee", "square", "passage", "cours", "travessa", "praca", "corso", "viale", "largo", "paseo", "plaza", "ul", "ulica", "ulice", "aleja", "aleje", "namesti", "namestie", "utca", "krt", "strada", "soseaua", "cad", "caddesi", "sok", "sokak", "mah", "mahallesi", "bulvari", "*gatan", "*vagen", "*gade", "*vej", "*gata", "*veien", "*katu", "*kade", "postbus", "postboks", "postfach", "apartado", "tsa", "cedex", "οδος", "улица", "ул", "проспект", "вул", "вулиця", "شارع", "רחוב", "רח", "selangor", "kuala lumpur", "johor",
];

/** A line near these words belongs to an imprint, where the issuer names itself. */
export const IMPRINT_WORDS: readonly string[] = [
  "hrb", "hra", "amtsgericht", "handelsregister", "geschaftsfuhrer", "ust id", "ust idnr", "siret", "siren", "siege social", "rcs", "capital de", "registered office", "registered in england", "company number", "company registration", "co reg", "gst id", "gst reg", "gst no", "vat no", "vat reg", "abn", "nif", "cif", "kvk", "partita iva", "p iva",
  "vat id", "vat number", "vat registration", "tax id", "steuernummer", "st nr", "n tva", "numero de tva", "tva intracommunautaire", "no sst", "sst no", "no pendaftaran",
];

/** Domains of mail providers, networks and tools: an address there says nothing about who it is. */
export const COMMON_DOMAINS: readonly string[] = [
  "gmail", "googlemail", "google", "yahoo", "hotmail", "outlook", "live", "icloud", "apple", "msn", "gmx", "webde", "tonline", "freenet", "orange", "wanadoo", "laposte", "sfr", "libero", "protonmail", "mail", "email",
  "facebook", "instagram", "twitter", "linkedin", "youtube", "whatsapp", "tiktok", "wordpress", "blogspot", "tcpdf", "adobe", "microsoft", "paypal", "stripe", "example",
];
