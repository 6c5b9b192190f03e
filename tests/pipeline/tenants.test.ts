// Strangers side by side on one project, through the APIs that they have. The behaviours are in a file each and share a stack, whose
// start costs more than all of them. One alone: npx vitest run tests/pipeline/tenants -t "erased"
import { afterAll, beforeAll } from "vitest";
import { startStage, stopStage } from "./tenants/stage.ts";

import "./tenants/data.ts";
import "./tenants/files.ts";
import "./tenants/channels.ts";
import "./tenants/invocations.ts";
import "./tenants/limits.ts";
import "./tenants/erasure.ts";
import "./tenants/hostile.ts";

beforeAll(startStage);
afterAll(stopStage);
