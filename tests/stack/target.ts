/**
 * A Supabase database that a contract is checked on: the embedded stack's, or a real one.
 *
 * `url` connects as `postgres`. `host` is how that database reaches this machine (`host.docker.internal` from
 * `supabase start`), and `address` what servers of the tests listen on so that it can.
 */
export type Target = { url: string; host: string; address: string };
