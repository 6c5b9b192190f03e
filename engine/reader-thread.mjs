// A worker thread does not get the TypeScript loader of its parent (Node 20 with tsx 4), so it registers its own.
import { register } from "tsx/esm/api";

register();
await import("./reader-thread.ts");
