import { DocketError } from "../error.ts";
import type { Document } from "../types.ts";
import { signedIn } from "./config.ts";
import { EXIT, Failure } from "./failure.ts";
import { createProgress, print, printJson, say } from "./lines.ts";
import { eachOf, send } from "./send.ts";

const AT_ONCE = 4;

/** Sends files; one that fails does not keep the others from being sent. */
export async function uploadFiles(files: string[], options: { wait?: boolean; json?: boolean }): Promise<void> {
  const { docket } = await signedIn();
  const progress = createProgress(files.length);
  let worst: number = EXIT.done;
  await eachOf(files, AT_ONCE, async (file) => {
    try {
      const uploaded = await send(docket, file);
      const document = options.wait ? await docket.wait(uploaded.document_id) : undefined;
      progress.step(file, () => {
        if (options.json) printJson({ file, ...uploaded, ...(document && { status: document.status, document }) });
        else print(`${file}: ${lineOf(uploaded.document_id, document ?? uploaded, uploaded.duplicate)}`);
      });
      if (document?.status === "failed") worst ||= EXIT.failed;
    } catch (error) {
      if (error instanceof DocketError && (error.status === 401 || error.status === 0)) throw error;
      if (!(error instanceof DocketError || error instanceof Failure)) throw error;
      worst = EXIT.failed;
      const code = error instanceof DocketError ? error.code : "unreadable";
      const { message } = error;
      progress.step(file, () => {
        if (options.json) printJson({ file, error: { code, message } });
        else say(error instanceof Failure ? message : `${file}: ${message}`);
      });
    }
  }).finally(() => progress.end());
  process.exitCode = worst;
}

function lineOf(id: string, { status, display_name, error }: Partial<Document>, duplicate: boolean): string {
  const what = error ? `failed: ${error.message}` : (display_name ?? status);
  return `${what}  ${id}${duplicate ? "  (was there already)" : ""}`;
}
