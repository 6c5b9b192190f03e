import { createActing } from "../_shared/acting.ts";
import { createCallers } from "../_shared/caller.ts";
import { log, project, waitUntil } from "../_shared/env.ts";
import { createPipeline } from "../_shared/pipeline.ts";
import { serviceClient } from "../_shared/project.ts";
import { createMcpHandler } from "./handler.ts";

const callers = createCallers(project);

Deno.serve(
  createMcpHandler({
    log,
    waitUntil,
    callers,
    pipeline: createPipeline(serviceClient(project), "mcp"),
    acting: createActing(project, callers),
  }),
);
