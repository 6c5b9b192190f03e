// A stack as a program of its own, so that it can be killed: `tsx stack-program.ts FOLDER PORT DATABASE_PORT`.
import { startStack } from "../../stack/stack.ts";

const [folder, port, databasePort] = process.argv.slice(2);
const { keys, postgres } = await startStack({
  folder: folder!,
  port: Number(port),
  databasePort: Number(databasePort),
  env: { OCR_ENGINE_URL: "" },
});
console.log(JSON.stringify({ publishableKey: keys.publishableKey, database: postgres.url("supabase_admin") }));
