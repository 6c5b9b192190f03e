import { createCallers } from "../_shared/caller.ts";
import { budget, log, project, settings, waitUntil } from "../_shared/env.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { chooseExtract } from "./extractor.ts";
import { createExtractHandler } from "./handler.ts";
import { chooseSuggest } from "./suggester.ts";

const pipeline = createPipeline(serviceClient(project), "extract");

Deno.serve(
  createExtractHandler({
    log,
    budget,
    waitUntil,
    callers: createCallers(project),
    pipeline,
    extract: chooseExtract(settings),
    suggest: chooseSuggest(settings, { pipeline, log }),
  }),
);
