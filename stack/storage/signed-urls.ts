import { type JWTPayload, SignJWT, jwtVerify } from "jose";
import { ERRORS } from "./errors.ts";

/** How long an upload URL holds, in seconds; upstream's default. */
const UPLOAD_SECONDS = 2 * 60 * 60;

export type UploadGrant = { owner: string | undefined; upsert: boolean };

type Scope = "download" | "upload";

export type SignedUrls = ReturnType<typeof openSignedUrls>;

/**
 * URLs that carry their permission, as upstream signs them (src/storage/object.ts): `{url, scope}` to read, `{url, owner, upsert,
 * scope}` to upload, where `url` is `bucket/name`; HS256 with the project's JWT secret. Such a token is of no use anywhere else: it
 * has no role. One from before there were scopes is for uploads if it says `upsert`.
 */
export function openSignedUrls(jwtSecret: string) {
  const secret = new TextEncoder().encode(jwtSecret);

  async function sign(claims: JWTPayload, seconds: number): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256" })
      .setIssuedAt(now)
      .setExpirationTime(now + seconds)
      .sign(secret);
  }

  async function verify(token: string, url: string, scope: Scope): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, secret, { algorithms: ["HS256"] }).catch((cause: unknown) => {
      throw ERRORS.invalidJwt(cause);
    });
    if ((payload.scope ?? ("upsert" in payload ? "upload" : "download")) !== scope)
      throw ERRORS.invalidSignature(`Token is not scoped for ${scope}`);
    if (payload.url !== url) throw ERRORS.invalidSignature();
    return payload;
  }

  return {
    /** A path below `/storage/v1`; the names in it are for the client to encode, as upstream leaves it. */
    async forReading(bucket: string, name: string, seconds: number): Promise<string> {
      const url = `${bucket}/${name}`;
      return `/object/sign/${url}?token=${await sign({ url, scope: "download" }, seconds)}`;
    },

    /** @returns when the URL ends. @throws StorageError InvalidJWT (expired, tampered) or InvalidSignature (of another object) */
    async checkReading(token: string, bucket: string, name: string): Promise<Date> {
      const { exp = 0 } = await verify(token, `${bucket}/${name}`, "download");
      return new Date(exp * 1000);
    },

    async forUpload(
      bucket: string,
      name: string,
      { owner, upsert }: UploadGrant,
    ): Promise<{ url: string; token: string }> {
      const url = `${bucket}/${name}`;
      const token = await sign({ ...(owner !== undefined && { owner }), url, upsert, scope: "upload" }, UPLOAD_SECONDS);
      return { url: `/object/upload/sign/${url}?token=${token}`, token };
    },

    async checkUpload(token: string, bucket: string, name: string): Promise<UploadGrant> {
      const { owner, upsert } = await verify(token, `${bucket}/${name}`, "upload");
      return { owner: typeof owner === "string" ? owner : undefined, upsert: upsert === true };
    },
  };
}
