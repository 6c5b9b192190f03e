import { say } from "./toasts.tsx";
import { t } from "../language.ts";

/** Copies a text, and says so. */
export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A page that came by plain http from another machine has no clipboard but this.
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  say(t("{what} copied", { what }));
}
