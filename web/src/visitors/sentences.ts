import { mark, t, type Text } from "../language.ts";

const FULL = mark("This link takes no more files just now. Tell the person who sent it to you.");
const SILENT = mark("The server did not answer. Try again in a moment.");

/** The errors that a visitor can do something about, or has to know. */
const SENTENCES: Record<string, Text> = {
  not_found: mark("There is no such link, or it has ended."),
  link_password: mark("This link needs a password, or the one you typed is wrong."),
  too_many_requests: mark("That was a lot in a short time. Try again in a minute."),
  file_too_large: mark("This file is larger than the link takes."),
  unsupported_type: mark("This kind of file is not taken."),
  empty_file: mark("The file is empty."),
  monthly_limit_reached: FULL,
  storage_limit_reached: FULL,
  request_too_slow: mark("The connection is too slow. Try again."),
  unreachable: SILENT,
  unexpected_answer: SILENT,
  internal_error: SILENT,
  storage_unavailable: SILENT,
  database_unavailable: SILENT,
};

/** An error as a sentence for anyone with a link: they do not know the project, and cannot change it. */
export function visitorSentenceOf(error: unknown): string {
  const code = (error as { code?: string } | null)?.code ?? "";
  return t(SENTENCES[code] ?? mark("That did not work. Tell the person who sent you the link."));
}
