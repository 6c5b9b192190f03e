/** Words before the first party of a contract, as they are written, in lower case. */
export const PARTY_OPENERS: readonly string[] = ["by and between", "made between", "between", "zwischen", "entre les soussignés", "entre les soussignées", "entre les parties", "entre", "reunidos", "antara", "tra", "tussen"];

/** Words between two parties. */
export const PARTY_JOINERS: readonly string[] = ["and", "und", "et", "y", "e", "en", "dan"];

/** After these a joiner belongs to a name: "Miller and Sons". In key form. */
export const JOINED_NAMES: readonly string[] = ["sons", "son", "partners", "partner", "co", "company", "daughters", "brothers", "associates", "sohne", "sohn", "tochter", "kollegen", "fils", "associes", "cie", "hijos", "asociados", "cia"];

/** Words that stand before a party's name and are none of it, in lower case. */
export const BEFORE_PARTIES: readonly string[] = [
  "the company", "the", "der firma", "die firma", "firma", "der", "die", "dem", "den", "das", "herrn", "herr", "frau", "la société", "la societe", "l'entreprise", "la sociedad", "la empresa", "le", "la", "les", "el", "los", "l'", "l’",
  "monsieur", "madame", "m.", "mme", "don", "doña", "d.", "dña.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.",
];

/** What a party is called within its contract, and other words that name nobody. In key form. */
export const PARTY_ROLES: readonly string[] = [
  "party", "parties", "contractor", "client", "customer", "company", "landlord", "tenant", "employer", "employee", "seller", "buyer", "supplier", "provider", "licensor", "licensee", "lender", "borrower", "association", "undersigned", "agreement",
  "partei", "parteien", "vertragsparteien", "auftraggeber", "auftragnehmer", "vermieter", "mieter", "arbeitgeber", "arbeitnehmer", "verkaufer", "kaufer", "vertrag",
  "partie", "prestataire", "bailleur", "locataire", "preneur", "employeur", "salarie", "vendeur", "acheteur", "contrat", "soussignes",
  "parte", "partes", "prestador", "arrendador", "arrendatario", "empleador", "trabajador", "vendedor", "comprador", "contrato",
];

/** Names of contracts: a title holds one; in a display name the label "Contract" says it already. */
export const CONTRACT_WORDS: readonly string[] = ["agreement", "contract", "vertrag", "vereinbarung", "contrat", "convention", "contrato", "acuerdo", "convenio"];

/** Beginnings of sentences that speak of the paper itself. In key form. */
export const SELF_REFERENCES: readonly string[] = [
  "this", "these", "dieser", "diese", "dieses", "der vorliegende", "die vorliegende", "das vorliegende", "ce", "cette", "ces", "le present", "la presente", "este", "esta", "estos", "estas", "el presente",
];

/** Verbs that make a line part of a sentence, and so no title. In key form. */
export const SENTENCE_VERBS: readonly string[] = [
  "is", "are", "was", "were", "has", "have", "shall", "will", "must", "may", "agree", "agrees",
  "ist", "sind", "war", "waren", "hat", "haben", "wird", "werden", "wurde", "wurden", "kann", "soll", "muss",
  "est", "sont", "sera", "seront", "ont", "doit", "peut", "es", "son", "sera", "seran", "ha", "han", "debe", "puede",
];

/** Topics that clauses of any contract touch: they count only where the title names them. */
export const CLAUSE_TOPICS: readonly string[] = ["insurance", "termination", "legal", "tax", "complaint"];
