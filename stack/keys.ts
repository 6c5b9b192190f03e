import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { SignJWT } from "jose";

/** The secrets of one embedded stack. Made at random on first use, kept in `keys.json`, readable by its owner alone. */
export type Keys = {
  /** Signs users' tokens, HS256. */
  jwtSecret: string;
  /** Database password of every role. */
  password: string;
  /** `sb_publishable_…`: for browsers; acts as `anon`. */
  publishableKey: string;
  /** `sb_secret_…`: for servers; acts as `service_role`. */
  secretKey: string;
  /** The same two as JWTs, which older clients use. */
  anonKey: string;
  serviceRoleKey: string;
};

/** The keys of a stack's folder, made when there are none. */
export async function keysOf(folder: string): Promise<Keys> {
  const file = path.join(folder, "keys.json");
  const kept = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (kept) return JSON.parse(kept) as Keys;

  const jwtSecret = random(32);
  const keys: Keys = {
    jwtSecret,
    password: random(18),
    publishableKey: `sb_publishable_${random(18)}`,
    secretKey: `sb_secret_${random(18)}`,
    anonKey: await legacyKey("anon", jwtSecret),
    serviceRoleKey: await legacyKey("service_role", jwtSecret),
  };
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify(keys, null, 2)}\n`);
  await chmod(file, 0o600);
  return keys;
}

const random = (bytes: number): string => randomBytes(bytes).toString("base64url");

function legacyKey(role: string, jwtSecret: string): Promise<string> {
  return new SignJWT({ role, iss: "supabase" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt()
    .setExpirationTime("10y")
    .sign(new TextEncoder().encode(jwtSecret));
}
