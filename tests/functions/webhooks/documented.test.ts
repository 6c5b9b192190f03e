// The code of docs/webhooks.md that verifies messages: it takes what Docket signs, and refuses everything else.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { ROOT } from "../../../scripts/checkout.ts";
import { REASONS } from "../../../supabase/functions/webhooks/undelivered.ts";
import { signedHeaders } from "../../../supabase/functions/webhooks/sending.ts";
import { temporaryFolder } from "../../../testing/temporary.ts";

const PAGE = await readFile(path.join(ROOT, "docs/webhooks.md"), "utf8");
const codeOf = (language: string, holding: string): string =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))]
    .map((match) => match[1]!)
    .find((code) => code.includes(holding))!;

const SECRET = `whsec_${Buffer.from("a".repeat(32)).toString("base64")}`;
const OTHER = `whsec_${Buffer.from("b".repeat(32)).toString("base64")}`;
const body = '{"type": "document.completed", "data": {"name": "Müller"}}';
const sign = (secrets: string[], at = new Date()) =>
  signedHeaders({ id: 1, message_id: "msg_1", url: "", loopback: false, body, secrets }, at);
/** Messages, and whether they are Docket's. */
const MESSAGES: [what: string, headers: Record<string, string>, body: string, good: boolean][] = [
  ["signed", sign([SECRET]), body, true],
  ["signed with two secrets", sign([OTHER, SECRET]), body, true],
  ["signed by another", sign([OTHER]), body, false],
  ["changed", sign([SECRET]), body.replace("Müller", "Meier"), false],
  ["under another id", { ...sign([SECRET]), "webhook-id": "msg_2" }, body, false],
  ["old", sign([SECRET], new Date(Date.now() - 3_600_000)), body, false],
];

// Nobody needs Python to work on Docket: its example is run where it is there.
const python = await promisify(execFile)("python3", ["--version"]).then(
  () => ["python"],
  () => [],
);

it.each(["typescript", ...python])("verifies messages in %s", async (language) => {
  await using folder = await temporaryFolder();
  const input = JSON.stringify(MESSAGES.map(([, headers, text]) => ({ headers, body: text })));
  const run =
    language === "python"
      ? {
          command: "python3",
          code: `${codeOf("python", "def verify")}
import json, sys
print(json.dumps([verify(m["body"].encode(), {k.lower(): v for k, v in m["headers"].items()}) for m in json.loads(sys.argv[1])]))`,
          file: "verify.py",
        }
      : {
          command: path.join(ROOT, "node_modules/.bin/tsx"),
          code: `${codeOf("ts", "standardwebhooks")
            .replace('"standardwebhooks"', `"${path.join(ROOT, "node_modules/standardwebhooks/dist/index.js")}"`)
            .replace(/^\s*console\.log.*$/m, "")}
const answers = JSON.parse(process.argv[2]).map(async ({ headers, body }) => (await receive(new Request("http://a.test", { method: "POST", headers, body }))).status === 200);
Promise.all(answers).then((all) => console.log(JSON.stringify(all)));`,
          file: "verify.ts",
        };
  const file = path.join(folder.path, run.file);
  await writeFile(file, run.code);
  const env = { ...process.env, DOCKET_WEBHOOK_SECRET: SECRET };
  const { stdout } = await promisify(execFile)(run.command, [file, input], { env });
  expect(JSON.parse(stdout)).toEqual(MESSAGES.map(([, , , good]) => good));
});

it("names every reason why a message does not arrive", () => {
  const [table] = /^\| `error\.code` [\s\S]*?\n\n/m.exec(PAGE)!;
  expect(
    [...table.matchAll(/^\| `(\w+)` /gm)]
      .map(([, code]) => code)
      .filter((code) => code !== "error")
      .sort(),
  ).toEqual(Object.keys(REASONS).sort());
});

it("names every event that a webhook may get", async () => {
  const schema = await readFile(path.join(ROOT, "supabase/migrations/20261124102700_webhooks.sql"), "utf8");
  const known = [...schema.matchAll(/'(document\.\w+)'/g)].map(([, event]) => event!);
  expect(known.length).toBeGreaterThan(7);
  for (const event of known) expect(PAGE).toContain(`| \`${event}\` |`);
});
