import { useSyncExternalStore } from "react";
import type { Project } from "../project.tsx";
import { sendForm, sendToSignedUrl, type Sending } from "./sending.ts";

export type Upload = {
  key: string;
  file: File;
  state: "waiting" | "sending" | "stored" | "duplicate" | "failed" | "cancelled";
  /** Bytes that left this machine. */
  sent: number;
  error?: string;
  documentId?: string;
  /** The name under which the same bytes are there. */
  storedAs?: string;
};

/** Above this a file goes straight to Storage by a signed URL: a function has to hold what it receives in memory. */
export const SIGNED_FROM_BYTES = 6_000_000;
/** Browsers hash where the page came by https or from this machine; elsewhere every file goes as a form. */
const canHash = isSecureContext;
const AT_ONCE = 3;

let uploads: Upload[] = [];
let added = 0;
const listeners = new Set<() => void>();
const sendings = new Map<string, Sending>();
let project: Project | undefined;

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

/** Which project files go to; with another user, what was not sent is forgotten. */
export function uploadTo(next: Project | undefined): void {
  if (next === project) return;
  project = next;
  for (const key of sendings.keys()) cancel(key);
  uploads = [];
  listeners.forEach((listener) => listener());
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
  uploads = uploads.filter(({ state }) => state === "waiting" || state === "sending");
  listeners.forEach((listener) => listener());
}

function sendNext(): void {
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
    const answer =
      (file.size > SIGNED_FROM_BYTES && canHash && (await sendToSignedUrl(project, file, sending))) ||
      (await sendForm(project, file, sending));
    update(key, {
      state: answer.duplicate ? "duplicate" : "stored",
      sent: file.size,
      documentId: answer.document_id,
      storedAs: answer.filename,
    });
  } catch (error) {
    if (uploads.find((upload) => upload.key === key)?.state !== "cancelled")
      update(key, { state: "failed", error: (error as Error).message });
  } finally {
    sendings.delete(key);
    sendNext();
  }
}
