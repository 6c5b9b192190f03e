import { onTestFinished, vi } from "vitest";
import type { FileReading } from "../../engine/file-reading.ts";
import { createEngine, type Engine } from "../../engine/server.ts";
import { settingsFrom, type EngineSettings } from "../../engine/settings.ts";

// Recognizing takes seconds where other tests share the cores
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** An engine with one worker and tesseract alone, whatever else is installed here; the test closes it. */
export function startEngine(settings: Partial<EngineSettings> = {}): Promise<Engine> {
  return createEngine({ ...settingsFrom({}), port: 0, workers: 1, ppocr: false, ...settings });
}

/** An engine that ends with the test. */
export async function engineForTest(settings: Partial<EngineSettings> = {}): Promise<Engine> {
  const engine = await startEngine(settings);
  onTestFinished(() => engine.close());
  return engine;
}

export type Answer = { status: number; headers: Headers; body: FileReading & { code: string; message: string } };

/** Sends a file to `POST /read`. */
export async function post(url: string, bytes: Uint8Array, type: string, query = ""): Promise<Answer> {
  const response = await fetch(`${url}/read${query}`, {
    method: "POST",
    headers: { "Content-Type": type },
    body: bytes as Uint8Array<ArrayBuffer>,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer["body"] };
}
