// npm run deploy, with a CLI that writes down what it is asked, and the smoke test against a real stack.
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";
import { functionSecrets } from "../../scripts/deploy/secrets.ts";
import { main as copySelfHosted, withAddresses } from "../../scripts/deploy/self-hosted.ts";
import { keysFrom } from "../../scripts/deploy/smoke.ts";
import { temporaryFolder, temporaryStack } from "../temporary.ts";

const run = promisify(execFile);
const REF = "abcdefghijklmnopqrst";
const FAKE = fileURLToPath(new URL("fake-supabase.mjs", import.meta.url));

async function deploy(args: string[], env: Record<string, string> = {}): Promise<{ stdout: string; failed: string; calls: Record<string, any>[] }> {
  await using folder = await temporaryFolder();
  const calls = path.join(folder.path, "calls");
  await writeFile(calls, "");
  const main = `import { main } from ${JSON.stringify(path.join(ROOT, "scripts", "deploy.ts"))}; await main(process.argv.slice(1));`;
  const { stdout, stderr, code } = await run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", main, "--", ...args], {
    cwd: ROOT, env: { PATH: process.env.PATH, SUPABASE_CLI: FAKE, FAKE_CALLS: calls, ...env },
  }).then((done) => ({ ...done, code: 0 }), (error: { stdout: string; stderr: string; code: number }) => error);
  const lines = (await readFile(calls, "utf8")).split("\n").filter(Boolean);
  return { stdout, failed: code === 0 ? "" : stderr, calls: lines.map((line) => JSON.parse(line)) };
}

describe("npm run deploy", () => {
  it("links, pushes with the functions' address, sets secrets, and deploys every function, in this order", async () => {
    const { calls, failed } = await deploy(["--project-ref", REF, "--skip-smoke-test"], { ANTHROPIC_API_KEY: "sk-test \"quoted\"", OCR_ENGINE_URL: "http://127.0.0.1:1" });
    expect(failed).toBe("");
    expect(calls.map(({ args }) => args.slice(0, 2).join(" "))).toEqual([`link --project-ref`, "db push", "secrets set", "functions deploy"]);
    expect(calls[1]).toMatchObject({ args: ["db", "push", "--linked"], functionsUrl: `https://${REF}.supabase.co/functions/v1` });
    expect(calls[2]).toMatchObject({ secrets: 'ANTHROPIC_API_KEY="sk-test \\"quoted\\""\n', mode: 0o600 });
    expect(calls[3]!.args).toEqual(["functions", "deploy", "upload", "ocr", "metadata", "--project-ref", REF, "--use-api"]);
  });

  it("prints the commands and runs none with --dry-run, and shows no secret", async () => {
    const { calls, stdout } = await deploy(["--project-ref", REF, "--dry-run"], { ANTHROPIC_API_KEY: "sk-hidden" });
    expect(calls).toEqual([]);
    for (const command of [
      `npx supabase link --project-ref ${REF}`, `DOCKET_FUNCTIONS_URL=https://${REF}.supabase.co/functions/v1 npx supabase db push --linked`,
      "npx supabase secrets set", `npx supabase functions deploy upload ocr metadata --project-ref ${REF} --use-api`, `npx supabase projects api-keys --project-ref ${REF} --reveal --output json`,
    ]) expect(stdout).toContain(command);
    expect(stdout).not.toContain("sk-hidden");
  });

  it("stops at a step that fails, and says which", async () => {
    const { calls, failed } = await deploy(["--project-ref", REF], { FAKE_FAILS: "db push" });
    expect(calls).toHaveLength(2);
    expect(failed).toContain(`This failed: DOCKET_FUNCTIONS_URL=https://${REF}.supabase.co/functions/v1 npx supabase db push --linked`);
  });

  it("wants a reference that is one", async () => {
    expect((await deploy(["--project-ref", "not a ref"])).failed).toContain("20 lower-case letters");
    expect((await deploy([])).failed).toContain("npm run deploy -- --project-ref REF");
  });

  it("sends a sample at the end, reads its name back, and leaves no user behind", async () => {
    const stack = await temporaryStack();
    try {
      const keys = JSON.stringify([
        { name: "anon", api_key: stack.keys.anonKey }, { name: "default", type: "publishable", api_key: stack.keys.publishableKey },
        { name: "default", type: "secret", api_key: stack.keys.secretKey },
      ]);
      const { stdout, failed } = await deploy(["--project-ref", REF, "--url", stack.url], { FAKE_KEYS: keys });
      expect(failed).toBe("");
      expect(stdout).toMatch(/Invoice - Quillmark .*\.pdf/);
      expect(await stack.sql("select count(*)::int as users from auth.users")).toEqual([{ users: 0 }]);
    } finally {
      await stack.stop();
    }
  });
});

describe("what it is made of", () => {
  it("takes the legacy keys where there are no others, and says when there are none", () => {
    const legacy = [{ name: "anon", api_key: "a" }, { name: "service_role", api_key: "s" }];
    expect(keysFrom(JSON.stringify(legacy))).toEqual({ publishableKey: "a", secretKey: "s" });
    expect(() => keysFrom("[]")).toThrow("The project has no publishable key");
  });

  it("sends settings of .env.example only, and no address of this machine", async () => {
    expect(await functionSecrets({ CLAUDE_MODEL: "a-model", PATH: "/bin", OCR_ENGINE_URL: "http://localhost:8080" })).toEqual({ CLAUDE_MODEL: "a-model" });
  });
});

describe("npm run deploy:self-hosted", () => {
  it("copies the functions with exact addresses in place of packages' names", async () => {
    await using folder = await temporaryFolder();
    await expect(copySelfHosted([folder.path])).rejects.toThrow("docker-compose.yml is not there");
    await writeFile(path.join(folder.path, "docker-compose.yml"), "services: {}\n");
    await mkdir(path.join(folder.path, "volumes", "functions", "hello"), { recursive: true });
    await copySelfHosted([folder.path]);
    await copySelfHosted([folder.path]);
    const functions = path.join(folder.path, "volumes", "functions");
    expect((await readdir(functions)).sort()).toEqual(["_shared", "hello", "metadata", "ocr", "upload"]);
    const files = (await readdir(functions, { recursive: true })).filter((file) => file.endsWith(".ts"));
    expect(files).toContain(path.join("upload", "index.ts"));
    for (const file of files) {
      const names = [...(await readFile(path.join(functions, file), "utf8")).matchAll(/^(?:import|export)\b[^;]*?\bfrom ["']([^"']+)["']|\bimport\(["']([^"']+)["']\)/gm)].map(([, fixed, loaded]) => fixed ?? loaded!);
      for (const name of names) expect(name, file).toMatch(/^(\.{1,2}\/|node:|npm:.+@\d+\.\d+\.\d+)/);
    }
    expect(await readFile(path.join(folder.path, "docker-compose.docket.yml"), "utf8")).toContain("      ANTHROPIC_API_KEY:\n");
  });

  it("replaces whole names, in imports alone", () => {
    const addresses = new Map([["zod", "npm:zod@1.2.3"]]);
    expect(withAddresses(`import { z } from "zod"; const a = await import('zod'); import b from "./zod.ts"; const c = "zod"; import d from "zod-more";`, addresses))
      .toBe(`import { z } from "npm:zod@1.2.3"; const a = await import('npm:zod@1.2.3'); import b from "./zod.ts"; const c = "zod"; import d from "zod-more";`);
  });
});
