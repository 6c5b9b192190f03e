import { createCallers } from "../_shared/caller.ts";
import { budget, log, project, settings, waitUntil } from "../_shared/env.ts";
import { createFiles } from "../_shared/files.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { createOcrHandler } from "./handler.ts";
import { createRecognizers } from "./recognizer.ts";

const service = serviceClient(project);

Deno.serve(
  createOcrHandler({
    log,
    budget,
    waitUntil,
    callers: createCallers(project),
    pipeline: createPipeline(service, "ocr"),
    files: createFiles(service),
    recognizers: createRecognizers(settings),
    limits: settings,
  }),
);
