import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** A migration's name and text. */
export type Migration = { name: string; sql: string };

/** The roles that older projects grant everything on what is new in the schema public (and, of functions, Postgres itself everybody). */
const ROLES = ["anon", "authenticated", "public"];

export async function migrationsIn(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(names.map(async (name) => ({ name, sql: await readFile(path.join(folder, name), "utf8") })));
}

/**
 * What a migration makes and does not first take from everybody: relations, the sequences of their identity columns, and functions. Who
 * takes first and grants then owes nothing to the database's default privileges, which differ from project to project.
 */
export function madeWithoutRevoke({ name, sql }: Migration): string[] {
  const text = sql.replace(/--[^\n]*/g, "").replace(/\$\$.*?\$\$/gs, "$$$$");
  const statements = text.split(";").map((statement) => statement.trim().replace(/\s+/g, " "));
  return [...made(statements)].filter((thing) => !revokedFirst(statements, thing)).map((thing) => `${name}: ${thing}`);
}

function made(statements: string[]): Set<string> {
  const things = new Set<string>();
  for (const statement of statements) {
    const [, kind, thing] =
      /^create (?:or replace )?(?:unlogged )?(table|view|materialized view|foreign table|sequence|function|procedure) (?:if not exists )?(\w+\.\w+)/.exec(
        statement,
      ) ?? [];
    if (!thing) continue;
    things.add(kind === "function" || kind === "procedure" ? `${thing}(` : thing);
    for (const [, column] of statement.matchAll(/(\w+) \w+ generated (?:always|by default) as identity/g))
      things.add(`${thing}_${column}_seq`);
  }
  return things;
}

function revokedFirst(statements: string[], thing: string): boolean {
  const names = (statement: string): boolean =>
    new RegExp(`[ ,]${thing.replace(/[.(]/g, "\\$&")}${thing.endsWith("(") ? "" : "(?![\\w.(])"}`).test(
      statement.replace(/ (from|to) [^()]*$/, " "),
    );
  const revoked = statements.findIndex((statement) => {
    const [, from] = /^revoke (?:all|execute) on .* from ([\w, ]+)$/.exec(statement) ?? [];
    return from !== undefined && names(statement) && ROLES.every((role) => from.split(/, ?/).includes(role));
  });
  const granted = statements.findIndex((statement) => /^grant /.test(statement) && names(statement));
  return revoked >= 0 && (granted < 0 || revoked < granted);
}
