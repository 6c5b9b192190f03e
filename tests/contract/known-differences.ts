import { expect } from "vitest";
import { query } from "./project.ts";

/** Something that a real project does and the embedded stack does not. */
export type KnownDifference = {
  /** The part of the project. */
  part: "pg_net" | "pg_cron" | "Vault" | "Storage" | "Realtime" | "Auth" | "privileges";
  /** What a real project does, as a sentence. */
  real: string;
  /** Why the embedded stack may differ. */
  reason: string;
  /** What has to be given for a look at it. */
  needs: "database" | "api" | "realtime";
  /** Passes on the real part, and fails on the stand-in as long as it differs. */
  check(project: { dbUrl: string; url: string; key: string; secretKey: string }): Promise<void>;
};

/**
 * The list is checked in both directions: each check has to pass on the real part, and to fail on the stand-in. So a
 * difference that is gone fails the test until its line is gone too.
 */
export const KNOWN_DIFFERENCES: KnownDifference[] = [
  {
    part: "pg_net",
    real: "sends from a background worker of Postgres",
    reason:
      "No npm package has the extension's library. A process beside Postgres sends, by the same queue and the same rules.",
    needs: "database",
    check: async ({ dbUrl }) => expect(await backends(dbUrl, "pg_net%")).not.toEqual([]),
  },
  {
    part: "pg_cron",
    real: "schedules from a background worker of Postgres",
    reason: "No npm package has the extension's library. A process beside Postgres runs the jobs.",
    needs: "database",
    check: async ({ dbUrl }) => expect(await backends(dbUrl, "pg_cron%")).not.toEqual([]),
  },
  {
    part: "Vault",
    real: "keeps the key of its secrets outside the database",
    reason:
      "Upstream's library asks a script for the key. Here the key is a row in the data folder; it is for a machine of one's own.",
    needs: "database",
    check: async ({ dbUrl }) =>
      expect(await query(dbUrl, "select to_regclass('vault._key') as key")).toEqual([{ key: null }]),
  },
  {
    part: "Storage",
    real: "takes resumable uploads (TUS)",
    reason: "Docket uploads in one request, and the bucket's limit of 20 MiB does not need resuming.",
    needs: "api",
    check: async ({ url, secretKey }) => {
      const response = await fetch(`${url}/storage/v1/upload/resumable`, {
        method: "POST",
        headers: { apikey: secretKey, Authorization: `Bearer ${secretKey}`, "Tus-Resumable": "1.0.0" },
      });
      // It wants a length; a gateway may answer OPTIONS itself.
      expect(response.headers.get("tus-resumable")).toBe("1.0.0");
    },
  },
  {
    part: "Realtime",
    real: "keeps broadcasts of each day in a partition of realtime.messages",
    reason: "One table that deletes its old rows looks the same to every client.",
    needs: "realtime",
    check: async ({ dbUrl }) =>
      expect(
        await query(dbUrl, "select relkind from pg_catalog.pg_class where oid = 'realtime.messages'::regclass"),
      ).toEqual([{ relkind: "p" }]),
  },
  {
    part: "Auth",
    real: "lists users for the secret key (the admin API)",
    reason:
      "@supabase/lite has no admin API. Docket does not use it, except for a user in the smoke test of a deployment.",
    needs: "api",
    check: async ({ url, secretKey }) => {
      const response = await fetch(`${url}/auth/v1/admin/users?per_page=1`, {
        headers: { apikey: secretKey, Authorization: `Bearer ${secretKey}` },
      });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ users: expect.any(Array) });
    },
  },
];

const backends = (dbUrl: string, name: string): Promise<object[]> =>
  query(
    dbUrl,
    "select backend_type from pg_catalog.pg_stat_activity where backend_type <> 'client backend' and (backend_type like $1 or application_name like $1)",
    [name],
  );
