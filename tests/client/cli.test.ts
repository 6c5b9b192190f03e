// The command line, as a process of its own, against the stack.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hurry, type TemporaryStack, temporaryFolder, temporaryStack } from "../../testing/temporary.ts";
import { FIXTURES, SAMPLES } from "../../testing/user.ts";
import { waitUntil } from "../../testing/waiting.ts";

const BIN = fileURLToPath(new URL("../../client/bin/docket.mjs", import.meta.url));
const EMAIL = "cli@docket.test";

let stack: TemporaryStack;
let home: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  stack = await temporaryStack({ OCR_ENGINE_URL: "" });
  await hurry(stack);
  home = await temporaryFolder();
  const response = await fetch(`${stack.url}/auth/v1/signup`, {
    method: "POST",
    headers: { apikey: stack.keys.publishableKey, "Content-Type": "application/json" },
    body: JSON.stringify({ email: EMAIL, password: "correct horse" }),
  });
  expect(response.status).toBe(200);
  const login = await docket("login", "--url", stack.url, "--email", EMAIL, "--expires", "30");
  expect(login).toMatchObject({ code: 0, stderr: "" });
});
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder[Symbol.asyncDispose]());
afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
  await stack?.stop();
});

type Ended = { code: number | null; stdout: string; stderr: string };
function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: {
      PATH: process.env.PATH!,
      XDG_CONFIG_HOME: home.path,
      DOCKET_KEY: stack.keys.publishableKey,
      DOCKET_PASSWORD: "correct horse",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => (said.stdout += data));
  child.stderr.on("data", (data) => (said.stderr += data));
  const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, ...said })));
  return { said, ended, stop: () => (child.kill("SIGTERM"), ended), kill: () => (child.kill("SIGKILL"), ended) };
}
const docket = (...args: string[]): Promise<Ended> => start(args).ended;
const linesOf = ({ stdout }: Ended): any[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("docket", () => {
  it("keeps its token where nobody else reads it", async () => {
    const file = path.join(home.path, "docket", "config.json");
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
      url: stack.url,
      token: expect.stringMatching(/^dkt_/),
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("uploads and waits, in lines for people and in JSON", async () => {
    const people = await docket("upload", "--wait", `${SAMPLES}download-3.pdf`);
    expect(people).toMatchObject({ code: 0, stderr: "" });
    expect(people.stdout).toMatch(/download-3\.pdf: Invoice - Quillmark .* {2}[0-9a-f-]{36}\n$/);
    const program = await docket("upload", "--wait", "--json", `${SAMPLES}download-3.pdf`);
    expect(linesOf(program)).toMatchObject([
      { status: "completed", duplicate: true, document: { document_type: "invoice" } },
    ]);
  });

  it("says of each file what is wrong with it, and ends with 1", async () => {
    const ended = await docket(
      "upload",
      "--wait",
      "--json",
      "/nowhere.pdf",
      `${FIXTURES}encrypted.pdf`,
      `${FIXTURES}empty.bin`,
    );
    expect(ended.code).toBe(1);
    const byFile = Object.fromEntries(linesOf(ended).map((line) => [path.basename(line.file), line]));
    expect(byFile["nowhere.pdf"].error).toMatchObject({ code: "unreadable" });
    expect(byFile["encrypted.pdf"]).toMatchObject({ status: "failed", document: { error: { code: "encrypted_pdf" } } });
    expect(byFile["empty.bin"].error).toMatchObject({ code: "empty_file" });
  });

  it("finds, shows, corrects and exports documents", async () => {
    const [found] = linesOf(await docket("search", "--json", "quillmark"));
    expect((await docket("list", "--type", "invoice", "--limit", "1")).stdout).toContain(found.id);
    expect((await docket("get", found.id)).stdout).toContain('document_date: "');
    expect((await docket("get", found.id, "--text")).stdout).toContain("Quillmark Paper & Print Ltd");
    expect((await docket("get", found.id, "--markdown")).stdout).toMatch(/^## Page 1\n/);
    expect(JSON.parse((await docket("get", found.id, "--json")).stdout)).toMatchObject({
      id: found.id,
      values: expect.any(Array),
    });
    const file = path.join(folder.path, "copy.pdf");
    expect(await docket("get", found.id, "--pdf", "--output", file)).toMatchObject({ code: 0 });
    expect(await readFile(file)).toEqual(await readFile(`${SAMPLES}download-3.pdf`));
    const edited = await docket(
      "edit",
      found.id,
      "--summary",
      "Paper.",
      "--add-tag",
      "office",
      "--correspondent",
      "",
      "--json",
    );
    expect(linesOf(edited)).toMatchObject([
      { summary: "Paper.", correspondent: null, tags: expect.arrayContaining(["office"]) },
    ]);
    expect((await docket("list", "--amount-over", "900", "--currency", "gbp")).stdout).toContain("965.76 GBP");
    expect((await docket("list", "--amount-over", "1000")).stdout).toBe("No documents.\n");
    const sums = await docket("sums", "quillmark", "--by", "month", "--documents", "1");
    expect(sums.stdout).toMatch(
      /^2026-03 {2}965\.76 GBP {2}\(1 document\)\n {2}[0-9a-f-]{36} {2}2026-03-17 .*page 1\n$/,
    );
    expect(linesOf(await docket("sums", "--json", "--type", "invoice"))).toMatchObject([{ sums: [{ total: 965.76 }] }]);
    const priced = await docket("edit", found.id, "--amount", "12", "--currency", "eur", "--json");
    expect(linesOf(priced)).toMatchObject([{ amount: 12, currency: "EUR" }]);
    expect((await docket("hold", found.id)).stdout).toBe(`${found.id}  held until it is released\n`);
    expect((await docket("hold", found.id, "--until", "2099-12-31")).stdout).toContain("and until 2099-12-31");
    expect((await docket("get", found.id)).stdout).toContain("kept: held until it is released, and until 2099-12-31\n");
    expect(linesOf(await docket("release", found.id, "--json"))).toMatchObject([{ held: false, keep_until: null }]);
    expect(await docket("hold", found.id, "--until", "tomorrow")).toMatchObject({ code: 1, stdout: "" });
    const to = path.join(folder.path, "all");
    for (let run = 0; run < 2; run += 1)
      expect(await docket("export", to, "--text")).toMatchObject({ code: 0, stderr: "" });
    expect((await readdir(to)).filter((name) => name.startsWith("Invoice")).sort()).toHaveLength(2);
    expect((await readFile(path.join(to, "metadata.jsonl"), "utf8")).trim().split("\n").length).toBeGreaterThan(1);
    expect((await docket("status")).stdout).toContain("documents");
  });

  it("exports into one folder twice at a time, and clears what a killed run left", async () => {
    const to = path.join(folder.path, "twice");
    await mkdir(to);
    // No process has this number: Linux gives none above 2^22.
    const left = path.join(to, "Invoice.pdf.docket-99999999.part");
    await writeFile(left, "half");
    const runs = await Promise.all([docket("export", to, "--text"), docket("export", to, "--text")]);
    for (const run of runs) expect(run).toMatchObject({ code: 0, stderr: "" });
    const names = await readdir(to);
    expect(names.filter((name) => name.endsWith(".part"))).toEqual([]);
    const papers = names.filter((name) => name.endsWith(".pdf"));
    expect(papers.length).toBeGreaterThan(1);
    for (const name of papers) expect((await stat(path.join(to, name))).size).toBeGreaterThan(0);
  });

  it("writes the table of a schema, and exports all of them", async () => {
    const [{ id }] = (await stack.sql("select id from auth.users")) as [{ id: string }];
    const fields = {
      type: "object",
      properties: {
        total: { type: "number" },
        items: { type: "array", items: { type: "object", properties: { sum: { type: "number" } } } },
      },
    };
    await stack.sql(`with made as (
        insert into public.extraction_schemas (user_id, name, fields) values ('${id}', 'Bills', '${JSON.stringify(fields)}') returning *
      ), done as (
        insert into public.extractions (document_id, schema_id, user_id, schema_version, status)
        select documents.id, made.id, made.user_id, 1, 'completed' from made, public.documents where filename = 'download-3.pdf' returning *
      ) insert into public.extracted_values (extraction_id, path, user_id, document_id, schema_id, value, proof)
      select id, path, user_id, document_id, schema_id, '5', 'person' from done, unnest(array['total', 'items.sum']) as path`);
    expect((await docket("schemas")).stdout).toMatch(/Bills {2}\[total, items\.sum\]\n$/);
    expect((await docket("rows", "Bills", "--where", "total>4")).stdout).toMatch(/,"completed",5\r\n$/);
    expect((await docket("rows", "Bills", "--where", "total>5")).stdout.split("\r\n")).toHaveLength(2);
    expect(JSON.parse((await docket("rows", "Bills", "--lines", "items", "--format", "json")).stdout)).toMatchObject([
      { values: { "items.sum": 5 }, evidence: { "items.sum": { proof: "person" } } },
    ]);
    const book = path.join(folder.path, "bills.xlsx");
    expect(await docket("rows", "Bills", "--format", "xlsx", "-o", book)).toMatchObject({ code: 0, stdout: "" });
    expect((await readFile(book)).subarray(0, 2).toString()).toBe("PK");
    const to = path.join(folder.path, "all");
    expect((await docket("export", to, "--tables", "csv")).stdout).toContain("and 2 tables");
    expect((await readdir(path.join(to, "tables"))).sort()).toEqual([
      expect.stringMatching(/^Bills \([0-9a-f]{8}\)\.csv$/),
      expect.stringMatching(/^Bills - items \([0-9a-f]{8}\)\.csv$/),
    ]);
    expect(await docket("rows", "Letters")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("There are: Bills."),
    });
    expect(await docket("rows", "Bills", "--where", "iban=1")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("iban"),
    });
  });

  it("saves, tries, applies and takes back rules, and makes links, if its token may", async () => {
    expect(await docket("rules")).toMatchObject({ code: 3, stderr: expect.stringContaining("scope_missing") });
    await using own = await temporaryFolder();
    const env = { XDG_CONFIG_HOME: own.path };
    const run = (...args: string[]) => start(args, env).ended;
    await run("login", "--url", stack.url, "--email", EMAIL, "--automation");
    const [sent] = linesOf(await run("upload", "--wait", "--json", `${SAMPLES}brief.pdf`));
    const { id } = sent.document;
    const file = path.join(folder.path, "rules.json");
    const rule = { name: "Office", conditions: { formats: ["application/pdf"] }, actions: { add_tags: ["by-cli"] } };
    await writeFile(file, JSON.stringify([rule]));
    expect(await run("rules", "try", file)).toMatchObject({ code: 0, stdout: expect.stringContaining('"by-cli"') });
    expect((await run("rules", "save", file)).stdout).toContain("Office: made");
    expect((await run("rules", "save", file)).stdout).toContain("Office: replaced");
    expect(linesOf(await run("rules", "--json"))).toMatchObject([rule]);
    const [applied] = linesOf(await run("rules", "apply", "--wait", "--json"));
    expect(applied).toMatchObject({ state: "done" });
    expect(JSON.parse((await run("get", id, "--json")).stdout).tags).toContain("by-cli");
    expect((await run("rules", "undo", applied.id)).stdout).toContain("undoing");
    await writeFile(file, JSON.stringify({ ...rule, conditions: { sender: ["Acme"] } }));
    expect(await run("rules", "save", file)).toMatchObject({ code: 1, stderr: expect.stringContaining('"sender"') });
    expect((await run("share", id, "--openings", "1")).stdout).toMatch(/\/functions\/v1\/share\/dkl_/);
    expect((await run("collect", "Receipts", "--tag", "receipt")).stdout).toMatch(/\/functions\/v1\/collect\/dkl_/);
    await stack.sql("delete from public.rules");
  });

  it.each([
    [["nothing"], {}, 2, "unknown command"],
    [["upload"], {}, 2, "missing required argument"],
    [["list", "--limit", "x"], {}, 2, "Give a number"],
    [["list", "--amount-over", "much"], {}, 2, "Give an amount"],
    [["sums", "--by", "colour"], {}, 2, "Allowed choices"],
    [["edit", crypto.randomUUID()], {}, 2, "Name something to change"],
    [["list"], { XDG_CONFIG_HOME: "/nowhere" }, 3, "not signed in"],
    [["list"], { DOCKET_URL: "http://127.0.0.1:9", DOCKET_TOKEN: "dkt_x" }, 4, "does not answer"],
    [["get", crypto.randomUUID()], {}, 1, "no such document"],
    [["watch", "/nowhere"], {}, 1, "is not there"],
    [["watch", "/proc"], {}, 1, "/proc/done is not there"],
    [["export", "/proc/docket"], {}, 1, "/proc/docket is not there"],
    [["export", "/etc/passwd"], {}, 1, "is no folder"],
    [["login", "--url", "ftp://x", "--email", "a@b"], {}, 2, "is no address"],
    [["login", "--url", "http://127.0.0.1:9", "--token", "dkt_ü"], {}, 3, "characters that none has"],
    [["list"], { DOCKET_URL: "nope", DOCKET_TOKEN: "dkt_x" }, 2, "is no address"],
    [["list"], { DOCKET_URL: "http://a:b@127.0.0.1:9", DOCKET_TOKEN: "dkt_x" }, 2, "is no address"],
    // The token that was saved is not for another project.
    [["list"], { DOCKET_URL: "http://127.0.0.1:9" }, 3, "not signed in"],
    [["get", "../../account"], {}, 1, "Invalid UUID"],
    [["get", `${crypto.randomUUID()}/values`], {}, 1, "Invalid UUID"],
    [["get", `${crypto.randomUUID()}?x=1`], {}, 1, "Invalid UUID"],
    [["list", "--limit", "1e3"], {}, 2, "Give a number"],
    [["edit", crypto.randomUUID(), "--amount", " "], {}, 2, "Give an amount"],
    [["edit", crypto.randomUUID(), "--amount", "0x10"], {}, 2, "Give an amount"],
    [["hold", crypto.randomUUID(), "--until", ""], {}, 1, "Invalid ISO date"],
    [["rules", "try", "/nowhere.json"], {}, 2, "/nowhere.json is not there."],
    [["upload", "/"], {}, 1, "/ is no file."],
  ])("%j ends by an exit code, with a sentence and no stack", async (args, env, code, says) => {
    const ended = await start(args, env).ended;
    expect([ended.code, ended.stdout]).toEqual([code, ""]);
    expect(ended.stderr).toContain(says);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  it.each([
    "login",
    "logout",
    "upload",
    "watch",
    "search",
    "list",
    "sums",
    "schemas",
    "rows",
    "get",
    "edit",
    "hold",
    "release",
    "export",
    "rules",
    "share",
    "collect",
    "status",
  ])("%s has help", async (command) => {
    expect(await docket(command, "--help")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`Usage: docket ${command}`),
    });
  });

  it("signs in with a password that is there and right", async () => {
    const login = ["login", "--url", stack.url, "--email", EMAIL];
    expect(await start(login, { DOCKET_PASSWORD: "" }).ended).toMatchObject({ code: 2, stdout: "" });
    expect(await start(login, { DOCKET_PASSWORD: "wrong" }).ended).toMatchObject({ code: 3, stdout: "" });
    expect(await start(login, { XDG_CONFIG_HOME: "/dev/null/x" }).ended).toMatchObject({
      code: 1,
      stderr: "docket: The token cannot be saved: /dev/null is no folder.\n",
    });
    // What could not be saved is nobody's.
    expect(
      await stack.sql(
        "select revoked_at from public.api_tokens where name like 'docket on %' order by created_at desc limit 1",
      ),
    ).not.toEqual([{ revoked_at: null }]);
  });

  it.each([
    ["list --json > /dev/full", 1, "docket: The output does not fit: the disk is full.\n"],
    ["list --json | true; exit ${PIPESTATUS[0]}", 0, ""],
    ["list --json >&-", 0, ""],
    ["--help > /dev/full", 1, "docket: The output does not fit: the disk is full.\n"],
  ])("says in a sentence that its output cannot be written: %s", async (line, code, stderr) => {
    const child = spawn("bash", ["-c", `"${process.execPath}" "${BIN}" ${line}`], {
      env: { PATH: process.env.PATH!, XDG_CONFIG_HOME: home.path },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (data) => (said += data));
    const [ended] = await once(child, "close");
    expect([ended, said]).toEqual([code, stderr]);
  });

  it("ends with 3 when its token was revoked", async () => {
    const saved = JSON.parse(await readFile(path.join(home.path, "docket", "config.json"), "utf8"));
    const set = (to: string) =>
      stack.sql(`update public.api_tokens set revoked_at = ${to} where id = '${saved.token_id}'`);
    await set("now()");
    expect(await docket("list")).toMatchObject({ code: 3, stderr: expect.stringContaining("token_revoked") });
    await set("null");
  });
});

describe("docket watch", () => {
  const write = (name: string, content: string | Uint8Array) => writeFile(path.join(folder.path, name), content);
  const letter = (about: string) => `A letter about ${about}.\nDated 3 May 2026.\n`;
  const inFolder = (name: string): Promise<string[]> => readdir(path.join(folder.path, name)).catch(() => []);
  const until = (condition: () => Promise<boolean>) => waitUntil(condition, { interval: 100 });
  const documentsNamed = (names: string) =>
    stack.sql(`select filename, status from public.documents where filename like '${names}' order by 1`);

  it("moves what is done and what failed, with the reason beside it, and takes no file twice", async () => {
    await write("one.txt", letter("one"));
    await write("one again.txt", letter("one"));
    await write("empty.txt", "");
    await write("locked.pdf", await readFile(`${FIXTURES}encrypted.pdf`));
    await write(".hidden", "x");
    await write("half.pdf.part", "x");
    await mkdir(path.join(folder.path, "subfolder"));
    const ended = await docket("watch", folder.path, "--settle", "200", "--once");
    expect(ended.code).toBe(1);
    expect((await inFolder("done")).sort()).toEqual(["one again.txt", "one.txt"]);
    expect((await inFolder("failed")).sort()).toEqual([
      "empty.txt",
      "empty.txt.reason.txt",
      "locked.pdf",
      "locked.pdf.reason.txt",
    ]);
    expect(await readFile(path.join(folder.path, "failed", "locked.pdf.reason.txt"), "utf8")).toMatch(/encrypted_pdf/);
    expect(await documentsNamed("one%")).toHaveLength(1);
  });

  it("keeps both files of a name that comes again", async () => {
    for (const about of ["first", "second"]) {
      await write("scan.txt", letter(about));
      await docket("watch", folder.path, "--settle", "200", "--once");
    }
    expect((await inFolder("done")).sort()).toEqual(["scan (2).txt", "scan.txt"]);
  });

  it("says of links and of names that are no text why they stay, and cuts names that get too long", async () => {
    const long = "l".repeat(251);
    await mkdir(path.join(folder.path, "done"));
    await writeFile(path.join(folder.path, "done", `${long}.txt`), "another");
    await write(`${long}.txt`, letter("length"));
    await write(`${"e".repeat(251)}.txt`, "");
    await symlink("/etc/hostname", path.join(folder.path, "link.txt"));
    await writeFile(Buffer.concat([Buffer.from(`${folder.path}/caf`), Buffer.from([0xe9]), Buffer.from(".txt")]), "x");
    const ended = await docket("watch", folder.path, "--settle", "200", "--once");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("link.txt: it is a link");
    expect(ended.stderr).toContain("its name is not in UTF-8");
    expect((await inFolder("done")).sort()).toEqual([`${"l".repeat(247)} (2).txt`, `${long}.txt`]);
    expect((await inFolder("failed")).sort()).toEqual([`${"e".repeat(240)}.txt.reason.txt`, `${"e".repeat(251)}.txt`]);
  });

  it("waits until a file is complete", async () => {
    const watching = start(["watch", folder.path, "--settle", "1500"]);
    await until(async () => watching.said.stderr.includes("Watching"));
    for (let part = 1; part <= 8; part += 1) {
      await write("growing.txt", letter("growing").repeat(part));
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await inFolder("done")).toEqual([]);
    }
    await until(async () => (await inFolder("done")).includes("growing.txt"));
    expect(await stack.sql("select byte_size from public.documents where filename = 'growing.txt'")).toEqual([
      { byte_size: String(letter("growing").length * 8) },
    ]);
    expect((await watching.stop()).code).toBe(0);
  });

  it("loses and doubles nothing when it is killed and the server is away", async () => {
    const names = Array.from({ length: 12 }, (_, n) => `batch ${String(n).padStart(2, "0")}.txt`);
    for (const name of names) await write(name, letter(name));
    // An address at which nobody answers for now, then the stack.
    const away = start(["watch", folder.path, "--settle", "200"], {
      DOCKET_URL: "http://127.0.0.1:9",
      DOCKET_TOKEN: JSON.parse(await readFile(path.join(home.path, "docket", "config.json"), "utf8")).token,
    });
    await until(async () => away.said.stderr.includes("Trying again"));
    await away.kill();
    expect(await inFolder("done")).toEqual([]);
    for (let kills = 1; kills <= 2; kills += 1) {
      const watching = start(["watch", folder.path, "--settle", "200"]);
      await until(async () => (await inFolder("done")).length >= kills * 2);
      await watching.kill();
    }
    expect(await docket("watch", folder.path, "--settle", "200", "--once")).toMatchObject({ code: 0 });
    expect((await inFolder("done")).sort()).toEqual(names);
    expect((await documentsNamed("batch%")).map(({ filename, status }) => `${filename} ${status}`)).toEqual(
      names.map((name) => `${name} completed`),
    );
  });

  it("goes on when its folder is away for a while", async () => {
    const watching = start(["watch", folder.path, "--settle", "200"]);
    await until(async () => watching.said.stderr.includes("Watching"));
    const elsewhere = `${folder.path}-away`;
    await rename(folder.path, elsewhere);
    await until(async () => watching.said.stderr.includes("is not there"));
    await rename(elsewhere, folder.path);
    await write("back.txt", letter("back"));
    await until(async () => (await inFolder("done")).includes("back.txt"));
    await watching.stop();
  });
});
