import { mark, t, type Text } from "../language.ts";
import type { Failure } from "../model.ts";

/** What went wrong, in a few words, by code; the failure's own message says what to do. */
const REASONS: Record<string, Text> = {
  encrypted_pdf: mark("This PDF is locked."),
  wrong_password: mark("That is not its password."),
  unreadable_pages: mark("Too much of this could not be read."),
  broken_file: mark("This file is damaged."),
  too_many_pages: mark("This is too long."),
  image_too_large: mark("This picture is too large."),
  no_ocr_engine: mark("Nothing here can read pictures."),
  no_language_model: mark("Nothing here reads its language."),
  illegible_page: mark("Nothing on it could be read."),
  xfa_form: mark("A form that only Adobe Reader shows."),
  file_missing: mark("The file is gone."),
  file_differs: mark("Another file came than was announced."),
  upload_interrupted: mark("The upload broke off."),
  worker_lost: mark("The work was cut off."),
  monthly_limit_reached: mark("The month's limit is reached."),
  storage_limit_reached: mark("There is no room for more files."),
  unsupported_type: mark("This kind of file cannot be read."),
  model_refused: mark("Claude declined."),
};

const STAGES: Record<string, Text> = {
  upload: mark("Uploading failed."),
  ocr: mark("Reading failed."),
  metadata: mark("Describing failed."),
};

/** Whether a password would help. */
export const needsPassword = ({ code }: Failure): boolean => code === "encrypted_pdf" || code === "wrong_password";

/** Of these files nothing else comes when they are read again. */
const HOPELESS = new Set([
  ...["broken_file", "file_missing", "file_differs", "unpacked_too_large", "too_many_pages", "too_many_parts"],
  ...["nested_too_deep", "image_too_large", "xfa_form", "encrypted_file", "too_complex", "unsupported_type"],
]);

/** Whether trying again can help. An upload that broke off has nothing to be read. */
export const canRetry = (error: Failure | null): boolean =>
  error !== null && error.stage !== "upload" && !HOPELESS.has(error.code);

export const reasonOf = ({ code, stage }: Failure): string => t(REASONS[code] ?? STAGES[stage] ?? "This failed.");
