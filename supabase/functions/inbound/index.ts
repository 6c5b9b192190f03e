import { log, project, settings } from "../_shared/env.ts";
import { createFiles } from "../_shared/files.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { createInboundHandler } from "./handler.ts";

const service = serviceClient(project);

Deno.serve(
  createInboundHandler({
    log,
    pipeline: createPipeline(service, "inbound"),
    files: createFiles(service),
    maxBytes: settings.maxUploadBytes,
    secrets: settings.inbound,
  }),
);
