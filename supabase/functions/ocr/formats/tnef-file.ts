import { PipelineError } from "../../_shared/errors.ts";
import type { Bounds } from "./bounds.ts";
import type { FileText } from "./file-text.ts";
import { mailText } from "./mail.ts";
import { openTnef } from "./tnef.ts";

/** A winmail.dat that was saved by itself: the mail, and the files, that Outlook packed into it. */
export async function readTnef(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  const { head, body, attachments } = await openTnef(bytes, bounds);
  if (body.length === 0 && attachments.length === 0 && !head.subject)
    throw new PipelineError("broken_file", "The file holds no mail and no files. Ask the sender for another copy.");
  return mailText(
    {
      ...head,
      to: [head.to].filter(Boolean),
      cc: [head.cc].filter(Boolean),
      body,
      attachments: attachments.map((file) => ({ filename: file.filename, bytes: () => file.bytes })),
    },
    bounds,
  );
}
