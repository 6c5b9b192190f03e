import { afterAll, beforeAll, describe } from "vitest";
import { type TemporaryDatabase, temporaryDatabase } from "../../../testing/temporary.ts";
import { vaultContract } from "./contract.ts";

describe("vault of the embedded stack", () => {
  let database: TemporaryDatabase;

  beforeAll(async () => {
    database = await temporaryDatabase();
  });
  afterAll(() => database.stop());

  vaultContract(() => ({ url: database.postgres.url("postgres"), host: "127.0.0.1", address: "127.0.0.1" }));
});
