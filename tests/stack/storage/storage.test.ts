import { afterAll, beforeAll, describe } from "vitest";
import { storageContract } from "./contract.ts";
import { stack, startServer } from "./server.ts";

// The behaviours are in a file each, and share one Postgres, whose start costs more than all of them. One alone:
// npx vitest run tests/stack/storage -t "signed urls"
import "./objects.ts";
import "./policies.ts";
import "./buckets.ts";
import "./downloads.ts";
import "./signed-urls.ts";
import "./listing.ts";
import "./names.ts";
import "./interrupted.ts";

beforeAll(startServer, 60_000);
afterAll(() => stack?.stop());

describe("the contract", () => storageContract(() => ({ api: stack.url, secretKey: stack.keys.secretKey })));
