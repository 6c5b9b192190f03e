import { DocketError, type Uploaded } from "@docket/client";
import type { Project } from "../project.tsx";

/** The connection or the session went away while a file was on its way. It is worth sending again. */
export class Interrupted extends Error {}

/** A file on its way: who wants to know of its bytes, and how it is stopped. */
export type Sending = { onSent(bytes: number): void; abort(): void };

export async function sendFile({ docket }: Project, file: File, sending: Sending): Promise<Uploaded> {
  const cancelled = new AbortController();
  sending.abort = () => cancelled.abort(new Error("Cancelled."));
  try {
    return await docket.upload(file, { onProgress: sending.onSent, signal: cancelled.signal });
  } catch (error) {
    // The gateway in front of the functions answers so, too: nothing was looked at yet.
    if (error instanceof DocketError && [0, 401, 502, 503, 504].includes(error.status))
      throw new Interrupted("The project does not answer.", { cause: error });
    throw error;
  }
}
