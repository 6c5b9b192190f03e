import type { Identity } from "../identity.ts";
import type { Buckets } from "./buckets.ts";
import { type Database, SERVICE } from "./database.ts";
import { ERRORS, StorageError } from "./errors.ts";
import { isAllowedType, validKey } from "./names.ts";
import type { ObjectStore, Written } from "./object-store.ts";
import {
  insertObject,
  type NewObject,
  type ObjectMetadata,
  putObject,
  type StoredObject,
  upsertObject,
} from "./objects.ts";
import { readUploadBody, type UploadBody } from "./upload-body.ts";

/** Where an upload goes, and as whom: `owner` is the user's id. */
export type UploadTarget = { bucket: string; name: string; owner: string | undefined; upsert: boolean };

export type Uploads = {
  /** @throws StorageError 403 when the caller's policies do not allow the upload, 409 when the name is taken */
  permit(caller: Identity, target: UploadTarget): Promise<void>;
  receive(caller: Identity, target: UploadTarget, request: Request): Promise<StoredObject>;
  /** Puts the row of bytes that are on disk; removes them when the database refuses the row, else those it replaced. */
  place(object: NewObject & { upsert: boolean }): Promise<StoredObject>;
};

/**
 * Uploads as upstream does them (src/storage/uploader.ts): ask the policies first, in a transaction that is rolled back;
 * then take the bytes, with no transaction open; then write the row as the service. Unlike there, of two uploads of one
 * name at once without upsert the second fails.
 */
export function openUploads({
  database,
  store,
  buckets,
}: {
  database: Database;
  store: ObjectStore;
  buckets: Buckets;
}): Uploads {
  async function permit(caller: Identity, target: UploadTarget): Promise<void> {
    const object = { ...target, version: "1" };
    await database.rehearse(caller, (client) => (target.upsert ? upsertObject : insertObject)(client, object));
  }

  async function place(object: NewObject & { upsert: boolean }): Promise<StoredObject> {
    const { row, replaced } = await database
      .as(SERVICE, (client) => putObject(client, object, object.upsert))
      .catch(async (error: unknown) => {
        // Any other error leaves open whether the row is there: then the bytes stay, and the next start sweeps them.
        if (error instanceof StorageError) await store.remove([object.version]);
        throw error;
      });
    await store.remove([replaced]);
    return row;
  }

  return {
    permit,
    place,

    async receive(caller, target, request) {
      validKey(target.name);
      const bucket = await buckets.limits(target.bucket);
      await permit(caller, target);

      const isFolder = target.name.endsWith(".emptyFolderPlaceholder");
      const body = await readUploadBody(request);
      if (!isFolder && !isAllowedType(body.mimeType, bucket.allowedTypes)) {
        await body.discard();
        throw ERRORS.mimeTypeRefused(body.mimeType);
      }
      const written = await store.write(body.bytes, isFolder ? 0 : bucket.sizeLimit);
      const described = await describe(body, written).catch(async (error: unknown) => {
        await store.remove([written.version]);
        throw error;
      });
      return place({ ...target, version: written.version, ...described });
    },
  };
}

async function describe(
  body: UploadBody,
  { size, eTag }: Written,
): Promise<{ metadata: ObjectMetadata; userMetadata: Record<string, unknown> | null }> {
  const { cacheControl, userMetadata } = await body.details();
  // Both come back as headers of every download.
  if (!isHeaderValue(cacheControl) || !isHeaderValue(body.mimeType))
    throw ERRORS.invalidRequest("Invalid character in cacheControl or contentType");
  const lastModified = new Date().toISOString();
  return {
    metadata: {
      eTag,
      size,
      mimetype: body.mimeType,
      cacheControl,
      lastModified,
      contentLength: size,
      httpStatusCode: 200,
    },
    userMetadata,
  };
}

const isHeaderValue = (value: string): boolean => /^[\x20-\x7e]*$/.test(value);
