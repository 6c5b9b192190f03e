import { spawnSync } from "node:child_process";

/** The operating-system account that Postgres runs as; `{}` is the account of this process. */
export type Account = { uid?: number; gid?: number };

/**
 * Postgres refuses to run as root, so root lends it the account `nobody`, which every Unix has. No account is
 * created, so nothing is left behind on the machine.
 */
export function postgresAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  return { uid: idOf("-u"), gid: idOf("-g") };
}

function idOf(flag: "-u" | "-g"): number {
  const answer = spawnSync("id", [flag, "nobody"], { encoding: "utf8" });
  const id = Number.parseInt(answer.stdout, 10);
  if (!Number.isInteger(id)) {
    throw new Error(
      "Postgres does not run as root, and there is no account 'nobody' to run it as. Start Docket as an ordinary user.",
    );
  }
  return id;
}

/** Whether the account can enter the folder, that is, whether every folder above it lets the account through. */
export function canEnter(account: Account, folder: string): boolean {
  if (account.uid === undefined) return true;
  return spawnSync("/bin/sh", ["-c", 'cd "$1"', "sh", folder], { ...account, cwd: "/" }).status === 0;
}
