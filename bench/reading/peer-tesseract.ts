import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { installedLanguages } from "../../engine/models.ts";

/** Debian's `tesseract`, on one core and with the engine's own English model. */
export type PeerTesseract = {
  read(image: Uint8Array, extension: string): { text: string; cpuSeconds: number | null };
  remove(): void;
};

/** @returns null where it is not installed */
export function peerTesseract(): PeerTesseract | null {
  if (spawnSync("tesseract", ["--version"]).error) return null;
  const folder = mkdtempSync(path.join(tmpdir(), "docket-bench-"));
  writeFileSync(path.join(folder, "eng.traineddata"), gunzipSync(readFileSync(installedLanguages(null)["eng"]!)));
  return {
    read(image, extension) {
      const file = path.join(folder, `page.${extension}`);
      writeFileSync(file, image);
      const before = childrenCpuSeconds();
      const { stdout } = spawnSync("tesseract", [file, "-", "--tessdata-dir", folder, "-l", "eng"], {
        env: { ...process.env, OMP_THREAD_LIMIT: "1" },
        maxBuffer: 2 ** 26,
      });
      const after = childrenCpuSeconds();
      return { text: stdout.toString(), cpuSeconds: before === null || after === null ? null : after - before };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** What ended children of this process used (cutime and cstime of proc(5)). */
function childrenCpuSeconds(): number | null {
  try {
    const fields = readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return null;
  }
}
