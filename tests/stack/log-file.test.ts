// The stack's log on a disk that takes no more.
import { readFile } from "node:fs/promises";
import { createWriteStream, type WriteStream } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { openLogFile } from "../../stack/log-file.ts";
import { temporaryFolder } from "../../testing/temporary.ts";
import { waitFor } from "../../testing/waiting.ts";

it("drops lines while the disk is full, goes on when there is space, and says that lines are missing", async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, "docket.log");
  let full = true;
  let clock = 0;
  const losses: string[] = [];
  // Linux's own device for this: every write to it fails with ENOSPC.
  const open = (name: string, flags: string): WriteStream => createWriteStream(full ? "/dev/full" : name, { flags });
  const log = openLogFile(file, { open, now: () => clock, onLoss: (reason) => losses.push(reason) });
  log.write("lost");
  await waitFor(() => expect(losses).toHaveLength(1));
  expect(losses[0]).toContain("ENOSPC");
  log.write("lost too");
  full = false;
  clock += 5_000;
  log.write("kept");
  await log.end();
  expect(await readFile(file, "utf8")).toMatch(/^\d+ lines or more are missing here: .*ENOSPC.*\nkept\n$/);
});

it("survives a folder that is gone", async () => {
  const losses: string[] = [];
  const log = openLogFile("/nowhere/docket.log", { onLoss: (reason) => losses.push(reason) });
  log.write("lost");
  await waitFor(() => expect(losses).toHaveLength(1));
  await log.end();
});
