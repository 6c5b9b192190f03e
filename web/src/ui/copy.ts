import { attempt } from "./toasts.tsx";
import { t } from "../language.ts";

/** Copies a text, and says so; one that is still on its way, as soon as it is there. */
export function copy(text: string | Promise<string>, what: string): void {
  attempt(write(text), t("{what} copied", { what }));
}

async function write(text: string | Promise<string>): Promise<void> {
  try {
    if (typeof text === "string") return await navigator.clipboard.writeText(text);
    // Safari lets a page write only what it was promised when the button was pressed.
    const promised = text.then((value) => new Blob([value], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": promised })]);
  } catch {
    // A page that came by plain http from another machine has no clipboard but this.
    const box = document.createElement("textarea");
    box.value = await text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
}
