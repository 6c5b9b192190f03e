/** What a paper is about, as a tag, and words (key form, several languages) that say so. */
export const TOPICS: Record<string, readonly string[]> = {
  groceries: ["grocer", "grocery", "groceries", "supermarket", "supermarkt", "supermarche", "supermercado", "pasaraya", "lebensmittel", "mineral water", "milk", "bread", "vegetables", "speed mart"],
  meals: ["restaurant", "restoran", "restaurante", "ristorante", "cafe", "bistro", "kopitiam", "pizza", "noodle", "nasi", "dine in", "take away", "menu du jour", "speisen"],
  fuel: ["petrol", "fuel", "diesel", "tankstelle", "benzin", "kraftstoff", "carburant", "essence", "gasolina", "gasolinera", "petronas", "pump"],
  hardware: ["hardware", "baumarkt", "quincaillerie", "ferreteria", "screw", "paint", "plywood", "wallplug", "cylindrical lock"],
  stationery: ["stationery", "bookcentre", "papeterie", "papeleria", "burobedarf", "schreibwaren", "alat tulis", "pen"],
  "office-supplies": ["office supplies", "ink cartridge", "toner", "tracing paper", "copy paper", "printer paper", "paper a4", "a4 paper", "foam board", "envelopes", "ring binder", "staples", "druckerpapier", "kopierpapier", "druckerpatrone", "briefumschlage", "aktenordner", "cartouche d encre", "papier a4", "ramette", "enveloppes", "classeurs", "cartucho de tinta", "papel a4", "sobres", "archivadores"],
  printing: ["printing", "large format", "plotter", "flyers", "business cards", "brochures", "drucksachen", "druckerei", "visitenkarten", "broschuren", "imprimerie", "impression", "cartes de visite", "imprenta", "impresion", "tarjetas de visita"],
  books: ["bookbinding", "bookshop", "bookstore", "hardcover", "paperback", "buchbinderei", "buchhandlung", "taschenbuch", "reliure", "reliures", "librairie", "livre de poche", "encuadernacion", "libreria"],
  furniture: ["furniture", "desk", "bookcase", "wardrobe", "mobel", "schreibtisch", "schrank", "mobilier", "meuble", "meubles", "bureau d angle", "muebles", "escritorio", "armario"],
  gardening: ["garden", "gardens", "gardening", "lawn", "lawns", "hedge", "hedges", "mowing", "garten", "*garten", "rasen", "hecke", "jardin", "jardins", "pelouse", "haie", "jardineria", "cesped", "setos"],
  cleaning: ["cleaning services", "office cleaning", "window cleaning", "janitorial", "gebaudereinigung", "unterhaltsreinigung", "fensterreinigung", "nettoyage", "limpieza"],
  repairs: ["repair", "repairs", "spare parts", "reparatur", "*reparatur", "ersatzteile", "reparation", "reparations", "pieces detachees", "reparacion", "repuestos"],
  clothing: ["clothing", "apparel", "socks", "shirt", "trousers", "bekleidung", "vetements", "ropa", "pakaian"],
  medicines: ["pharmacy", "farmasi", "apotheke", "pharmacie", "farmacia", "medicine", "medicines"],
  health: ["hospital", "klinik", "clinic", "patient", "krankenhaus", "hopital", "medical", "arzt", "diagnosis", "medecin", "paciente"],
  hosting: ["hosting", "web hosting", "webhosting", "domain", "server", "cloud", "hebergement", "alojamiento web", "compute cloud", "data transfer"],
  software: ["software", "software licence", "software license", "licence key", "license key", "lizenzschlussel", "softwarelizenz", "saas"],
  consulting: ["consulting", "consultancy", "beratung", "*beratung", "conseil", "consultoria", "perundingan"],
  telecom: ["mobile plan", "broadband", "internet access", "telefonie", "mobilfunk", "telephonie", "fibre", "freebox", "telecom", "telekom", "movil", "glasfaser"],
  electricity: ["electricity", "strom", "*stromlieferung", "kwh", "kilowatt hours", "kilowattstunden", "electricite", "electricidad", "elektrik", "energia electrica"],
  water: ["water supply", "water quality", "trinkwasser", "abwasser", "eau potable", "agua potable", "bekalan air", "drinking water"],
  utilities: ["utilities", "utility bill", "meter reading", "district heating", "stadtwerke", "stadtwerk", "zahlerstand", "zahlers", "fernwarme", "releve de compteur", "compteur", "chauffage urbain", "lectura del contador"],
  gas: ["natural gas", "erdgas", "gaz naturel", "gas natural"],
  rent: ["rent", "rental agreement", "lease", "tenancy", "miete", "*miete", "loyer", "bail", "alquiler", "arrendamiento", "sewa", "landlord", "tenant"],
  "car-rental": ["car rental", "autovermietung", "mietwagen", "location de voiture", "alquiler de coches"],
  insurance: ["insurance", "versicherung", "*versicherung", "assurance", "seguro", "insurans", "assicurazione", "verzekering", "policyholder"],
  banking: ["bank statement", "kontoauszug", "releve de compte", "extracto bancario", "penyata bank", "opening balance", "closing balance"],
  travel: ["hotel", "flight", "flug", "vol", "vuelo", "check in", "boarding", "booking id", "reise", "voyage", "viaje", "resort", "room charges"],
  transport: ["train", "trains", "railway", "railways", "rail", "tram", "metro", "ferry", "fahrkarte", "bahnhof", "hauptbahnhof", "gare", "estacion", "bahn", "bus", "taxi", "toll", "parking", "parkhaus", "stationnement", "aparcamiento", "tren"],
  shipping: ["freight", "courier", "parcel", "paket", "fracht", "spedition", "transporteur", "colis", "mensajeria", "kurier", "tracking number"],
  employment: ["employment", "salary", "arbeitsvertrag", "gehalt", "salaire", "contrat de travail", "salario", "gaji", "vacation days", "probation"],
  tax: ["tax return", "income tax", "steuerbescheid", "einkommensteuer", "impot", "impuesto sobre la renta", "cukai pendapatan"],
  education: ["university", "school", "course", "universitat", "schule", "kurs", "universite", "cours", "universidad", "curso", "sekolah", "tuition", "training"],
  energy: ["solar", "photovoltaic", "heat pump", "renewable energy", "photovoltaik", "warmepumpe", "photovoltaique", "energias renovables"],
  property: ["real estate", "immobilie", "grundstuck", "immobilier", "inmueble", "hartanah", "mortgage", "hypothek"],
  legal: ["court", "gericht", "lawyer", "rechtsanwalt", "tribunal", "avocat", "abogado", "mahkamah", "plaintiff", "defendant"],
  termination: ["termination", "notice of termination", "cancellation", "kundigung", "resiliation", "rescision", "cancelacion", "penamatan"],
  complaint: ["complaint", "reklamation", "beschwerde", "reclamation", "queja", "reclamacion", "aduan"],
};

