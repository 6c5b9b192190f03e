import { spawn } from "node:child_process";
import path from "node:path";
import { ROOT } from "../checkout.ts";

/** A command of the Supabase CLI, as it is shown and run. `env` is what it gets beside this process's environment. */
export type Command = { args: string[]; env?: Record<string, string> };

/** As one would type it. */
export const shown = ({ args, env = {} }: Command): string =>
  [...Object.entries(env).map(([name, value]) => `${name}=${value}`), "npx supabase", ...args].join(" ");

/**
 * Runs the CLI of package.json in the checkout; SUPABASE_CLI names another executable.
 *
 * @returns what it printed, when that is asked for; else it goes to the terminal, questions and all
 * @throws Error when it fails; why is on the terminal, from the CLI itself
 */
export async function run(command: Command, capture = false): Promise<string> {
  const own = path.join(ROOT, "node_modules", "supabase", "dist", "supabase.js");
  const [file, first] = process.env.SUPABASE_CLI ? [process.env.SUPABASE_CLI, []] : [process.execPath, [own]];
  const child = spawn(file, [...first, ...command.args], {
    cwd: ROOT,
    env: { ...process.env, ...command.env },
    stdio: ["inherit", capture ? "pipe" : "inherit", "inherit"],
  });
  let printed = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once("error", reject).once("close", (code, signal) => resolve(code ?? signal ?? "nothing"));
  });
  if (code !== 0) throw new Error(`${printed}The Supabase CLI ended with ${code}. What it said is above.`);
  return printed;
}
