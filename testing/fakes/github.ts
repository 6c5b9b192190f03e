import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A GitHub where one person is signed in, and says yes to every app at once. */
export type FakeGitHub = { url: string; stop(): Promise<void> };

/**
 * The four calls of GitHub that Auth makes: the page where a person says yes, the exchange of the code for a token, the person, and
 * their addresses (docs.github.com, "Authorizing OAuth apps"). A code is good once, for the app and the address that it was made for.
 */
export async function startGitHub(
  app: { client_id: string; secret: string },
  person: { id: number; login: string; email: string },
): Promise<FakeGitHub> {
  const codes = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://github");
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (pathname === "/login/oauth/authorize") {
      const back = new URL(searchParams.get("redirect_uri")!);
      if (searchParams.get("client_id") !== app.client_id) return json(404, { message: "Not Found" });
      const code = crypto.randomUUID();
      codes.set(code, back.href);
      back.searchParams.set("code", code);
      back.searchParams.set("state", searchParams.get("state")!);
      return response.writeHead(302, { location: back.href }).end();
    }
    if (pathname === "/login/oauth/access_token") {
      const form = new URLSearchParams(await textOf(request));
      const known = codes.get(form.get("code")!);
      codes.delete(form.get("code")!);
      const isApp = form.get("client_id") === app.client_id && form.get("client_secret") === app.secret;
      // GitHub says 200 to what it refuses, too.
      if (!known || !isApp || known !== form.get("redirect_uri")) return json(200, { error: "bad_verification_code" });
      return json(200, { access_token: "gho_token", scope: "user:email", token_type: "bearer" });
    }
    if (!/^(Bearer|token) gho_token$/.test(request.headers.authorization ?? ""))
      return json(401, { message: "Bad credentials" });
    if (pathname === "/api/v3/user/emails")
      return json(200, [{ email: person.email, primary: true, verified: true, visibility: "private" }]);
    if (pathname === "/api/v3/user") return json(200, { ...person, email: null, name: "Ada Lovelace", avatar_url: "" });
    json(404, { message: "Not Found" });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
