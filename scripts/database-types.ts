import { generateTypescript, sortGeneratorMetadata } from "@supabase/postgrest-typegen/generation";
import { introspect } from "@supabase/postgrest-typegen/introspection";
import pg from "pg";

const HEADER = "// The public schema as supabase-js sees it. Made from the migrations by: npm run gen:types\n\n";

/**
 * The TypeScript types of a migrated database's public schema, as `supabase gen types` writes them: by the same generator, which
 * needs no Docker. As an invoker of the Data API sees it: what is granted to nobody is there all the same.
 */
export async function databaseTypes(connectionString: string): Promise<string> {
  const pool = new pg.Pool({ connectionString, max: 1 });
  try {
    return (
      HEADER +
      (await generateTypescript(sortGeneratorMetadata(await introspect(pool, { includedSchemas: ["public"] }))))
    );
  } finally {
    await pool.end();
  }
}
