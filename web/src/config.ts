/** Where the project is, and what its sign-in page offers. */
export type Config = { url: string; publishableKey: string; demo: { email: string; password: string } | null };

/**
 * From the two variables of a static deployment when they were set at build time; otherwise from `config.json` beside the
 * page, as the embedded stack serves it.
 */
export async function loadConfig(): Promise<Config> {
  const { VITE_SUPABASE_URL: url, VITE_SUPABASE_PUBLISHABLE_KEY: publishableKey } = import.meta.env;
  if (url && publishableKey) return { url, publishableKey, demo: null };
  const response = await fetch("config.json");
  if (!response.ok)
    throw new Error(
      "The page does not know its project. Set VITE_SUPABASE_URL and VITE_SUPABASE_PUBLISHABLE_KEY, and build it again.",
    );
  const found = await response.json();
  return {
    url: new URL(found.url, location.origin).href.replace(/\/$/, ""),
    publishableKey: found.publishable_key,
    demo: found.demo,
  };
}
