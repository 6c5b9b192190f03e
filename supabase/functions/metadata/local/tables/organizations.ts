/** Words of key form that names of authorities and bodies hold, beside those of businesses. */
export const ORGANIZATION_WORDS: readonly string[] = [
  "family medicine", "family practice", "medical group", "medical associates", "pediatrics", "paediatrics", "cardiology", "dermatology", "orthopaedics", "orthopedics", "radiology", "building society", "brokerage", "*bureau", "*opisto", "*koulu", "*lukio", "incassobureau", "agencia tributaria", "mutua",
  "bornehave", "bornehaven", "vuggestue", "barnehage", "barnehagen", "forskola", "forskolan", "paivakoti", "ovoda", "preschool", "playgroup", "volksschule", "grundschule", "gymnasium", "realschule", "wspolnota", "committee", "comite", "comitato", "comitetul", "komitee", "*ausschuss", "gemeinderat", "conseil municipal", "commune", "ville de", "pathology", "diagnostics", "imaging", "surgery", "infirmary", "hospice", "veterinary", "opticians", "orthodontics", "dentistry", "pharmacy", "cooperative", "co operative", "parish council", "residents association", "homeowners association", "sports club", "swimming club", "rowing club", "football club", "tennis club", "charity", "choir", "orchestra", "museum", "gallery", "nursery", "kindergarten", "utilities", "waterworks", "airlines", "ferries", "coaches",
  "*werke", "kita", "*verein", "*gesellschaft", "*gemeinschaft", "*praxis", "gemeinschaftspraxis", "zahnarztpraxis", "tierarztpraxis", "labor", "*bibliothek", "bibliothek", "*museum", "sozietat", "*sozietat", "*gartnerei", "*schule", "*versorgung", "*energie", "*betrieb", "*handel", "*bau",
  "residence", "copropriete", "syndicat", "regie", "regie immobiliere", "mutuelle", "conseil syndical", "association", "mediatheque", "bibliotheque", "clinique", "cave", "domaine", "garage", "auto ecole", "comunidad de propietarios", "cooperativa", "biblioteca", "clinica", "gestoria", "notaria", "aguas", "energia", "condominio", "amministrazione", "azienda", "acquedotto", "aguas de", "junta de freguesia", "agrupamento", "vereniging", "*vereniging", "stichting", "huisartsenpraktijk", "bibliotheek", "woningcorporatie", "waterschap",
  "borettslag", "borettslaget", "sameie", "sameiet", "idrettslag", "*vaerk", "*verk", "vandvaerk", "varmevaerk", "ejerforening", "andelsboligforening", "grundejerforening", "*klubben", "brf", "bostadsrattsforening", "bostadsrattsforeningen", "vardcentral", "vardcentralen", "*tandvard", "bibliotek", "*bibliotek", "taloyhtio", "asunto oy", "*yhdistys", "terveyskeskus", "*laitos",
  "wspolnota mieszkaniowa", "przedszkole", "biblioteka", "wodociagi", "gabinet", "kancelaria", "spolecenstvi vlastniku", "zakladni skola", "materska skola", "knihovna", "vodarny", "ordinace", "zakladna skola", "materska skola", "vodarne", "kniznica", "ambulancia", "tarsashaz", "muvek", "konyvtar", "rendelo", "muzeum", "asociatia de proprietari", "gradinita", "biblioteca", "apa", "cabinet medical", "apartman yonetimi", "site yonetimi", "kutuphanesi", "dernegi", "klinigi", "poliklinigi", "okullari",
  "φροντιστηριο", "συλλογος", "ιατρειο", "κλινικη", "βιβλιοθηκη", "школа", "лицей", "гимназия", "библиотека", "тсж", "клиника", "фонд", "ліцей", "гімназія", "бібліотека", "осбб", "клініка", "управління", "управление", "شركة", "مؤسسة", "مدرسة", "عيادة", "جمعية", "מכבי", "בית ספר", "מרפאה", "עמותת", "עמותה", "学校", "小学校", "中学校", "クリニック", "薬局", "協会", "組合", "图书馆", "学院", "保险", "保険", "学校", "诊所", "药房", "약국", "의원", "학교", "도서관", "협회", "조합", "보험",
  "office", "department", "court", "courts", "commission", "bureau", "authority", "administration", "society", "trust", "laboratory", "laboratories", "labs", "center", "centre", "medical center", "academy", "police", "embassy", "consulate", "federation", "union", "church", "library", "theatre", "theater", "cinema", "cinemas", "studio", "studios", "airways", "airlines", "railways", "energy", "power", "electric", "water", "telecom", "communications", "mobile", "logistics", "express", "health", "healthcare", "dental", "physiotherapy", "mutual", "credit union", "securities", "investments", "capital", "properties", "realty", "estates", "housing", "law firm", "solicitors", "attorneys", "architects", "engineering", "manufacturing", "foods", "farms", "brewery", "press", "publishing", "software", "media", "pub", "grill", "diner", "pizzeria", "coffee",
  "behorde", "landesamt", "bundesamt", "*bundesamt", "*verband", "kammer", "*kammer", "gericht", "*gericht", "ministerium", "*ministerium", "krankenhaus", "klinikum", "*klinikum", "krankenkasse", "*krankenkasse", "werkstatt", "*werkstatt", "steuerberatung", "rechtsanwalte", "buchhandlung", "hausverwaltung", "*verwaltung", "wohnungsbau", "wohnbau", "genossenschaft", "*genossenschaft", "energie", "kasse", "*kasse", "malerbetrieb", "elektro", "gasthaus", "gasthof", "zentrum", "*zentrum",
  "kommun", "*kommun", "*kommune", "*bolaget", "*bolag", "*verket", "*styrelsen", "*styrelse", "*forening", "*selskab", "*selskabet", "*selskap", "*selskapet", "*foreningen", "sjukhus", "*sjukhus", "sykehus", "*sykehus", "sygehus", "skole", "*skole", "skola", "*skola", "forsakring", "*forsakring", "forsikring", "*forsikring", "vakuutus", "*vakuutus", "pankki", "*pankki", "kaupunki", "kunta", "sairaala", "koulu", "apteekki",
  "urzad", "gmina", "szpital", "przychodnia", "spoldzielnia", "szkola", "uniwersytet", "towarzystwo", "apteka", "zaklad", "urad", "obecni urad", "mestsky urad", "mesto", "nemocnice", "nemocnica", "univerzita", "pojistovna", "poistovna", "banka", "lekarna", "druzstvo", "korhaz", "onkormanyzat", "onkormanyzata", "iskola", "egyetem", "biztosito", "gyogyszertar", "primaria", "spitalul", "scoala", "universitatea", "farmacia", "belediyesi", "hastanesi", "universitesi", "bankasi", "sigorta", "okulu", "eczanesi",
  "δημος", "τραπεζα", "νοσοκομειο", "πανεπιστημιο", "σχολειο", "банк", "больница", "университет", "школа", "поликлиника", "администрация", "лікарня", "університет", "страховая", "بنك", "مصرف", "مستشفى", "جامعة", "وزارة", "بلدية", "מכללת", "עיריית", "בנק", "אוניברסיטת", "משרד", "銀行", "病院", "大学", "市役所", "区役所", "医院", "银行", "은행", "병원", "대학교", "구청", "시청",
  "prefecture", "tribunal", "caisse", "mutuelle", "hopital", "centre hospitalier", "laboratoire", "banque", "credit", "assurance maladie", "syndic", "imprimerie", "ecole", "lycee", "agence", "banco", "caja", "hospital", "laboratorio", "colegio", "instituto", "ayuntamiento", "comunidad", "libreria", "taller", "banca", "cassa", "ospedale", "comune", "agenzia", "scuola", "trattoria", "officina", "prefeitura", "camara", "clinica", "escola", "gemeente", "ziekenhuis", "apotheek", "bakkerij", "drukkerij",
];

