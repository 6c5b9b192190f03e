import type pg from "pg";

/**
 * Which statements read the jobs or the documents as a whole while `run` goes on: the plans of all statements, also of those
 * inside functions, come as notices. Slow, so nothing is timed meanwhile.
 */
export async function sequentialReads(db: pg.Client, run: () => Promise<unknown>): Promise<string[]> {
  const plans: string[] = [];
  const keep = ({ message }: { message?: string | undefined }): void => void (message && plans.push(message));
  db.on("notice", keep);
  await db.query(`load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
    set auto_explain.log_format = 'text'; set client_min_messages = log`);
  try {
    await run();
  } finally {
    await db.query("set auto_explain.log_min_duration = -1; reset client_min_messages");
    db.off("notice", keep);
  }
  if (!plans.some((plan) => /using jobs_/.test(plan))) throw new Error("No plan was seen.");
  const whole = plans.filter((plan) => /Seq Scan on (private\.)?jobs\b|Seq Scan on (public\.)?documents\b/.test(plan));
  return [...new Set(whole.map((plan) => /Query Text: ([^\n]*)/.exec(plan)?.[1] ?? plan))];
}
