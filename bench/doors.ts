import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { commandLine } from "./doors/command-line.ts";
import { reads } from "./doors/reads.ts";
import { clientSize } from "./doors/size.ts";
import { watched } from "./doors/watch.ts";
import { machine, say, table } from "./figures.ts";
import { mailsOverSmtp } from "./mail.ts";
import { ruleCosts } from "./rules.ts";
import { temporaryStack } from "./temporary-stack.ts";
import { signUp } from "./user.ts";
import { deliveries } from "./webhooks.ts";

const PARTS = ["size", "reads", "command", "watch", "webhooks", "mail", "rules"];
const FULL = { reads: 60, commands: 20, files: 500, messages: 1000, mails: 300, ruled: 200 };
const QUICK = { reads: 10, commands: 4, files: 40, messages: 50, mails: 20, ruled: 20 };

/**
 * `npm run bench -- doors [--json] [--quick] [--only size,reads,…]`: what comes in and goes out by programs: api, mcp, the client, the
 * command line, webhooks, mails, and what rules cost. All of it takes about twenty minutes.
 */
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
    if (parts.includes("webhooks")) {
      say("webhooks …");
      figures.webhooks = await deliveries(sizes.messages);
    }
    if (parts.includes("mail")) {
      say("mails …");
      figures.mail = await mailsOverSmtp(sizes.mails);
    }
    if (parts.includes("rules")) figures.rules = await ruleCosts(sizes.ruled);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.log(values.json ? JSON.stringify(figures, null, 2) : table(figures));
}
