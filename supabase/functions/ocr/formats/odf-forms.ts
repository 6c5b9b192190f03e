/** What the fields of a form in an OpenDocument file show (OpenDocument 1.3, part 3, 13), by the ids that the text has in their places. */
export class FormValues {
  readonly #values = new Map<string, string>();
  #list: { id: string; chosen: string[] } | undefined;

  opened(name: string, attributes: Record<string, string>): void {
    const id = attributes["xml:id"] ?? attributes["form:id"] ?? "";
    const label = attributes["form:label"] ?? "";
    const isOn = (state: string | undefined): boolean => state === "checked" || state === "true";
    if (TYPED.has(name)) this.#values.set(id, attributes["form:current-value"] ?? attributes["form:value"] ?? "");
    else if (name === "checkbox" || name === "radio") {
      const state =
        name === "checkbox"
          ? (attributes["form:current-state"] ?? attributes["form:state"])
          : (attributes["form:current-selected"] ?? attributes["form:selected"]);
      this.#values.set(id, `${isOn(state) ? "[x]" : "[ ]"} ${label}`.trim());
    } else if (name === "button" || name === "fixed-text") this.#values.set(id, label);
    else if (name === "listbox") this.#list = { id, chosen: [] };
    else if (
      name === "option" &&
      this.#list &&
      isOn(attributes["form:current-selected"] ?? attributes["form:selected"])
    )
      this.#list.chosen.push(label || (attributes["form:value"] ?? ""));
  }

  closed(name: string): void {
    if (name !== "listbox" || !this.#list) return;
    this.#values.set(this.#list.id, this.#list.chosen.join(", "));
    this.#list = undefined;
  }

  /** What stands in the place of a field. */
  shown(attributes: Record<string, string>): string {
    return this.#values.get(attributes["draw:control"] ?? "") ?? "";
  }
}

const TYPED = new Set(["text", "textarea", "formatted-text", "combobox", "number", "date", "time"]);
