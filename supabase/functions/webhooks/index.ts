import { budget, log, network, project, waitUntil } from "../_shared/env.ts";
import { TAKE_NEXT_WAITING_MS } from "../_shared/job-run.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { createStageWorker } from "../_shared/stage-worker.ts";
import { createDelivering } from "./delivering.ts";
import { createSend } from "./sending.ts";

const pipeline = createPipeline(serviceClient(project), "webhooks");

Deno.serve(
  createStageWorker(
    { log, budget, waitUntil, pipeline },
    createDelivering({ pipeline, send: createSend(network) }),
    TAKE_NEXT_WAITING_MS,
  ),
);
