import { budget, log, project, settings, waitUntil } from "../_shared/env.ts";
import { createLoneWorker } from "../_shared/lone-worker.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { createExtracting } from "../extract/extracting.ts";
import { chooseExtract } from "../extract/extractor.ts";

const pipeline = createPipeline(serviceClient(project), "extract-alone");
const extracting = createExtracting({ pipeline, extract: chooseExtract(settings) });

Deno.serve(createLoneWorker({ log, budget, waitUntil, pipeline }, extracting()));
