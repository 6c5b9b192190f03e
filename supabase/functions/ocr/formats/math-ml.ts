import type { Bounds } from "./bounds.ts";
import { Formula } from "./office-math.ts";

/** Elements of MathML whose children count by their place, with what each child is in a formula of Office; and what they are there themselves. */
const BY_PLACE: Record<string, readonly [name: string, ...children: string[]]> = {
  mfrac: ["f", "num", "den"],
  msup: ["sSup", "e", "sup"],
  msub: ["sSub", "e", "sub"],
  msubsup: ["sSubSup", "e", "sub", "sup"],
  munderover: ["sSubSup", "e", "sub", "sup"],
  munder: ["limLow", "e", "lim"],
  mroot: ["rad", "e", "deg"],
};
/** Elements that are known by what is around them: rows of a table, its cells. */
const AS: Record<string, string> = { math: "oMath", mtable: "m", mtr: "mr", mtd: "e" };

/** A formula of MathML (https://www.w3.org/TR/mathml-core/) in a line, as one of Office: "1/2", "x^2", "√(a+b)". */
export class MathMl {
  readonly #formula: Formula;
  #open: { children: readonly string[]; count: number; wraps: number; hasLimits: boolean }[] = [];

  constructor(bounds: Bounds) {
    this.#formula = new Formula(bounds);
  }

  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  opened(name: string): void {
    if (!this.isOpen && name !== "math") return;
    const around = this.#open.at(-1);
    const part = around?.children[around.count];
    if (around) around.count += 1;
    let wraps = 1;
    const open = (element: string, attributes: Record<string, string> = {}): void => {
      this.#formula.opened(element, attributes);
      wraps += 1;
    };
    if (part) open(part);
    const [its = AS[name] ?? name, ...children] = BY_PLACE[name] ?? [];
    if (name === "msqrt") {
      // All that it holds is under it.
      open("rad");
      open("e");
    }
    this.#formula.opened(its, {});
    this.#open.push({ children, count: 0, wraps, hasLimits: name === "munder" || name === "munderover" });
  }

  /** White space around a sign is the layout of the file. */
  text(text: string): void {
    if (this.isOpen) this.#formula.text(text.trim());
  }

  /** @returns the whole formula, once it ends */
  closed(): string | undefined {
    const open = this.#open.pop();
    if (!open) return undefined;
    let whole: string | undefined;
    for (let left = open.wraps; left > 0; left -= 1) whole = this.#formula.closed();
    // What is summed up stands behind the limits.
    if (open.hasLimits && open.wraps === 1) this.#formula.text(" ");
    return whole;
  }
}
