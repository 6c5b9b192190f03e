export { createDocket, type Docket, type DocketOptions } from "./docket.ts";
export { DocketError } from "./error.ts";
export type * from "./automation-types.ts";
export type * from "./types.ts";
