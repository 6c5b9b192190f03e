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

/** What policies and triggers see of a file before it has come: nothing that Storage has counted itself. */
export type RehearsedMetadata = { mimetype?: string | undefined; contentLength?: number | undefined };

export type Uploads = {
  /** @throws StorageError 403 when the caller's policies do not allow the upload, 409 when the name is taken */
  permit(caller: Identity, target: UploadTarget, metadata?: RehearsedMetadata): Promise<void>;
  receive(caller: Identity, target: UploadTarget, request: Request): Promise<StoredObject>;
  /** Puts the row of bytes that are on disk; removes them when the database refuses the row, else those it replaced. */
  place(object: NewObject & { upsert: boolean }): Promise<StoredObject>;
};

/**
 * Uploads as upstream does them (src/storage/uploader.ts): look at the type and the announced length; ask the policies, in a
 * transaction that is rolled back; take the bytes, with no transaction open; write the row as the service.
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
  async function permit(caller: Identity, target: UploadTarget, metadata?: RehearsedMetadata): Promise<void> {
    const object = { ...target, version: "1", metadata: metadata as ObjectMetadata | undefined };
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
      const bucket = await buckets.limits(target.bucket);
      const isFolder = target.name.endsWith(".emptyFolderPlaceholder");
      const limit = isFolder ? 0 : bucket.sizeLimit;
      const body = await readUploadBody(request);
      try {
        if (!isFolder && !isAllowedType(body.mimeType, bucket.allowedTypes))
          throw ERRORS.mimeTypeRefused(body.mimeType);
        if ((body.length ?? 0) > limit) throw ERRORS.tooLarge();
        validKey(target.name);
        await permit(caller, target, { mimetype: body.mimeType, contentLength: body.length });
      } catch (error) {
        await body.discard();
        throw error;
      }
      const written = await store.write(body.bytes, body.isCut ? limit : Infinity);
      const described = await describe(body, written).catch(async (error: unknown) => {
        await store.remove([written.version]);
        throw error;
      });
      // Upstream upserts here whatever was asked for: of two uploads of one name at once, the last one stays.
      return place({ ...target, upsert: true, version: written.version, ...described });
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
