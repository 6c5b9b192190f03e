import { endpoint, type Handler, json } from "./http.ts";
import { hashOfLinkToken } from "./link-token.ts";
import type { Log } from "./log.ts";
import { addressOfCaller, type Addresses, linkAddress } from "./public-url.ts";

/** Search engines, caches and other servers learn nothing of a link. */
const PRIVATE_HEADERS = {
  "X-Robots-Tag": "noindex, nofollow",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
};

/**
 * A function whose address ends in the token of a link. `GET` answers what there is to say of the link, and sends browsers to the page, since hosted
 * Supabase sends HTML of functions as plain text (https://supabase.com/docs/guides/functions/limits); it uses nothing up, because mail programs and
 * chats look at links. Links that ended, were used up, revoked or guessed are 404 `not_found`, all alike.
 *
 * @param name the function's
 * @param look what there is to say of a link, by the hash of its token; throws not_found
 */
export function linkEndpoint({
  log,
  name,
  projectUrl,
  pageUrl,
  look,
  post,
}: Addresses & {
  log: Log;
  name: "share" | "collect";
  look(hash: string): Promise<object>;
  post(request: Request, hash: string): Promise<Response>;
}): Handler {
  const handle = endpoint(
    log,
    async (request) => {
      const path = new URL(request.url).pathname.replace(/^\/functions\/v1\//, "/");
      const token = path.startsWith(`/${name}/`) ? path.slice(name.length + 2) : "";
      if (request.method === "GET" && pageUrl && isBrowser(request)) {
        const address = addressOfCaller(request) ?? projectUrl;
        return new Response(null, {
          status: 303,
          headers: { Location: linkAddress(name, token, { address, pageUrl }) },
        });
      }
      const hash = await hashOfLinkToken(token);
      return request.method === "POST" ? await post(request, hash) : json(await look(hash));
    },
    undefined,
    ["GET", "POST"],
  );
  return async (request) => {
    const answer = await handle(request);
    for (const [header, value] of Object.entries(PRIVATE_HEADERS)) answer.headers.set(header, value);
    return answer;
  };
}

const isBrowser = (request: Request): boolean => (request.headers.get("Accept") ?? "").includes("text/html");
