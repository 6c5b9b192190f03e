// The least that an Edge Function of this project can do: it takes erase jobs by their invocations and completes them, in the
// project's own way and with nothing between. What a burst of these takes is the price of the orchestration alone.
import { log, project, waitUntil } from "../../../supabase/functions/_shared/env.ts";
import { endpoint, json, invocationOf } from "../../../supabase/functions/_shared/http.ts";
import { runInvocation, TAKE_NEXT_WAITING_MS, type Work } from "../../../supabase/functions/_shared/job-run.ts";
import { createPipeline } from "../../../supabase/functions/_shared/pipeline.ts";
import { serviceClient } from "../../../supabase/functions/_shared/project.ts";

const pipeline = createPipeline(serviceClient(project), "trivial");

Deno.serve(
  endpoint(log, async (request) => {
    const invocation = await invocationOf(request);
    const complete: Work = async ({ claim, takeNext }) => (await pipeline.completeErasure(claim, takeNext())).next;
    waitUntil(runInvocation({ pipeline, log }, invocation, complete, TAKE_NEXT_WAITING_MS));
    return json({ accepted: true }, 202);
  }),
);
