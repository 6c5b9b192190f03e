/** What one document takes: a PDF of one page with a text layer, described without a model. `from`: the benchmark that says it. */
export type Measured = { value: number; unit: string; what: string; from: string };

const CHAIN = "`npm run bench -- chain --only cost`";
const QUEUE = "`npm run bench -- capacity`";

export const MEASURED = {
  statements: { what: "SQL statements", value: 69.5, unit: "", from: CHAIN },
  calls: { what: "calls of the functions to Auth, REST and Storage", value: 9.05, unit: "", from: CHAIN },
  databaseMs: { what: "time in the database", value: 65.5, unit: "ms", from: CHAIN },
  invocations: { what: "invocations through pg_net, when idle", value: 2, unit: "", from: CHAIN },
  uploadCpuMs: { what: "CPU of upload", value: 9, unit: "ms", from: CHAIN },
  ocrCpuMs: { what: "CPU of ocr", value: 25.5, unit: "ms", from: CHAIN },
  metadataCpuMs: { what: "CPU of metadata", value: 30, unit: "ms", from: CHAIN },
  ocrSeconds: { what: "a job of ocr, start to end", value: 0.0873, unit: "s", from: CHAIN },
  metadataSeconds: { what: "a job of metadata, start to end", value: 0.132, unit: "s", from: CHAIN },
  realtimeChanges: { what: "Realtime messages to one client that watches", value: 11.9, unit: "", from: CHAIN },
  databaseBytes: {
    what: "bytes in the database, indexes and all, a page of 2,000 characters",
    value: 17_547,
    unit: "",
    from: QUEUE,
  },
} satisfies Record<string, Measured>;

/** What nobody measured here: the sizes of a file, and what Claude takes of a document of one page. */
export const ASSUMED = {
  fileBytes: { what: "bytes of a file", value: 200_000, unit: "" },
  modelSeconds: { what: "a job of metadata with Claude", value: 12, unit: "s" },
  modelRequests: { what: "requests to Claude (as many as the tests' fake takes)", value: 2, unit: "" },
  modelInput: {
    what: "input tokens: a quarter of the characters of these requests; none of them from the prompt cache",
    value: 5_000,
    unit: "",
  },
  modelOutput: { what: "output tokens", value: 800, unit: "" },
  modelMicroDollars: {
    what: "millionths of a dollar (Haiku 5.5: $0.10 and $0.50 a million tokens)",
    value: 900,
    unit: "",
  },
  watching: { what: "clients that watch a document", value: 1, unit: "" },
  cores: { what: "cores of a self-hosted machine", value: 2, unit: "" },
};
