import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { PageReading } from "./job.ts";
import type { Pool, Replacement } from "./pool.ts";

/** What an engine counts about itself, for Prometheus. No label ever holds anything of a document. */
export type Metrics = {
  /** The content type of `text()`. */
  contentType: string;
  text(): Promise<string>;
  /** A file was answered; `code` is `ok` or an error code. */
  answered(code: string, seconds: number): void;
  pageRead(page: PageReading): void;
  workerReplaced(reason: Replacement): void;
};

/** @param pool is looked at whenever somebody asks */
export function createMetrics(pool: () => Pool, workers: number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  };
  gauge("docket_ocr_workers", "Pages that can be read at the same time.", () => workers);
  gauge("docket_ocr_workers_busy", "Workers that read a page now.", () => pool().busy);
  gauge("docket_ocr_pages_queued", "Pages that wait for a worker.", () => pool().queued);
  gauge(
    "docket_ocr_workers_memory_bytes",
    "What the workers held after their last pages, together.",
    () => pool().memory,
  );
  const files = new Histogram({
    name: "docket_ocr_file_seconds",
    help: "Seconds from a file's arrival to its answer, by the answer's code.",
    labelNames: ["code"],
    registers,
    buckets: [0.1, 0.3, 1, 3, 10, 30, 100],
  });
  const pages = new Histogram({
    name: "docket_ocr_page_seconds",
    help: "Seconds that a page took to render and read, without waiting.",
    labelNames: ["engine"],
    registers,
    buckets: [0.1, 0.3, 1, 3, 10, 30, 100],
  });
  const replaced = new Counter({
    name: "docket_ocr_workers_replaced_total",
    help: "Workers that were ended, by the reason.",
    labelNames: ["reason"],
    registers,
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    answered: (code, seconds) => files.observe({ code }, seconds),
    pageRead: ({ engine, ms }) => pages.observe({ engine }, ms / 1000),
    workerReplaced: (reason) => replaced.inc({ reason }),
  };
}
