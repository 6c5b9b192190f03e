import { useSyncExternalStore } from "react";
import type { Project } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { Interrupted, sendFile, type Sending } from "./sending.ts";

export type Upload = {
  key: string;
  file: File;
  /** "interrupted": by the connection or the session, to be sent again by itself. */
  state: "waiting" | "sending" | "interrupted" | "stored" | "duplicate" | "failed" | "cancelled";
  /** Bytes that left this machine. */
  sent: number;
  error?: string;
  /** Whether the same file may be taken another time. */
  again?: boolean;
  documentId?: string;
  /** The name under which the same bytes are there. */
  storedAs?: string;
};

const AT_ONCE = 3;

/** What the file is, which another try does not change. */
const REFUSED = new Set(["unsupported_type", "file_too_large", "empty_file", "no_file", "request_too_large"]);
const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? "");

let uploads: Upload[] = [];
let added = 0;
const listeners = new Set<() => void>();
const sendings = new Map<string, Sending>();
let project: Project | undefined;
let owner: string | undefined;
let retrying: ReturnType<typeof setTimeout> | undefined;
let interruptions = 0;

function update(key: string, values: Partial<Upload>): void {
  uploads = uploads.map((upload) => (upload.key === key ? { ...upload, ...values } : upload));
  listeners.forEach((listener) => listener());
}

export const useUploads = (): Upload[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => uploads,
  );

/** Which project files go to, and whose they are. A session that ended leaves them waiting; another user's are forgotten. */
export function uploadTo(next: Project | undefined, userId?: string): void {
  project = next;
  if (userId && userId !== owner) forgetUploads();
  if (userId) owner = userId;
  if (project) resume();
}

/** Before signing out: nothing of this user stays in the page. */
export function forgetUploads(): void {
  for (const key of sendings.keys()) cancel(key);
  uploads = [];
  listeners.forEach((listener) => listener());
}

/** Sends what was interrupted again. */
function resume(): void {
  clearTimeout(retrying);
  for (const { key, state } of uploads) if (state === "interrupted") update(key, { state: "waiting", sent: 0 });
  sendNext();
}
addEventListener("online", resume);

/** A project that does not answer, though the browser has a connection, is asked again after a while, then more rarely. */
function resumeLater(): void {
  clearTimeout(retrying);
  retrying = setTimeout(resume, Math.min(30_000, 1000 * 2 ** interruptions));
  interruptions += 1;
}

export function addFiles(files: File[]): void {
  uploads = [
    ...uploads,
    ...files.map((file): Upload => ({ key: String((added += 1)), file, state: "waiting", sent: 0 })),
  ];
  listeners.forEach((listener) => listener());
  sendNext();
}

export function cancel(key: string): void {
  sendings.get(key)?.abort();
  update(key, { state: "cancelled" });
}

export function retryUpload(key: string): void {
  update(key, { state: "waiting", sent: 0, error: "" });
  sendNext();
}

export function clearUploads(): void {
  uploads = uploads.filter(isOnItsWay);
  listeners.forEach((listener) => listener());
}

export const isOnItsWay = ({ state }: Upload): boolean =>
  state === "waiting" || state === "sending" || state === "interrupted";

function sendNext(): void {
  if (!project) return;
  const free = AT_ONCE - uploads.filter(({ state }) => state === "sending").length;
  for (const upload of uploads.filter(({ state }) => state === "waiting").slice(0, Math.max(0, free)))
    void send(upload);
}

async function send({ key, file }: Upload): Promise<void> {
  if (!project) return;
  update(key, { state: "sending", sent: 0 });
  const sending: Sending = { onSent: (sent) => update(key, { sent }), abort() {} };
  sendings.set(key, sending);
  try {
    const answer = await sendFile(project, file, sending);
    update(key, {
      state: answer.duplicate ? "duplicate" : "stored",
      sent: file.size,
      documentId: answer.document_id,
      storedAs: answer.filename,
    });
    interruptions = 0;
  } catch (error) {
    if (uploads.find((upload) => upload.key === key)?.state === "cancelled") return;
    if (error instanceof Interrupted) {
      update(key, { state: "interrupted", sent: 0 });
      if (navigator.onLine && project) resumeLater();
    } else update(key, { state: "failed", error: sentenceOf(error), again: !REFUSED.has(codeOf(error)) });
  } finally {
    sendings.delete(key);
    sendNext();
  }
}
