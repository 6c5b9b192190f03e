import { isOn } from "./xml.ts";
import { signOf } from "./word-signs.ts";

/** Most characters of the instructions of a field that are looked at. */
const MAX_INSTRUCTIONS = 1_000;

/**
 * The fields that are open (ECMA-376, part 1, 17.16): each begins, has instructions, in which other fields may stand, and mostly a result. What stands in
 * instructions is not shown.
 */
export class Fields {
  readonly #open: { instructions: string; hasResult: boolean }[] = [];
  #hidden = 0;
  #mark = "";
  #held = "";

  /** Takes a text, if it stands in instructions. */
  takes(text: string): boolean {
    if (this.#hidden > 0) this.#held += text;
    return this.#hidden > 0;
  }

  /** A mark that begins a field, parts its result or ends it (`fldChar`). */
  marked(attributes: Record<string, string>): void {
    this.#mark = attributes["w:fldCharType"] ?? "";
  }

  instructions(text: string): void {
    const field = this.#open.at(-1);
    if (field && !field.hasResult && field.instructions.length < MAX_INSTRUCTIONS) field.instructions += text;
  }

  /** The mark is read. @returns what a field shows that has no result */
  passed(): string {
    const field = this.#open.at(-1);
    if (this.#mark === "begin") {
      this.#open.push({ instructions: "", hasResult: false });
      this.#hidden += 1;
    } else if (this.#mark === "separate" && field && !field.hasResult) {
      field.hasResult = true;
      this.#endInstructions();
    } else if (this.#mark === "end" && field) {
      this.#open.pop();
      if (field.hasResult) return "";
      this.#endInstructions();
      return shownBy(field.instructions);
    }
    return "";
  }

  #endInstructions(): void {
    this.#hidden -= 1;
    if (this.#hidden === 0) this.#held = "";
  }

  /** A paragraph ends: instructions that do not end before it may never do. @returns what was taken for them */
  endParagraph(): string {
    while (this.#hidden > 0) if (!this.#open.pop()!.hasResult) this.#hidden -= 1;
    const held = this.#held;
    this.#held = "";
    return held;
  }
}

/** What is shown by fields whose instructions are all that they have: a sign, and a text to click on. */
function shownBy(instructions: string): string {
  const [, button] = /^\s{0,100}MACROBUTTON\s{1,100}\S{1,100}\s(.*)$/is.exec(instructions) ?? [];
  if (button !== undefined) return button.trim();
  const [, code] = /^\s{0,100}SYMBOL\s{1,100}(0x[\da-f]{1,5}|\d{1,6})/i.exec(instructions) ?? [];
  if (code === undefined) return "";
  const [, font = ""] = /\\f\s{0,10}"?([^"\\]{1,100})/i.exec(instructions) ?? [];
  return signOf(font.trim(), Number(code).toString(16));
}

/** A field of a form as Word had them before content controls (ECMA-376, part 1, 17.16.17): a box or a choice, whose state stands in its settings. */
export class FormField {
  isOpen = false;
  #kind: "box" | "choice" | undefined;
  #isOn = false;
  #chosen: number | undefined;
  #default = 0;
  #choices: string[] = [];

  opened(name: string, attributes: Record<string, string>): void {
    const value = attributes["w:val"] ?? "";
    if (name === "ffData") {
      this.isOpen = true;
      this.#kind = undefined;
      [this.#isOn, this.#chosen, this.#default, this.#choices] = [false, undefined, 0, []];
    } else if (name === "checkBox") this.#kind = "box";
    else if (name === "ddList") this.#kind = "choice";
    else if (name === "checked" || (name === "default" && this.#kind === "box")) this.#isOn = isOn(attributes);
    else if (name === "result") this.#chosen = Number(value) || 0;
    else if (name === "default") this.#default = Number(value) || 0;
    else if (name === "listEntry") this.#choices.push(value);
  }

  /** What it shows; what was typed into a text field stands in the text. */
  closed(): string {
    this.isOpen = false;
    if (this.#kind === "box") return this.#isOn ? "[x]" : "[ ]";
    return this.#kind === "choice" ? (this.#choices[this.#chosen ?? this.#default] ?? "") : "";
  }
}
