import { DocketError, errorOf } from "./error.ts";
import { place } from "./http.ts";
import { sha256 } from "./sha256.ts";
import type { Shared, UploadLinkFacts } from "./types.ts";

export type VisitorOptions = {
  /** The project's address. */
  url: string;
  fetch?: typeof fetch;
};
export type Visitor = ReturnType<typeof createVisitor>;

/**
 * What anyone with a link may do, without an account. All calls throw DocketError: `not_found` where a link has ended, was
 * revoked or guessed.
 */
export function createVisitor({ url, fetch: fetching = globalThis.fetch.bind(globalThis) }: VisitorOptions) {
  const base = `${url.replace(/\/+$/, "")}/functions/v1`;

  async function sent(address: string, request: RequestInit): Promise<Response> {
    const response = await fetching(address, request).catch((cause: unknown) => {
      throw new DocketError("unreachable", 0, `${url} does not answer.`, { cause });
    });
    if (!response.ok) throw await errorOf(response);
    return response;
  }
  const look = async <Answer>(path: string): Promise<Answer> =>
    (await sent(base + path, { headers: { Accept: "application/json" } })).json();
  const post = async <Answer>(path: string, body: object): Promise<Answer> => {
    const headers = { "Content-Type": "application/json" };
    return (await sent(base + path, { method: "POST", headers, body: JSON.stringify(body) })).json();
  };

  return {
    /** Uses nothing up. */
    lookAtShareLink: (token: string): Promise<{ needs_password: boolean }> => look(place`/share/${token}`),
    /** One opening of the link. @throws DocketError link_password */
    openShareLink: (token: string, password?: string): Promise<Shared> => post(place`/share/${token}`, { password }),
    /** The title comes without the password only where there is none. */
    lookAtUploadLink: (token: string): Promise<UploadLinkFacts> => look(place`/collect/${token}`),
    /** Hands in a file. Answers with the link's title, which is told to who has the password. @throws DocketError link_password, and what refuses a file */
    async handIn(token: string, file: File, password?: string): Promise<{ title: string }> {
      if (file.size === 0) throw new DocketError("empty_file", 400, "The file is empty.");
      const type = file.type || "text/plain";
      const { title, signed_url } = await post<{ title: string; signed_url?: string }>(place`/collect/${token}`, {
        password,
        filename: file.name,
        byte_size: file.size,
        mime_type: type,
        sha256: await sha256(file),
      });
      if (signed_url) await sent(signed_url, { method: "PUT", headers: { "Content-Type": type }, body: file });
      return { title };
    },
  };
}