/** Words that follow who a paper thanks for, pays to or names as its owner, as patterns of a line: the name is what is caught. */
export const NAMED_ISSUERS: readonly RegExp[] = [
  /(?:©|\(c\)|copyright)\s?(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)\d\d)?,?\s(?:by\s)?(.{3,50}?)(?:\.?\s?All rights|[.;|]\s|\.$|$)/iu,
  /thank you for (?:shopping|dining|banking|staying|flying|doing business|eating|travell?ing|choosing to shop)\s(?:at|with|us at)\s(.{3,40}?)[.!]{0,3}$/iu,
  /thank you for (?:choosing|visiting)\s(?!us\b|our\b)(.{3,40}?)[.!]{0,3}$/iu,
  /(?:cheques?|checks?) payable to:?\s(.{3,50}?)[.;]?$/iu,
  /(?:vielen dank|danke) (?:für|fur|fuer) ihren (?:einkauf|besuch) (?:bei|im|in der)\s(.{3,40}?)[.!]{0,3}$/iu,
  /merci (?:de votre visite|d'avoir choisi|pour votre achat)\s(?:chez|à|au)?\s?(.{3,40}?)[.!]{0,3}$/iu,
];

/** Labels whose value is neither sender nor place of one. In key form, before a colon or in the cell to the left. */
export const NO_SENDER_LABELS: readonly string[] = ["matter of", "in the matter of", "matter", "subject", "re", "regarding", "project", "passenger", "patient", "student", "insured", "policyholder", "product", "description", "item", "location", "cinema", "venue", "bank", "bank name", "beneficiary bank", "kreditinstitut", "banque", "banco", "carrier", "ship via", "shipper", "manufacturer", "brand", "contact", "member", "cardholder", "account holder"];

