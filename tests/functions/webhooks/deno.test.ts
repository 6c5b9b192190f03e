// In the Deno that runs the functions: a message goes to the address that was checked, whatever its name would lead to, and TLS proves
// that it is the host's.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import https from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { ROOT } from "../../../scripts/checkout.ts";
import { denoBinary } from "../../../stack/functions.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "../../../testing/receiver-certificate.ts";
import { temporaryFolder } from "../../../testing/temporary.ts";

const functions = path.join(ROOT, "supabase/functions");

it("sends to the checked address, and to nobody with another host's certificate or none that is trusted", async () => {
  const heard: string[] = [];
  const server = https.createServer({ cert: CERTIFICATE, key: KEY }, (request, answer) => {
    heard.push(`${request.method} ${request.url} ${request.headers.host}`);
    answer.end("thanks");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await using folder = await temporaryFolder();
  const authority = path.join(folder.path, "authority.pem");
  await writeFile(authority, AUTHORITY);

  const script = path.join(folder.path, "script.ts");
  await writeFile(
    script,
    `import { network } from "file://${functions}/_shared/env.ts";
    import { post } from "file://${functions}/webhooks/post.ts";
    const send = (name) => post(network, { url: new URL("https://" + name + ":${port}/hook?a=1"), address: "127.0.0.1", port: ${port}, tlsName: name },
      { "webhook-id": "msg_1" }, "{}", AbortSignal.timeout(10000)).then(({ status, body }) => status + " " + body, (error) => error.code);
    console.log(JSON.stringify([await send("receiver.test"), await send("other.test"), await network.resolve("localhost")]));
    Deno.exit();`,
  );
  const run = async (trusted: Record<string, string>) => {
    const args = [
      "run",
      "--no-prompt",
      "--no-lock",
      "--no-remote",
      "--node-modules-dir=manual",
      "--no-check",
      "--allow-all",
    ];
    const env = {
      PATH: process.env.PATH,
      SUPABASE_URL: "http://127.0.0.1:1",
      SUPABASE_ANON_KEY: "a",
      SUPABASE_SERVICE_ROLE_KEY: "b",
      DENO_DIR: path.join(folder.path, "deno"),
      ...trusted,
    };
    const config = `--config=${path.join(functions, "webhooks/deno.json")}`;
    const { stdout } = await promisify(execFile)(denoBinary(), [...args, config, script], { env });
    return JSON.parse(stdout);
  };
  try {
    expect(await run({ DENO_CERT: authority })).toEqual([
      "200 thanks",
      "connection_failed",
      expect.arrayContaining(["127.0.0.1"]),
    ]);
    expect(heard).toEqual([`POST /hook?a=1 receiver.test:${port}`]);
    expect(await run({})).toEqual(["connection_failed", "connection_failed", expect.arrayContaining(["127.0.0.1"])]);
    expect(heard).toHaveLength(1);
  } finally {
    server.close();
  }
});
