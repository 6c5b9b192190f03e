import { createActing } from "../_shared/acting.ts";
import { createCallers } from "../_shared/caller.ts";
import { log, project, settings, waitUntil } from "../_shared/env.ts";
import { createFiles } from "../_shared/files.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { createApiHandler } from "./handler.ts";

const callers = createCallers(project);
const service = serviceClient(project);

Deno.serve(
  createApiHandler({
    log,
    waitUntil,
    callers,
    pipeline: createPipeline(service, "api"),
    acting: createActing(project, callers),
    files: createFiles(service),
    projectUrl: project.url,
    pageUrl: settings.pageUrl,
  }),
);
