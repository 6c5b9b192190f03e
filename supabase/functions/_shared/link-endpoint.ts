import { endpoint, type Handler, json } from "./http.ts";
import { hashOfLinkToken } from "./link-token.ts";
import type { Log } from "./log.ts";
import { pageFor, refusalPage, type VisitorPage, wantsPage } from "./visitors/page.ts";

/** Search engines, caches and other servers learn nothing of a link. */
const PRIVATE_HEADERS = {
  "X-Robots-Tag": "noindex, nofollow",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'",
};

/**
 * A function whose address ends in the token of a link. `GET` answers its page, or to callers that accept JSON what there is to say of the link, and uses
 * nothing up, since mail programs and chats look at links. Links that ended, were used up, revoked or guessed are 404 `not_found`, all alike.
 *
 * @param name the function's
 * @param look what there is to say of a link, by the hash of its token; throws not_found
 */
export function linkEndpoint({
  log,
  name,
  page,
  look,
  post,
}: {
  log: Log;
  name: string;
  page: VisitorPage;
  look(hash: string): Promise<object>;
  post(request: Request, hash: string): Promise<Response>;
}): Handler {
  const handle = endpoint(
    log,
    async (request) => {
      const path = new URL(request.url).pathname.replace(/^\/functions\/v1\//, "/");
      const hash = await hashOfLinkToken(path.startsWith(`/${name}/`) ? path.slice(name.length + 2) : "");
      if (request.method === "POST") return await post(request, hash);
      const said = await look(hash);
      if (request.headers.get("Accept")?.includes("application/json")) return json(said);
      return pageFor(request, page);
    },
    undefined,
    ["GET", "POST"],
  );
  return async (request) => {
    const handled = await handle(request);
    const answer = handled.ok || !wantsPage(request) ? handled : await told(request, handled);
    for (const [header, value] of Object.entries(PRIVATE_HEADERS)) answer.headers.set(header, value);
    return answer;
  };
}

/** A refusal as a page, with what the answer's headers said. */
async function told(request: Request, refused: Response): Promise<Response> {
  const { code, message } = (await refused.json()) as { code: string; message: string };
  const page = refusalPage(request, code, message, refused.status);
  for (const [header, value] of refused.headers) if (!page.headers.has(header)) page.headers.set(header, value);
  return page;
}
