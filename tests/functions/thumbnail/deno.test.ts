// In the Deno that runs the functions: each codec starts from the WebAssembly of its package.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { ROOT } from "../../../scripts/checkout.ts";
import { denoBinary } from "../../../stack/functions.ts";
import { toBmp, toGif, toTiff } from "../../../testing/fixtures/other-pictures.ts";
import { newPicture } from "../../../testing/fixtures/picture.ts";
import { temporaryFolder } from "../../../testing/temporary.ts";

const functions = path.join(ROOT, "supabase/functions");

it("draws a PDF, a photo, a PNG, a WebP, a GIF, a BMP and a TIFF", async () => {
  await using folder = await temporaryFolder();
  const photo = newPicture(900, 600);
  for (let at = 0; at < photo.data.length; at += 1) photo.data[at] = at % 4 === 3 ? 255 : (at * 7) % 251;
  await writeFile(path.join(folder.path, "a.gif"), toGif(800, 600));
  await writeFile(path.join(folder.path, "a.bmp"), toBmp(photo));
  await writeFile(path.join(folder.path, "a.tiff"), toTiff(photo, 1));
  const script = path.join(folder.path, "script.ts");
  await writeFile(
    script,
    `import { drawThumbnail } from "file://${functions}/thumbnail/drawing.ts";
    const draw = async (name, type) => drawThumbnail(await Deno.readFile(new URL(name, "file://${ROOT}/samples/")), type);
    const kind = (webp) => new TextDecoder().decode(webp.subarray(0, 4)) + (webp.length > 100 && webp.length < 100_000);
    const photo = await draw("IMG_2041.jpg", "image/jpeg");
    console.log(JSON.stringify([
      kind(await draw("Doc1.pdf", "application/pdf")),
      kind(photo),
      kind(await draw("Screenshot_20260304-181502.png", "image/png")),
      kind(await drawThumbnail(photo, "image/webp")),
      kind(await draw("${folder.path}/a.gif", "image/gif")),
      kind(await draw("${folder.path}/a.bmp", "image/bmp")),
      kind(await draw("${folder.path}/a.tiff", "image/tiff")),
    ]));`,
  );
  const args = ["run", "--no-lock", "--no-remote", "--node-modules-dir=manual", "--no-check", "--allow-all"];
  const config = `--config=${path.join(functions, "thumbnail/deno.json")}`;
  const env = { PATH: process.env.PATH, DENO_DIR: path.join(folder.path, "deno") };
  const { stdout } = await promisify(execFile)(denoBinary(), [...args, config, script], { env });
  expect(JSON.parse(stdout)).toEqual(Array.from({ length: 7 }, () => "RIFFtrue"));
});
