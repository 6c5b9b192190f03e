/** Labels of dates that are never the document's own, beside those of trade papers. In key form. */
export const MORE_OTHER_DATE_LABELS: readonly string[] = [
  "admitted", "admission", "admission date", "date of admission", "discharged", "date of discharge", "collected", "collection date", "received", "date received", "specimen collected", "last visit", "next visit", "next appointment", "appointment", "booking dates", "travel date", "event date", "hire date", "date hired", "date of hire", "deliver by", "respond by", "reply by", "required by", "close of business", "rev", "revised", "revision", "edition", "form edition", "effective", "effective from", "expires on", "exp", "valid thru", "valid through", "good thru", "best before", "member since", "customer since", "account opened", "period ending", "period beginning", "period end", "pay period", "week ending", "reading date", "meter reading", "next reading", "previous reading", "next payment", "last payment", "payment received", "review date", "date of loss", "date of accident", "date of injury", "date of service", "departure date", "return date", "closing date", "renewal", "warranty until", "purchased", "interest from", "last updated in", "accessed",
  "aufnahme", "aufnahme am", "entlassung", "entlassung am", "entnahme", "entnahmedatum", "eingang", "eingangsdatum", "eintrittsdatum", "eintritt", "austritt", "ablesedatum", "ablesung", "unfalldatum", "schadentag", "schadendatum", "gultig ab", "gultig von", "wirksam ab", "versicherungsbeginn", "beginn", "ende", "termin", "nachster termin", "fristende", "frist", "buchungstag", "valuta", "wertstellung", "liefertermin", "mindesthaltbarkeitsdatum", "kaufdatum", "reisedatum", "abfahrt", "anreise", "abreise",
  "entree", "sortie", "date d entree", "date de sortie", "prelevement du", "date d effet", "prise d effet", "date du sinistre", "date d embauche", "fecha de ingreso", "fecha de alta", "fecha de efecto", "fecha de siniestro", "fecha de inicio", "fecha de fin", "fecha limite", "data di ricovero", "data di dimissione", "data di decorrenza", "decorrenza", "data de admissao", "data de alta", "data de inicio", "ingangsdatum", "einddatum", "opnamedatum", "ontslagdatum",
];

/** Words of a label that a birth date stands by. In key form. */
export const BIRTH_WORDS: readonly string[] = [
  "birth", "date of birth", "birth date", "birthdate", "dob", "d o b", "born", "birthday", "geburtsdatum", "geburtstag", "geboren", "geb", "geb am", "naissance", "ne le", "nee le", "nacimiento", "nacido", "nascita", "nato il", "nata il", "nascimento", "geboortedatum", "geboren op", "urodzenia", "data urodzenia", "narozeni", "datum narozeni", "fodelsedatum", "fodselsdato", "fodt", "syntymaaika", "szuletesi", "data nasterii", "dogum tarihi", "tarikh lahir", "lahir",
];

/** Words beside the date of another paper that this one corrects or refers to. In key form. */
export const REFERENCE_WORDS: readonly string[] = [
  "original", "original invoice", "corrected", "corrects", "for invoice", "to invoice", "of invoice", "invoice", "invoice of", "invoice dated", "re invoice", "ref invoice", "against invoice", "zu rechnung", "zur rechnung", "rechnung vom", "rechnung nr", "ursprungliche", "ursprungsrechnung", "originalrechnung", "korrigiert", "facture du", "facture d origine", "sur facture", "de la facture", "factura rectificada", "factura original", "fattura originale", "fatura original", "oorspronkelijke factuur",
];

/** Words of key form between the two days of a period. */
export const PERIOD_JOINERS = /^\s*(?:[-–—]|to|until|till|through|thru|bis(?:\szum)?|au|a|al|hasta|tot|t\/m|hingga|do|til|till|-\s?>|→)\s*$/iu;
