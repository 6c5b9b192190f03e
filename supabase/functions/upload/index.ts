import { createCallers } from "../_shared/caller.ts";
import { budget, log, project, settings, waitUntil } from "../_shared/env.ts";
import { createFiles } from "../_shared/files.ts";
import { createInvoke } from "../_shared/invoke.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { createUploadHandler } from "./handler.ts";

const service = serviceClient(project);

Deno.serve(
  createUploadHandler({
    log,
    budget,
    waitUntil,
    invoke: createInvoke(project, log),
    callers: createCallers(project),
    pipeline: createPipeline(service, "upload"),
    files: createFiles(service),
    maxBytes: settings.maxUploadBytes,
  }),
);
