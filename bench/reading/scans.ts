import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { scaled } from "../../engine/picture/grey.ts";
import { ratio, round, say } from "../figures.ts";
import { DISTURBANCES } from "./disturb.ts";
import { jpegOf } from "./encode.ts";
import { startEngineProcess } from "./engine-process.ts";
import { type CleanPage, englishPages, otherPages } from "./pages.ts";
import { peerTesseract } from "./peer-tesseract.ts";
import { type Score, scoreOf, summaryOf } from "./score.ts";

/** `data`: a folder with a manifest.json; `parts`: all where it is left out; `receipts`: at most so many. */
export type ScanOptions = { data?: string | undefined; parts?: string[] | undefined; receipts?: number | undefined };

type Truth = { file: string; kind: string; text?: string };
type Cost = { seconds: number; pages: number };

export const SCAN_PARTS = ["clean", "disturbed", "languages", "receipts", "memory"];
const CLEAN_JPEG = 90;
/** 35 megapixels each: A4 at 600 dots an inch, and a strip as PP-OCR gets them, where it is installed. */
const LARGE = {
  sheet: { width: 4_961, height: 7_016, print: 7_016 },
  strip: { width: 4_200, height: 8_300, print: 5_940 },
};

/**
 * How well and at what cost the engine reads pictures: pages that the benchmark makes (clean, disturbed in each way, other
 * languages) and scanned receipts of a data folder. Where Debian's `tesseract` is installed it reads the same pages, with the same model.
 */
