import { budget, log, project, waitUntil } from "../_shared/env.ts";
import { createFiles } from "../_shared/files.ts";
import { createLoneWorker } from "../_shared/lone-worker.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { createThumbnails } from "../thumbnail/thumbnails.ts";

const service = serviceClient(project);
const pipeline = createPipeline(service, "thumbnail-alone");
const files = createFiles(service);

Deno.serve(createLoneWorker({ log, budget, waitUntil, pipeline }, createThumbnails({ pipeline, files })));
