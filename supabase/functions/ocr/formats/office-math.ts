import type { Bounds } from "./bounds.ts";

/** A formula of Office (ECMA-376, part 1, 22.1) in a line: "1/2", "x^2", "√(a+b)". Its signs alone would make 12 of a half. */

type Node = {
  name: string;
  text: string;
  /** None of most: a formula may have a million elements. */
  parts?: [name: string, text: string][];
  settings?: Map<string, string>;
};

/** What a formula is made of; each is known by its element. */
const PARTS = new Set(["num", "den", "e", "sub", "sup", "deg", "lim", "fName", "mr"]);
const SETTINGS = new Set(["begChr", "sepChr", "endChr", "chr", "degHide", "type"]);
const FORMULAS = new Set(["oMath", "oMathPara"]);
const SIMPLE = /^(?:[\p{L}\p{M}]|[\p{N}.,]+|)$/u;

export class Formula {
  #open: Node[] = [];
  readonly #bounds: Bounds;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  opened(name: string, attributes: Record<string, string>): void {
    if (!this.isOpen && !FORMULAS.has(name)) return;
    this.#bounds.step();
    // A setting stands in the properties of what it is for: `d`, `dPr`, `begChr`.
    const owner = SETTINGS.has(name) ? this.#open.at(-2) : undefined;
    if (owner) (owner.settings ??= new Map()).set(name, attributes["m:val"] ?? attributes.val ?? "1");
    this.#open.push({ name, text: "" });
  }

  text(text: string): void {
    const node = this.#open.at(-1);
    if (node) node.text += text;
  }

  /** @returns the whole formula, once it ends */
  closed(): string | undefined {
    const node = this.#open.pop();
    if (!node) return undefined;
    const text = written(node);
    const around = this.#open.at(-1);
    if (!around) return text;
    if (PARTS.has(node.name)) (around.parts ??= []).push([node.name, text]);
    else around.text += text;
    return undefined;
  }
}

const NO_SETTINGS = new Map<string, string>();

function written({ name, text, parts = [], settings = NO_SETTINGS }: Node): string {
  const all = (part: string): string[] => parts.filter(([own]) => own === part).map(([, value]) => value);
  const one = (part: string): string => all(part)[0] ?? "";
  const low = (part: string): string => (one(part) ? `_${single(one(part))}` : "");
  const high = (part: string): string => (one(part) ? `^${single(one(part))}` : "");
  switch (name) {
    case "f":
      return settings.get("type") === "noBar"
        ? `${one("num")} ${one("den")}`
        : `${single(one("num"))}/${single(one("den"))}`;
    case "sSup":
    case "sSub":
    case "sSubSup":
      return `${one("e")}${low("sub")}${high("sup")}`;
    case "sPre":
      return `${low("sub")}${high("sup")} ${one("e")}`.trim();
    case "rad": {
      const degree = ["1", "true", "on"].includes(settings.get("degHide") ?? "") ? "" : one("deg");
      return `√${degree && `[${degree}]`}${single(one("e"))}`;
    }
    case "d":
      return `${settings.get("begChr") ?? "("}${all("e").join(settings.get("sepChr") ?? "|")}${settings.get("endChr") ?? ")"}`;
    case "nary":
      return `${settings.get("chr") ?? "∫"}${low("sub")}${high("sup")} ${one("e")}`;
    case "func":
      return `${one("fName")} ${one("e")}`;
    case "limLow":
    case "limUpp":
      return `${one("e")}${low("lim")}`;
    case "mr":
      return all("e").join(", ");
    case "m":
      return all("mr").join("; ");
    case "eqArr":
      return all("e").join("; ");
    default:
      return text + parts.map(([, value]) => value).join("");
  }
}

/** In parentheses, unless it is one sign or number. */
const single = (text: string): string => (SIMPLE.test(text) ? text : `(${text})`);