export async function scans({ data, parts = SCAN_PARTS, receipts: most = Infinity }: ScanOptions): Promise<object> {
  const engine = await startEngineProcess();
  const peer = peerTesseract();
  const figures: Record<string, unknown> = {
    recognizers: engine.recognizers.join(" + "),
    peer: peer ? "tesseract (Debian)" : "not installed",
  };
  try {
    await engine.read(await jpegOf({ width: 200, height: 100, data: new Uint8Array(20_000).fill(255) }, 90)); // models are loaded
    const english = await englishPages();
    // A process reads 100 pages before it is replaced, and V8 optimises what it runs during the first: that is said apart
    const first = newSide();
    await measure(
      first,
      english[0]!.text,
      async () => textsOf(await engine.read(await jpegOf(english[0]!.picture, CLEAN_JPEG))),
      engine.cpuSeconds,
    );
    figures["first_page_of_a_worker_cpu_s"] = perPage(first.cost);

    if (parts.includes("clean") || parts.includes("disturbed")) {
      const [ours, theirs] = [newSide(), newSide()];
      for (const page of english) {
        const image = await jpegOf(page.picture, CLEAN_JPEG);
        await measure(ours, page.text, async () => textsOf(await engine.read(image)), engine.cpuSeconds);
        say(`${page.name}: ${JSON.stringify(summaryOf([ours.scores.at(-1)!]))}`);
        if (peer) peerReads(theirs, page.text, image);
      }
      figures["clean"] = compared(ours, theirs);
      if (parts.includes("disturbed"))
        figures["disturbed"] = await disturbed(english, summaryOf(ours.scores).cer_percent);
    }
    if (parts.includes("languages")) figures["languages"] = await languages();
    if (parts.includes("receipts")) {
      // A part that was not measured says so: a figure that is missing reads like one that is good
      figures["receipts"] =
        data && existsSync(path.join(data, "manifest.json"))
          ? await receipts(data)
          : `not measured: no manifest.json in ${data ?? "any folder; name one with --data"}`;
    }
    if (parts.includes("memory")) figures["memory"] = await memory(english[2]!);
    return figures;
  } finally {
    peer?.remove();
    await engine.stop();
  }

  async function disturbed(pages: CleanPage[], clean: number): Promise<object> {
    const ways: Record<string, object> = {};
    for (const [name, disturb] of Object.entries(DISTURBANCES)) {
      const side = newSide();
      for (const page of pages) {
        const result = disturb(page.picture);
        const [picture, quality] = "page" in result ? [result.page, result.quality] : [result, CLEAN_JPEG];
        const image = await jpegOf(picture, quality);
        await measure(side, page.text, async () => textsOf(await engine.read(image)), engine.cpuSeconds);
      }
      const { cer_percent: cer } = summaryOf(side.scores);
      ways[name] = {
        cer_percent: cer,
        points_over_clean: round(cer - clean),
        each: side.scores.map((score) => summaryOf([score]).cer_percent).join(" "),
        cpu_s_per_page: perPage(side.cost),
      };
      say(`${name}: ${JSON.stringify(ways[name])}`);
    }
    return ways;
  }

  async function languages(): Promise<object> {
    const result: Record<string, object> = {};
    for (const page of await otherPages()) {
      const image = await jpegOf(page.picture, CLEAN_JPEG);
      const [[named], [detected]] = [
        await engine.read(image, `?languages=${page.language}`),
        await engine.read(image, "?languages=auto"),
      ];
      const cer = (text: string): number => summaryOf([scoreOf(page.text, text)]).cer_percent;
      result[page.language] = {
        named_cer_percent: cer(named!.text),
        detected_cer_percent: cer(detected!.text),
        detected_as: detected!.language,
      };
    }
    return result;
  }

  async function receipts(folder: string): Promise<object> {
    const manifest = Object.values(JSON.parse(readFileSync(path.join(folder, "manifest.json"), "utf8")) as Truth[]);
    const [ours, theirs] = [newSide(), newSide()];
    const by: Record<string, number> = {};
    for (const { file, text } of manifest.filter((entry) => entry.kind === "receipt" && entry.text).slice(0, most)) {
      const image = readFileSync(path.join(folder, file));
      await measure(
        ours,
        text!,
        async () => {
          const pages = await engine.read(image);
          for (const page of pages) by[page.engine] = (by[page.engine] ?? 0) + 1;
          return textsOf(pages);
        },
        engine.cpuSeconds,
      );
      if (peer) peerReads(theirs, text!, image);
      say(`${file}: ${JSON.stringify(summaryOf([ours.scores.at(-1)!]))}`);
    }
    return { ...compared(ours, theirs), read_by: by };
  }

  async function memory(page: CleanPage): Promise<object> {
    const figures: Record<string, object> = {};
    for (const [name, { width, height, print }] of Object.entries(LARGE)) {
      const picture = { width, height, data: new Uint8Array(width * height).fill(255) };
      picture.data.set(scaled(page.picture, width, print).data);
      const large = await jpegOf(picture, CLEAN_JPEG);
      const fresh = await startEngineProcess({ OCR_RECYCLE_BYTES: String(2 ** 40) }); // a worker that is replaced cannot be measured any more
      try {
        const [read] = await fresh.read(large);
        figures[name] = {
          megapixels: round((width * height) / 1e6),
          engine: read!.engine,
          worker_peak_mb: fresh.workerPeakMb(),
          cer_percent: summaryOf([scoreOf(page.text, read!.text)]).cer_percent,
        };
        say(`${name}: ${JSON.stringify(figures[name])}`);
      } finally {
        await fresh.stop();
      }
    }
    return figures;
  }

  function peerReads(side: Side, truth: string, image: Uint8Array): void {
    const { text, cpuSeconds } = peer!.read(image, "jpg");
    side.scores.push(scoreOf(truth, text));
    if (cpuSeconds !== null) side.cost = { seconds: side.cost.seconds + cpuSeconds, pages: side.cost.pages + 1 };
  }
}

type Side = { scores: Score[]; cost: Cost };

const newSide = (): Side => ({ scores: [], cost: { seconds: 0, pages: 0 } });

async function measure(
  side: Side,
  truth: string,
  read: () => Promise<string>,
  cpuSeconds: () => number | null,
): Promise<void> {
  const before = cpuSeconds();
  side.scores.push(scoreOf(truth, await read()));
  const after = cpuSeconds();
  if (before !== null && after !== null)
    side.cost = { seconds: side.cost.seconds + after - before, pages: side.cost.pages + 1 };
}

function compared(ours: Side, theirs: Side): object {
  const own = { ...summaryOf(ours.scores), cpu_s_per_page: perPage(ours.cost) };
  if (theirs.scores.length === 0) return own;
  const { pages: _, ...peer } = summaryOf(theirs.scores);
  return {
    ...own,
    peer: { ...peer, cpu_s_per_page: perPage(theirs.cost) },
    cpu_ratio: ratio(ours.cost.seconds / ours.cost.pages, theirs.cost.seconds / theirs.cost.pages),
  };
}

const perPage = ({ seconds, pages }: Cost): number | null => (pages === 0 ? null : round(seconds / pages));

const textsOf = (pages: { text: string }[]): string => pages.map((page) => page.text).join("\n");
