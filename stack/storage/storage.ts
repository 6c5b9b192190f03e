import type { Keys } from "../keys.ts";
import type { Postgres } from "../postgres.ts";
import { createApp } from "./app.ts";
import { openBuckets } from "./buckets.ts";
import { SERVICE, openDatabase } from "./database.ts";
import { openObjectStore } from "./object-store.ts";
import { openSignedUrls } from "./signed-urls.ts";
import { openTransfers } from "./transfers.ts";
import { openUploads } from "./uploads.ts";

/** A running Storage API. */
export type Storage = {
  /** Answers every request under `/storage/v1/`; bodies stream both ways. */
  fetch(request: Request): Promise<Response>;
  stop(): Promise<void>;
};

export type StorageOptions = {
  /** With the platform's SQL applied. */
  postgres: Postgres;
  keys: Keys;
  /** Where the bytes are; made when it is not there. */
  folder: string;
  /** Largest file, in bytes; a bucket may set less. 50 MiB, as `supabase start` and the free plan have it. */
  fileSizeLimit?: number;
  onLog?: (line: string) => void;
};

/**
 * Starts the stand-in for Supabase Storage: it follows supabase/storage 1.x, as the storage-js client (2.109) and
 * row level security see it: objects, buckets, listings, signed URLs. Not here: image transformations, resumable (TUS)
 * and S3 uploads, the CDN.
 *
 * Bytes on disk without a row in storage.objects, which a crash leaves behind, are removed at the start.
 */
export async function startStorage({
  postgres,
  keys,
  folder,
  fileSizeLimit = 50 * 1024 * 1024,
  onLog = () => {},
}: StorageOptions): Promise<Storage> {
  const database = openDatabase(postgres, onLog);
  const store = await openObjectStore(folder);
  const { rows } = await database.as(SERVICE, (client) =>
    client.query<{ version: string }>("select version from storage.objects where version is not null"),
  );
  const swept = await store.sweep(new Set(rows.map(({ version }) => version)));
  if (swept) onLog(`storage: removed ${swept} unfinished or orphaned file(s)`);

  const buckets = openBuckets({ database, store, projectLimit: fileSizeLimit });
  const uploads = openUploads({ database, store, buckets });
  const transfers = openTransfers({ database, store, uploads });
  const app = createApp({
    keys,
    database,
    store,
    buckets,
    uploads,
    transfers,
    signedUrls: openSignedUrls(keys.jwtSecret),
    onLog,
  });

  return { fetch: async (request) => app.fetch(request), stop: () => database.stop() };
}
