import { bytes } from "./format.ts";
import { errorText, mark, t, type Text } from "./language.ts";
import { RULES } from "./refusals.ts";
import { AUTH_SENTENCES } from "./sign-in/auth-errors.ts";

const OFFLINE = mark("You are offline. Try again when the connection is back.");
const SILENT = mark("The project does not answer. Try again in a moment.");
const UNKNOWN = mark("Something went wrong. Try again in a moment.");

/** Whether the project was not reached at all. Browsers say it each in its own words. */
export const isConnection = (error: unknown): boolean =>
  /failed to fetch|fetch failed|networkerror|load failed|network request failed|network connection was lost/i.test(
    messageOf(error),
  ) ||
  (error as { name?: string } | null)?.name === "AuthRetryableFetchError" ||
  (error as { code?: string } | null)?.code === "unreachable";

/** The one place where an error of any kind becomes a sentence for a reader. */
export function sentenceOf(error: unknown): string {
  if (isConnection(error)) return t(navigator.onLine ? SILENT : OFFLINE);
  const { code, hint } = (error ?? {}) as { code?: string; hint?: string | null };
  const message = messageOf(error);
  // A form that was filled in wrongly: the refusal says what is wanted, unless it speaks to developers.
  if ((hint ?? code) === "invalid_request" && isForPeople(message)) return message;
  // Our own SQL functions carry the code as a hint, with a code of their own for the status.
  const known = SENTENCES[hint ?? ""] ?? SENTENCES[code ?? ""];
  if (known) return t(known);
  const rule = Object.keys(RULES).find((name) => message.includes(name));
  if (rule) return t(RULES[rule]!);
  // The project speaks English: elsewhere its code has a sentence of the catalog, with less in it than its own.
  const elsewhere = errorText(hint ?? "") ?? errorText(code ?? "");
  if (elsewhere) return elsewhere;
  const plain = plainer(message);
  return isForPeople(plain) ? plain : t(UNKNOWN);
}

const messageOf = (error: unknown): string =>
  typeof error === "string" ? error : String((error as { message?: unknown } | null)?.message ?? "");

/** Sizes as people say them. */
const plainer = (message: string): string =>
  message
    .replace(/(\d{4,}) bytes(?: \([\d.]+ Mi?B\))?/g, (_all, size: string) => bytes(Number(size)))
    .replace(/of type [a-z]+\/[\w.+-]+/g, "of a type that is not known here");

/** A sentence: a capital, an end, and nothing that only a developer reads. */
const isForPeople = (message: string): boolean =>
  /^[\p{Lu}\p{N}“„«¿¡]/u.test(message) &&
  /[.?!”“»]$/.test(message) &&
  !/[A-Z]{2,}_[A-Z]|\b[a-z]+_[a-z_]+\b|\b(?:application|image|text)\/|[{}]|\b(?:JSON|SQL|JWT|uuid|null|undefined|boundary|multipart|SHA-256|npm run|docs\/)|Error:/.test(
    message,
  );

/** Where the project's own words are for developers. */
export const SENTENCES: Record<string, Text> = {
  unexpected_answer: SILENT,
  unauthorized: mark("Your session has ended. Sign in again."),
  invalid_request: mark("The project did not understand this. Reload the page and try again."),
  request_too_large: mark("This is more than can be sent at once."),
  empty_file: mark("The file is empty."),
  storage_limit_reached: mark("Your space is used up. Delete some documents, then send the file again."),
  too_many_requests: mark("That was a lot in a short time. Wait a minute, then go on."),
  internal_error: UNKNOWN,
  database_rejected: mark("The result could not be stored. Tell the operator of this project."),
  database_unavailable: SILENT,
  storage_unavailable: mark("The file store does not answer. Try again in a moment."),
  lease_lost: mark("The work is done elsewhere. Look again in a moment."),
  not_found: mark("It is not here any more, or it belongs to somebody else."),
  file_differs: mark("What arrived is not the file that was announced. Send it again."),
  no_ocr_engine: mark("Nothing here reads pictures. Ask the operator of this project to set up OCR, then retry."),
  no_language_model: mark(
    "Nothing here reads this page's language. Ask the operator of this project to install it, then retry.",
  ),
  ocr_engine_unavailable: mark("What reads pictures did not answer. Retry in a moment."),
  model_rejected: mark("Claude did not accept the request. Tell the operator of this project."),
  worker_lost: mark("The work was cut off each time it was tried. Send a smaller copy of the file, or its parts."),
  // PostgREST and Postgres
  PGRST116: mark("It is not here any more, or it belongs to somebody else."),
  PGRST301: mark("Your session has ended. Sign in again."),
  PGRST303: mark("Your session has ended. Sign in again."),
  "22P02": mark("There is nothing at this address."),
  "42501": mark("You may not change this."),
  "57014": mark("That took too long and was stopped. Try again, or ask for less."),
  "40001": mark("Something else changed it at the same time. Try again."),
  "40P01": mark("Something else changed it at the same time. Try again."),
  ...AUTH_SENTENCES,
};
