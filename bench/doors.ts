import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { commandLine } from "./doors/command-line.ts";
import { reads } from "./doors/reads.ts";
import { clientSize } from "./doors/size.ts";
import { watched } from "./doors/watch.ts";
import { machine, say, table } from "./figures.ts";
import { temporaryStack } from "./temporary-stack.ts";
import { signUp } from "./user.ts";

const PARTS = ["size", "reads", "command", "watch"];
const FULL = { reads: 60, commands: 20, files: 500 };
const QUICK = { reads: 10, commands: 4, files: 40 };

/** `npm run bench -- doors [--json] [--quick] [--only size,reads,command,watch]`: what programs see of the pipeline: api, mcp, the client and the command line. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { json: { type: "boolean" }, quick: { type: "boolean" }, only: { type: "string" } },
  });
  const sizes = values.quick ? QUICK : FULL;
  const parts = values.only?.split(",") ?? PARTS;
  const figures: Record<string, unknown> = { machine: machine() };
  const folder = await mkdtemp(path.join(tmpdir(), "docket-doors-"));
  try {
    if (parts.includes("size")) figures.client = await clientSize();
    if (parts.includes("reads") || parts.includes("command")) {
      const stack = await temporaryStack();
      try {
        const token = await signUp(stack);
        if (parts.includes("reads")) {
          say("reads through api and mcp, and the same by an RPC …");
          figures.reads = await reads(stack, token, sizes.reads);
        }
        if (parts.includes("command")) {
          say("docket upload --wait …");
          figures.upload_wait = await commandLine(stack, token, folder, sizes.commands);
        }
      } finally {
        await stack.stop();
      }
    }
    if (parts.includes("watch")) {
      say("docket watch …");
      figures.watch = await watched(folder, sizes.files);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.log(values.json ? JSON.stringify(figures, null, 2) : table(figures));
}
