import type { Identity } from "../identity.ts";
import { ownerOf } from "./caller.ts";
import { type Database, SERVICE } from "./database.ts";
import { validKey } from "./names.ts";
import type { ObjectStore } from "./object-store.ts";
import { findObject, type ObjectMetadata, renameObject, type StoredObject } from "./objects.ts";
import type { Uploads } from "./uploads.ts";

export type Place = { bucket: string; name: string };

export type CopyOptions = {
  upsert: boolean;
  /** false drops the user's own metadata and takes what is in `metadata`. */
  copyMetadata: boolean;
  metadata?: Partial<Pick<ObjectMetadata, "cacheControl" | "mimetype">>;
};

export type Transfers = ReturnType<typeof openTransfers>;

/** Moves and copies as upstream allows them: move needs SELECT and UPDATE; copy needs SELECT, and what an upload needs. */
export function openTransfers({
  database,
  store,
  uploads,
}: {
  database: Database;
  store: ObjectStore;
  uploads: Uploads;
}) {
  return {
    /** The bytes stay where they are: only the row changes. */
    async move(caller: Identity, from: Place, to: Place): Promise<StoredObject> {
      validKey(to.name);
      const target = { ...to, owner: ownerOf(caller) };
      await database.rehearse(caller, (client) => renameObject(client, from, target));
      return database.as(SERVICE, async (client) => {
        await renameObject(client, from, target);
        return findObject(client, to.bucket, to.name);
      });
    },

    async copy(
      caller: Identity,
      from: Place,
      to: Place,
      { upsert, copyMetadata, metadata }: CopyOptions,
    ): Promise<StoredObject> {
      validKey(to.name);
      const source = await database.as(caller, (client) => findObject(client, from.bucket, from.name));
      const target = { ...to, owner: ownerOf(caller), upsert };
      await uploads.permit(caller, target);

      const version = await store.copy(source.version);
      return uploads.place({
        ...target,
        version,
        metadata: {
          ...(source.metadata as ObjectMetadata),
          ...(copyMetadata ? {} : metadata),
          lastModified: new Date().toISOString(),
        },
        userMetadata: copyMetadata ? source.user_metadata : null,
      });
    },
  };
}
