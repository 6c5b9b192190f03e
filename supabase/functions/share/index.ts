import { log, project, settings } from "../_shared/env.ts";
import { createFiles } from "../_shared/files.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { createShareHandler } from "./handler.ts";

const service = serviceClient(project);

Deno.serve(
  createShareHandler({
    log,
    pipeline: createPipeline(service, "share"),
    files: createFiles(service),
    projectUrl: project.url,
    pageUrl: settings.pageUrl,
  }),
);
