import { createCallers } from "../_shared/caller.ts";
import { budget, log, project, settings, waitUntil } from "../_shared/env.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { chooseDescribe } from "./describer.ts";
import { createMetadataHandler } from "./handler.ts";

Deno.serve(
  createMetadataHandler({
    log,
    budget,
    waitUntil,
    callers: createCallers(project),
    pipeline: createPipeline(serviceClient(project), "metadata"),
    describe: chooseDescribe(settings),
  }),
);
