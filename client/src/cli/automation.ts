import { readFile } from "node:fs/promises";
import type { RuledDocument, RuleRun, TriedRule, WrittenRule } from "../automation-types.ts";
import { sleep } from "../http.ts";
import { signedIn } from "./config.ts";
import { EXIT, Failure, sayOf } from "./failure.ts";
import { print, printJson, say } from "./lines.ts";

type Json = { json?: boolean };
const DAY_MS = 86_400_000;

export async function listRules({ json }: Json): Promise<void> {
  const { docket } = await signedIn();
  const rules = await docket.rules.list();
  for (const rule of rules) {
    if (json) printJson(rule);
    else
      print(
        `${rule.id}  ${rule.name}${rule.enabled ? "" : " (off)"}  ${JSON.stringify(rule.conditions)} → ${JSON.stringify(rule.actions)}`,
      );
  }
  if (rules.length === 0 && !json) print("No rules.");
}

/** Saves the rules of a file: replaces those whose names exist, and adds the others. */
export async function saveRules(file: string, { json }: Json): Promise<void> {
  const { docket } = await signedIn();
  const wanted = (await rulesIn(file)) as WrittenRule[];
  const there = new Map((await docket.rules.list()).map(({ id, name }) => [name, id]));
  for (const rule of wanted) {
    const known = there.get(rule.name);
    const saved = known ? await docket.rules.replace(known, rule) : await docket.rules.create(rule);
    if (json) printJson(saved);
    else print(`${saved.id}  ${saved.name}: ${known ? "replaced" : "made"}`);
  }
}

/** What the rules of a file would change, or those that are enabled. */
export async function tryRules(file: string | undefined, { json }: Json): Promise<void> {
  const { docket } = await signedIn();
  const rules = file === undefined ? undefined : (await rulesIn(file)).map(triedOf);
  let found = 0;
  for await (const document of docket.rules.allOfDryRun(rules)) {
    if (json) printJson(document);
    else for (const line of linesOf(document)) print(line);
    found += 1;
  }
  if (!json) say(found === 0 ? "Nothing would change." : `${found} documents.`);
}

export async function applyRules({ wait, json }: Json & { wait?: boolean }): Promise<void> {
  const { docket } = await signedIn();
  let run = await docket.rules.apply();
  while (wait && run.state === "running") {
    await sleep(1_000);
    run = await docket.rules.run(run.id);
  }
  showRun(run, json);
}

export async function undoRules(id: string, { json }: Json): Promise<void> {
  const { docket } = await signedIn();
  showRun(await docket.rules.undo(id), json);
}

type ShareOptions = Json & { days: number; password?: string; openings?: number; withText?: boolean };
export async function share(id: string, { days, password, openings, withText, json }: ShareOptions): Promise<void> {
  const { docket } = await signedIn();
  const link = await docket.shareLinks.create(id, {
    expires_at: inDays(days),
    password,
    most_openings: openings,
    with_text: withText,
  });
  showLink(link, json);
}

type CollectOptions = Json & { days: number; password?: string; files: number; tag?: string[] };
export async function collect(title: string, { days, password, files, tag, json }: CollectOptions): Promise<void> {
  const { docket } = await signedIn();
  const link = await docket.uploadLinks.create({
    title,
    expires_at: inDays(days),
    password,
    most_files: files,
    tags: tag,
  });
  showLink(link, json);
}

function showLink(link: { url: string }, json: boolean | undefined): void {
  if (json) printJson(link);
  else print(link.url);
}

const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

async function rulesIn(file: string): Promise<Partial<WrittenRule>[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new Failure(sayOf(error, file), EXIT.usage);
  });
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value as Partial<WrittenRule>];
  } catch {
    throw new Failure(`${file} is not JSON.`, EXIT.usage);
  }
}

/** A dry run takes rules in the order in which they stand, and tries also those that are off. */
function triedOf({ position: _position, enabled: _enabled, ...rule }: Partial<WrittenRule>): TriedRule {
  return rule as Exclude<TriedRule, string>; // the function checks it, and names what is wrong
}

function linesOf({ document_id, name, changes, rules }: RuledDocument): string[] {
  const told = Object.entries(changes).map(
    ([field, { from, to }]) => `  ${field}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`,
  );
  return [`${document_id}  ${name}  (${rules.map((rule) => rule.name).join(", ")})`, ...told];
}

function showRun(run: RuleRun, json: boolean | undefined): void {
  if (json) printJson(run);
  else
    print(
      `${run.id}  ${run.state}: ${run.looked_at} documents looked at, ${run.changed} changed, ${run.undone} put back`,
    );
}
