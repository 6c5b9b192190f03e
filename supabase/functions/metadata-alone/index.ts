import { budget, log, project, settings, waitUntil } from "../_shared/env.ts";
import { createLoneWorker } from "../_shared/lone-worker.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { chooseDescribe } from "../metadata/describer.ts";
import { createDescribing } from "../metadata/describing.ts";

const pipeline = createPipeline(serviceClient(project), "metadata-alone");
const describing = createDescribing({ pipeline, describe: chooseDescribe(settings) });

Deno.serve(createLoneWorker({ log, budget, waitUntil, pipeline }, describing()));
