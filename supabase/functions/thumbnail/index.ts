import { budget, log, project, waitUntil } from "../_shared/env.ts";
import { createFiles } from "../_shared/files.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { createStageWorker } from "../_shared/stage-worker.ts";
import { createThumbnails } from "./thumbnails.ts";

const service = serviceClient(project);
const pipeline = createPipeline(service, "thumbnail");
const files = createFiles(service);

Deno.serve(createStageWorker({ log, budget, waitUntil, pipeline }, createThumbnails({ pipeline, files })));