/** Labels of the issuer beside those of trade papers. In key form. */
export const MORE_ISSUER_LABELS: readonly string[] = [
  "회사명", "의료기관", "의료기관명", "발급기관", "会社名", "医療機関", "医療機関名", "施設名", "公司名称", "单位名称", "医疗机构",
  "store", "store name", "merchant", "merchant name", "shop", "company", "business", "business name", "airline", "operated by", "hospital", "clinic", "facility", "institution", "issuing authority", "issuing office", "filiale", "markt", "unternehmen", "praxis", "klinik", "ausstellende behorde", "magasin", "commerce", "etablissement", "tienda", "comercio", "establecimiento", "entidad", "negozio", "esercente", "ente", "loja", "estabelecimento", "winkel", "bedrijf", "sprzedawca", "wystawca", "prodavajici", "dodavatel", "saljare", "leverantor", "selger", "saelger", "myyja", "elado", "satici", "vanzator", "furnizor",
];

/** Words that end the title of a paper, and no name of whoever it is from. In key form. */
export const TITLE_ENDINGS: readonly string[] = [
  "application", "request", "summary", "guide", "plan", "survey", "list", "overview", "program", "programme", "policy", "notice", "schedule", "sheet", "analysis", "update", "review", "results", "information", "details", "description", "plans", "benefits", "questions", "instructions", "terms", "conditions", "study", "proposal", "strategy", "presentation", "worksheet", "checklist", "log", "register",
  "antrag", "ubersicht", "liste", "hinweise", "informationen", "auswertung", "angaben", "bedingungen", "resume", "liste", "demande", "informations", "resumen", "lista", "informacion", "datos", "riepilogo", "informazioni", "dados", "overzicht", "gegevens",
];

/** Labels of the seller: whom an order goes to, unless it is the seller's confirmation. In key form. */
export const VENDOR_LABELS: readonly string[] = [
  "supplier", "vendor", "seller", "lieferant", "verkaufer", "auftragnehmer", "fournisseur", "vendeur", "proveedor", "vendedor", "fornitore", "venditore", "leverancier", "verkoper", "fornecedor", "pembekal", "penjual", "dostawca", "sprzedawca", "wykonawca", "dodavatel", "predavajici", "predavajuci", "leverantor", "saljare", "leverandor", "saelger", "selger", "toimittaja", "myyja", "szallito", "elado", "furnizor", "vanzator", "tedarikci", "satici", "προμηθευτης", "поставщик", "постачальник", "продавец", "供应商", "供應商", "공급자",
];