/** Words of papers in general, in key form: they say nothing about what a paper is about. */
export const PAPER_WORDS: readonly string[] = `
  page pages date number invoice receipt amount total subtotal price quantity item items description unit account customer client order reference document copy original company limited address street phone email website
  thank thanks please come again goods sold returnable refund exchange cash change card credit visa cashier table bill time user payment paid balance rounding discount summary sales salesperson member code rate excluding inclusive including
  dear sincerely regards yours subject january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday
  rechnung datum nummer betrag summe gesamt gesamtbetrag menge preis einzelpreis steuer umsatzsteuer mehrwertsteuer netto brutto seite kunde kunden kundennummer anschrift strasse telefon konto zahlung zahlbar tagen verkaufer kaufer
  geehrte geehrter damen herren freundlichen grussen betreff wahrung bestellung steuernummer deutschland germany land januar februar marz juni juli oktober dezember
  facture montant numero quantite prix unitaire adresse telephone client commande paiement reglement conditions total taxe france madame monsieur objet veuillez agreer salutations distinguees cordialement janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
  factura importe fecha cantidad precio cliente direccion telefono pago espana estimado estimada asunto atentamente enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
  jumlah tarikh resit harga tunai baki terima kasih sila datang lagi barang jalan taman lorong selangor kuala lumpur malaysia johor sdn bhd
  gmbh sarl ltd inc corp llc iban bic swift http https www com org net vat gst tva mwst ust
`.trim().split(/\s+/);
