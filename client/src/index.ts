export type { ArchivedFile, ArchiveOptions } from "./archive.ts";
export { createDocket, createDocumentsOnly, type Docket, type DocketOptions, type DocumentsOnly } from "./docket.ts";
export { DocketError } from "./error.ts";
export type * from "./automation-types.ts";
export type * from "./types.ts";
export { createVisitor, type Visitor, type VisitorOptions } from "./visitors.ts";