/** Words of an order that its seller confirms. In key form. */
export const CONFIRMATIONS: readonly string[] = [
  "order confirmation", "confirmation", "acknowledgement", "*bestatigung", "confirmation de commande", "confirmacion de pedido", "conferma d ordine", "confirmacao", "orderbevestiging", "bevestiging", "potwierdzenie", "potvrzeni", "potvrdenie", "*bekraftelse", "*bekreftelse", "*bekraeftelse", "*vahvistus", "visszaigazolas", "confirmare", "onay", "sipariş onayı", "подтверждение",
];

/** Labels of whom a bill is paid to. "Account holder" is none: it may be the customer's account that is debited. In key form. */
export const PAYEE_LABELS: readonly string[] = [
  "beneficiary", "beneficiary name", "payable to", "pay to", "remit to", "make checks payable to", "make cheques payable to", "zahlungsempfanger", "begunstigter", "beneficiaire", "a l ordre de", "beneficiario", "intestato a", "begunstigde", "odbiorca przelewu", "prijemce platby", "betalningsmottagare", "betalingsmottaker", "saaja", "kedvezmenyezett", "beneficiar", "δικαιουχος", "получатель", "отримувач", "口座名義", "收款人",
];

/** Labels of people and roles: what stands at such a place is no name itself. In key form. */
export const ROLE_LABELS: readonly string[] = [
  "employee name", "worker", "staff member", "job title", "position", "tenant", "lessee", "applicant", "insured", "insured person", "policyholder", "patient", "patient name", "student", "pupil", "passenger", "beneficiary", "payer", "debtor", "taxpayer",
  "arbeitnehmer", "arbeitnehmerin", "mitarbeiter", "mitarbeiterin", "mieter", "antragsteller", "versicherter", "versicherte person", "schuler", "patientin", "fahrgast", "zahlungspflichtiger", "steuerpflichtiger",
  "salarie", "salariee", "employe", "locataire", "demandeur", "assure", "assuree", "eleve", "passager", "contribuable", "debiteur",
  "trabajador", "trabajadora", "empleado", "empleada", "arrendatario", "solicitante", "asegurado", "alumno", "paciente", "pasajero", "contribuyente", "pagador",
  "dipendente", "lavoratore", "lavoratrice", "conduttore", "richiedente", "assicurato", "alunno", "paziente", "passeggero", "contribuente", "debitore", "trabalhador", "trabalhadora", "funcionario", "empregado", "inquilino", "requerente", "segurado", "aluno", "passageiro",
  "werknemer", "werkneemster", "medewerker", "huurder", "aanvrager", "verzekerde", "verzekeringnemer", "leerling", "pracownik", "najemca", "wnioskodawca", "ubezpieczony", "ubezpieczajacy", "pacjent", "zamestnanec", "najemce", "najomca", "zadatel", "pojistnik", "poistnik", "pacient", "anstalld", "medarbetare", "medarbejder", "ansatt", "leietaker", "lejer", "hyresgast", "tyontekija", "vuokralainen", "vakuutettu", "munkavallalo", "berlo", "biztositott", "angajat", "chirias", "asigurat", "calisan", "personel", "kiraci", "sigortali", "hasta",
  "εργαζομενοσ", "μισθωτησ", "ασφαλισμενοσ", "работник", "сотрудник", "арендатор", "пациент", "застрахованный", "працівник", "орендар", "пацієнт", "氏名", "社員名", "社員番号", "従業員", "姓名", "员工姓名", "承租人", "성명", "사원명", "임차인", "اسم الموظف", "الموظف", "العامل", "المستأجر", "שם העובד", "העובד", "השוכר",
  // What a payment slip, a wage slip or a list heads its columns with.
  "rate", "hours", "hsn sac", "hsn", "sac", "base pay", "overtime", "local de pagamento", "pagavel em qualquer banco ate o vencimento", "기본급", "야근수당", "지급합계", "공제합계", "실수령액", "基本給", "支給合計", "控除合計", "差引支給額",
];
