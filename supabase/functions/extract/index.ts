import { createCallers } from "../_shared/caller.ts";
import { budget, log, project, settings, waitUntil } from "../_shared/env.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { chooseExtract } from "./extractor.ts";
import { createExtractHandler } from "./handler.ts";
import { suggestByRules } from "./suggester.ts";

Deno.serve(
  createExtractHandler({
    log,
    budget,
    waitUntil,
    callers: createCallers(project),
    pipeline: createPipeline(serviceClient(project), "extract"),
    extract: chooseExtract(settings),
    suggest: suggestByRules,
  }),
);
