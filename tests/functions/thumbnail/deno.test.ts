// In the Deno that runs the functions: each codec starts from the WebAssembly of its package.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { ROOT } from "../../../scripts/checkout.ts";
import { denoBinary } from "../../../stack/functions.ts";
import { temporaryFolder } from "../../../testing/temporary.ts";

const functions = path.join(ROOT, "supabase/functions");

it("draws a PDF, a photo, a PNG and a WebP", async () => {
  await using folder = await temporaryFolder();
  const script = path.join(folder.path, "script.ts");
  await writeFile(
    script,
    `import { drawThumbnail } from "file://${functions}/thumbnail/drawing.ts";
    const draw = async (name, type) => drawThumbnail(await Deno.readFile("${ROOT}/samples/" + name), type);
    const kind = (webp) => new TextDecoder().decode(webp.subarray(0, 4)) + (webp.length > 500 && webp.length < 100_000);
    const photo = await draw("IMG_2041.jpg", "image/jpeg");
    console.log(JSON.stringify([
      kind(await draw("Doc1.pdf", "application/pdf")),
      kind(photo),
      kind(await draw("Screenshot_20260304-181502.png", "image/png")),
      kind(await drawThumbnail(photo, "image/webp")),
    ]));`,
  );
  const args = ["run", "--no-lock", "--no-remote", "--node-modules-dir=manual", "--no-check", "--allow-all"];
  const config = `--config=${path.join(functions, "thumbnail/deno.json")}`;
  const env = { PATH: process.env.PATH, DENO_DIR: path.join(folder.path, "deno") };
  const { stdout } = await promisify(execFile)(denoBinary(), [...args, config, script], { env });
  expect(JSON.parse(stdout)).toEqual(["RIFFtrue", "RIFFtrue", "RIFFtrue", "RIFFtrue"]);
});
