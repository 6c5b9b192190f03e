// npm run deploy, with a CLI that writes down what it is asked, and the smoke test against a real stack.
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/checkout.ts";
import { functionSecrets } from "../../scripts/deploy/secrets.ts";
import { copyFunctions, withAddresses } from "../../scripts/deploy/self-hosted.ts";
import { keysFrom } from "../../scripts/deploy/smoke.ts";
import { FUNCTIONS } from "../../stack/stack.ts";
import { temporaryFolder, temporaryStack } from "../../testing/temporary.ts";
import { projectCopy } from "./supabase-cli.ts";

const run = promisify(execFile);
const REF = "abcdefghijklmnopqrst";
const FAKE = fileURLToPath(new URL("fake-supabase.mjs", import.meta.url));

/** `failed` is what it wrote to standard error when it did not exit with 0. */
async function deploy(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ stdout: string; failed: string; code: number; calls: Record<string, any>[] }> {
  await using folder = await temporaryFolder();
  const calls = path.join(folder.path, "calls");
  await writeFile(calls, "");
  const main = `import { main } from ${JSON.stringify(path.join(ROOT, "scripts", "deploy.ts"))}; await main(process.argv.slice(1));`;
  const { stdout, stderr, code } = await run(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "-e", main, "--", ...args],
    {
      cwd: ROOT,
      env: { PATH: process.env.PATH, SUPABASE_CLI: FAKE, FAKE_CALLS: calls, ...env },
    },
  ).then(
    (done) => ({ ...done, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
  const lines = (await readFile(calls, "utf8")).split("\n").filter(Boolean);
  return { stdout, code, failed: code === 0 ? "" : stderr, calls: lines.map((line) => JSON.parse(line)) };
}

describe("npm run deploy", () => {
  it("links, pushes with the functions' address, sets secrets, and deploys every function, in this order", async () => {
    const { calls, failed } = await deploy(["--project-ref", REF, "--skip-smoke-test"], {
      ANTHROPIC_API_KEY: 'sk-test "quoted"',
      OCR_ENGINE_URL: "http://127.0.0.1:1",
    });
    expect(failed).toBe("");
    expect(calls.map(({ args }) => args.slice(0, 2).join(" "))).toEqual([
      `link ${REF}`,
      "db push",
      "secrets set",
      "functions deploy",
    ]);
    expect(calls[1]).toMatchObject({
      args: ["db", "push", "--remote", "--yes"],
      functionsUrl: `https://${REF}.supabase.co/functions/v1`,
    });
    expect(calls[2]).toMatchObject({ secrets: 'ANTHROPIC_API_KEY="sk-test \\"quoted\\""\n', mode: 0o600 });
    expect(calls[3]!.args).toEqual(["functions", "deploy", ...FUNCTIONS, `--remote=${REF}`, "--use-api", "--yes"]);
  });

  it("prints the commands and runs none with --dry-run, and shows no secret", async () => {
    const { calls, stdout } = await deploy(["--project-ref", REF, "--dry-run"], { ANTHROPIC_API_KEY: "sk-hidden" });
    expect(calls).toEqual([]);
    for (const command of [
      `npx supabase link ${REF} --yes`,
      `DOCKET_FUNCTIONS_URL=https://${REF}.supabase.co/functions/v1 npx supabase db push --remote --yes`,
      "npx supabase secrets set",
      `npx supabase functions deploy ${FUNCTIONS.join(" ")} --remote=${REF} --use-api --yes`,
      `npx supabase projects api-keys --remote=${REF} --reveal --output json`,
    ])
      expect(stdout).toContain(command);
    expect(stdout).not.toContain("sk-hidden");
  });

  it("gives the real CLI options that it knows and wants: none that is unknown or deprecated", async () => {
    const { stdout } = await deploy(["--project-ref", REF, "--dry-run"], { CLAUDE_MODEL: "a-model" });
    const commands = [...stdout.matchAll(/npx supabase (.+)/g)].map(([, command]) => command!.split(" "));
    expect(commands).toHaveLength(5);
    await using project = await projectCopy();
    // The file of secrets is gone with the run that printed its name.
    const secrets = commands.find((command) => command.includes("--env-file"))!;
    secrets[secrets.indexOf("--env-file") + 1] = path.join(project.folder, "secrets.env");
    await writeFile(path.join(project.folder, "secrets.env"), "CLAUDE_MODEL=a-model\n");
    const said = await Promise.all(
      commands.map((command) => project.supabaseAsIs(...command).catch((error: { stderr: string }) => error)),
    );
    // Without an access token or a link each ends before it asks the hosted platform, after it has read its options.
    for (const { stderr } of said) {
      expect(stderr).toMatch(/^(Access token not provided\.|Cannot find project ref\.)/);
      expect(stderr).not.toMatch(/WARN|deprecated|unknown|unrecognized/i);
    }
  });

  it.each([
    ["link", "Link the checkout to the project", 1, "npx supabase login"],
    ["db push", "Apply the migrations, and tell Postgres where the functions are", 2, "SUPABASE_DB_PASSWORD"],
    ["secrets set", "Set the functions' secrets: CLAUDE_MODEL", 3, "Check the values in .env"],
    ["functions deploy", "Deploy the functions", 4, "still run"],
    ["projects api-keys", "Ask for the project's keys, for the smoke test", 5, "--skip-smoke-test"],
  ])(
    "stops when '%s' fails: which step, what the CLI said, what to do, and no stack",
    async (command, title, made, help) => {
      const { calls, failed, code } = await deploy(["--project-ref", REF], {
        FAKE_FAILS: command,
        CLAUDE_MODEL: "a-model",
      });
      expect(calls).toHaveLength(made);
      expect(failed).toMatch(/^fake: this step fails\n\n✗ This step failed: /);
      expect(failed).toContain(
        `✗ This step failed: ${title}\n  The Supabase CLI ended with 1. What it said is above.\n`,
      );
      expect(failed).toContain(help);
      expect(failed).toMatch(/run the same deployment again.*\n$/);
      expect(failed).not.toMatch(/^ +at /m);
      expect(code).toBe(1);
    },
  );

  it("says the same when the real CLI is not signed in, or there is none", async () => {
    await using home = await temporaryFolder();
    const real = await deploy(["--project-ref", REF], {
      SUPABASE_CLI: "",
      HOME: home.path,
      SUPABASE_TELEMETRY_DISABLED: "1",
      DO_NOT_TRACK: "1",
      SUPABASE_NO_UPDATE_NOTIFIER: "1",
    });
    expect(real.failed).toMatch(
      /[Aa]ccess token[\s\S]*✗ This step failed: Link the checkout to the project\n {2}The Supabase CLI ended with 1/,
    );
    const none = await deploy(["--project-ref", REF], { SUPABASE_CLI: path.join(home.path, "nothing") });
    expect(none.failed).toMatch(/✗ This step failed: Link the checkout to the project\n {2}spawn .*nothing ENOENT/);
    for (const { failed, code } of [real, none]) {
      expect(failed).not.toMatch(/^ +at /m);
      expect(code).toBe(1);
    }
  });

  it("says where the smoke test stopped", async () => {
    const keys = JSON.stringify([
      { type: "publishable", api_key: "p" },
      { type: "secret", api_key: "s" },
    ]);
    const { failed, code } = await deploy(["--project-ref", REF, "--url", "http://127.0.0.1:1"], { FAKE_KEYS: keys });
    expect(failed).toMatch(
      /^\n✗ This step failed: Send samples.*\n {2}http:\/\/127\.0\.0\.1:1 did not answer: .*\n {2}Everything is deployed, but does not work yet/,
    );
    expect(failed).not.toMatch(/^ +at /m);
    expect(code).toBe(1);
  });

  it("wants a reference that is one, and options that there are", async () => {
    for (const [args, said] of [
      [["--project-ref", "not a ref"], "20 lower-case letters"],
      [[], "npm run deploy -- --project-ref REF"],
      [["--project-reference", REF], "Unknown option '--project-reference'"],
    ] as const) {
      const { failed, code } = await deploy([...args]);
      expect(failed).toContain(said);
      expect(failed).not.toMatch(/^ +at /m);
      expect(code).toBe(1);
    }
  });

  it("sends a sample at the end, reads its name back, and leaves no user behind", async () => {
    const stack = await temporaryStack();
    try {
      const keys = JSON.stringify([
        { name: "anon", api_key: stack.keys.anonKey },
        { name: "default", type: "publishable", api_key: stack.keys.publishableKey },
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
    const legacy = [
      { name: "anon", api_key: "a" },
      { name: "service_role", api_key: "s" },
    ];
    expect(keysFrom(JSON.stringify(legacy))).toEqual({ publishableKey: "a", secretKey: "s" });
    expect(() => keysFrom("[]")).toThrow("The project has no publishable key");
  });

  it("sends settings of .env.example only, and no address of this machine", async () => {
    expect(
      await functionSecrets({ CLAUDE_MODEL: "a-model", PATH: "/bin", OCR_ENGINE_URL: "http://localhost:8080" }),
    ).toEqual({ CLAUDE_MODEL: "a-model" });
  });
});

describe("npm run deploy:self-hosted", () => {
  it("copies the functions with exact addresses in place of packages' names", async () => {
    await using folder = await temporaryFolder();
    await expect(copyFunctions(folder.path)).rejects.toThrow("docker-compose.yml is not there");
    await writeFile(path.join(folder.path, "docker-compose.yml"), "services: {}\n");
    await mkdir(path.join(folder.path, "volumes", "functions", "hello"), { recursive: true });
    await copyFunctions(folder.path);
    await copyFunctions(folder.path);
    const functions = path.join(folder.path, "volumes", "functions");
    expect((await readdir(functions)).sort()).toEqual([
      "_shared",
      "api",
      "collect",
      "extract",
      "extract-alone",
      "hello",
      "inbound",
      "mcp",
      "metadata",
      "metadata-alone",
      "ocr",
      "ocr-alone",
      "share",
      "thumbnail",
      "thumbnail-alone",
      "upload",
      "webhooks",
    ]);
    const files = (await readdir(functions, { recursive: true })).filter((file) => file.endsWith(".ts"));
    expect(files).toContain(path.join("upload", "index.ts"));
    for (const file of files) {
      const names = [
        ...(await readFile(path.join(functions, file), "utf8")).matchAll(
          /^(?:import|export)\b[^;]*?\bfrom ["']([^"']+)["']|\bimport(?:\.meta\.resolve)?\(["']([^"']+)["']\)/gm,
        ),
      ].map(([, fixed, loaded]) => fixed ?? loaded!);
      for (const name of names) expect(name, file).toMatch(/^(\.{1,2}\/|node:|npm:.+@\d+\.\d+\.\d+)/);
    }
    expect(await readFile(path.join(folder.path, "docker-compose.docket.yml"), "utf8")).toContain(
      "      ANTHROPIC_API_KEY:\n",
    );
  });

  it("copies no name of a package that is looked for without its address: no import map would tell which it is", async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, "docker-compose.yml"), "services: {}\n");
    await copyFunctions(folder.path);
    const pdfium = await readFile(path.join(folder.path, "volumes", "functions", "_shared", "pdfium.ts"), "utf8");
    expect(pdfium).toMatch(/import\.meta\.resolve\("npm:@hyzyla\/pdfium@\d+\.\d+\.\d+"\)/);
  });

  it("replaces whole names, in imports alone", () => {
    const addresses = new Map([
      ["zod", "npm:zod@1.2.3"],
      ["@a/b", "npm:@a/b@4.5.6"],
    ]);
    expect(withAddresses(`import { z } from "zod/mini"; import { c } from "@a/b/c.js";`, addresses)).toBe(
      `import { z } from "npm:zod@1.2.3/mini"; import { c } from "npm:@a/b@4.5.6/c.js";`,
    );
    expect(
      withAddresses(
        `import { z } from "zod"; const a = await import('zod'); import b from "./zod.ts"; const c = "zod"; import d from "zod-more";`,
        addresses,
      ),
    ).toBe(
      `import { z } from "npm:zod@1.2.3"; const a = await import('npm:zod@1.2.3'); import b from "./zod.ts"; const c = "zod"; import d from "zod-more";`,
    );
  });
});
