/** What the functions and their tests know of a stage. The queue knows the rest: private.stages, whose rows a test compares with this. */
export type StageEntry = {
  /** What its work is called for people: "Reading started." */
  label: string;
  /** The Edge Function that does its jobs. */
  function: string;
  /** The Edge Function that does those that may end a worker; null when no job of the stage can. */
  alone: string | null;
};

/** The stages of the pipeline, by name, in the order in which free slots are filled. */
export const STAGES = {
  ocr: { label: "Reading", function: "ocr", alone: "ocr-alone" },
  metadata: { label: "Describing", function: "metadata", alone: "metadata-alone" },
  erase: { label: "Erasing", function: "upload", alone: null },
  extract: { label: "Extracting", function: "extract", alone: "extract-alone" },
  thumbnail: { label: "Drawing", function: "thumbnail", alone: "thumbnail-alone" },
  webhooks: { label: "Delivering", function: "webhooks", alone: null },
} as const satisfies Record<string, StageEntry>;

export type Stage = keyof typeof STAGES;
