import type pg from "pg";

/** The plans of the statements that a connection runs, in the words of EXPLAIN, as they come. */
export type Plans = { seen: string[]; stop(): Promise<void> };

/** Watches a connection's plans, also those of statements inside functions: they come as notices. Slow, so nothing is timed meanwhile. */
export async function watchPlans(client: pg.Client): Promise<Plans> {
  const seen: string[] = [];
  const keep = ({ message }: { message?: string | undefined }): void => void (message && seen.push(message));
  client.on("notice", keep);
  await client.query(`load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
    set auto_explain.log_format = 'text'; set client_min_messages = log`);
  return {
    seen,
    async stop() {
      await client.query("set auto_explain.log_min_duration = -1; reset client_min_messages");
      client.off("notice", keep);
    },
  };
}
