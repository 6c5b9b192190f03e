import { budget, log, project, settings, waitUntil } from "../_shared/env.ts";
import { createFiles } from "../_shared/files.ts";
import { createLoneWorker } from "../_shared/lone-worker.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { createReading } from "../ocr/reading.ts";
import { createRecognizers } from "../ocr/recognizer.ts";

const service = serviceClient(project);
const pipeline = createPipeline(service, "ocr-alone");
const read = createReading({
  pipeline,
  budget,
  files: createFiles(service),
  recognizers: createRecognizers(settings),
  limits: settings,
});

Deno.serve(createLoneWorker({ log, budget, waitUntil, pipeline }, read));
