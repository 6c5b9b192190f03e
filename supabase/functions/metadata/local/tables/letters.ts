import { moreWords } from "./more-words.ts";

/** How letters begin, in key form; the line above is often their subject. */
export const SALUTATIONS: readonly string[] = [
  "dear", "sehr geehrte", "sehr geehrter", "sehr geehrtes", "lieber", "liebe", "madame monsieur", "chere madame", "cher monsieur", "madame", "estimado", "estimada", "estimados",
  "muy senor", "muy senores", "tuan puan", "yang berhormat", "gentile", "egregio", "geachte", "prezado", "prezada", "to whom it may concern",
  ...moreWords("salutations"),
];

/** Greetings that say less about what a text is, but stand at the same place. */
export const GREETINGS: readonly string[] = ["chere", "cher", "beste", "hello", "hallo", "bonjour", "hola", "good morning", "guten tag"];

/** How letters end; who signs stands below. */
export const CLOSINGS: readonly string[] = [
  "yours sincerely", "yours faithfully", "yours truly", "sincerely", "kind regards", "best regards", "mit freundlichen grussen", "freundliche grusse", "mit freundlichem gruss",
  "veuillez agreer", "cordialement", "salutations distinguees", "sinceres salutations", "atentamente", "un cordial saludo", "saludos cordiales", "yang benar", "sekian terima kasih",
  "cordiali saluti", "distinti saluti", "met vriendelijke groet", "atenciosamente",
  ...moreWords("closings"),
];

/** Labels before the subject of a letter. */
export const SUBJECT_LABELS: readonly string[] = [
  "subject", "re", "regarding", "betreff", "betr", "betrifft", "objet", "concerne", "asunto", "ref asunto", "perkara", "per", "oggetto", "onderwerp", "betreft", "assunto", "emne", "temat",
  ...moreWords("subjects"),
];
