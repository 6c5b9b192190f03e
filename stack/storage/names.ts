import { ERRORS } from "./errors.ts";

/** Characters that are safe in S3, plus those that need escaping there, as upstream allows them (src/storage/limits.ts). */
const KEY = /^[\w/!\-.*'() &$@=;:+,?]+$/;
const BUCKET = /^[\w!\-.*'() &$@=;:+,?]{1,100}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The name of an object, when it is one: only ASCII, and no `.` or `..` between slashes (no URL could say such a name).
 *
 * @throws StorageError 400 InvalidKey
 */
export function validKey(key: string): string {
  if (!KEY.test(key) || key.split("/").some((part) => part === "." || part === "..")) throw ERRORS.invalidKey(key);
  return key;
}

/** The name of a bucket, when it is one. @throws StorageError 400 "Bucket name invalid" */
export function validBucketName(name: string): string {
  if (!BUCKET.test(name) || name.trim() !== name) throw ERRORS.invalidBucketName();
  return name;
}

export const isUuid = (value: string | null | undefined): value is string => UUID.test(value ?? "");

const UNITS = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 };

/** Bytes of a limit that is given as a number or as `20GB`, `20MB`, `30KB`, `3B`; a kilobyte has 1000, as upstream counts. */
export function parseFileSize(limit: number | string): number {
  if (typeof limit === "number") return limit;
  const [, value, unit] = /^(\d+(?:\.\d+)?)(gb|mb|kb|b)$/i.exec(limit) ?? [];
  if (!value || !unit) throw ERRORS.invalidRequest("Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B");
  return Math.round(Number(value) * UNITS[unit.toUpperCase() as keyof typeof UNITS]);
}

/**
 * Whether a bucket takes a type: `image/png` or `image/*` allows. Everything counts, case and parameters too: `text/plain;
 * charset=utf-8` is not `text/plain` (upstream: validateMimeType in src/storage/uploader.ts).
 *
 * @param allowed null or empty allows every type
 */
export function isAllowedType(type: string, allowed: string[] | null): boolean {
  if (!allowed?.length) return true;
  const [family, kind] = type.split("/");
  if (kind === undefined) return false;
  return allowed.some((entry) => {
    const [allowedFamily, allowedKind] = entry.split("/");
    return allowedFamily === family && (allowedKind === "*" || allowedKind === kind);
  });
}
