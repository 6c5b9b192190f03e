import { log, project, settings } from "../_shared/env.ts";
import { createFiles } from "../_shared/files.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { createCollectHandler } from "./handler.ts";

const service = serviceClient(project);

Deno.serve(
  createCollectHandler({
    log,
    pipeline: createPipeline(service, "collect"),
    files: createFiles(service),
    maxBytes: settings.maxUploadBytes,
    projectUrl: project.url,
    pageUrl: settings.pageUrl,
  }),
);
