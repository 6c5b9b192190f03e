import { type ReactNode, useLayoutEffect, useRef, useSyncExternalStore } from "react";

/** Something that a view can do: by a key, and by its name in the palette. */
export type Command = {
  /** Without one it is not in the palette. */
  label?: string;
  icon?: ReactNode;
  /** As `KeyboardEvent.key` has it. "Mod+k" is with Ctrl or the Command key, and works while typing, too. */
  key?: string;
  run(): void;
};

const groups = new Set<{ current: Command[] }>();
const listeners = new Set<() => void>();
/** Counts the groups that came and went. */
let changes = 0;
function change(): void {
  changes += 1;
  for (const listener of listeners) listener();
}
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Offers commands for as long as the component is there. */
export function useCommands(commands: Command[]): void {
  const group = useRef(commands);
  // Before the view is painted, so that a key that is pressed at once is of what is in sight.
  useLayoutEffect(() => {
    group.current = commands;
  });
  useLayoutEffect(() => {
    groups.add(group);
    change();
    return () => {
      groups.delete(group);
      change();
    };
  }, []);
}

/** All that can be done now, also when a view that offers something appears later. */
export function useCommandsNow(): Command[] {
  useSyncExternalStore(subscribe, () => changes);
  return commandsNow();
}

/** All that can be done now; what the view itself offers comes first. */
const commandsNow = (): Command[] => [...groups].flatMap(({ current }) => current);

/** Does what a key does. False when it does nothing here. */
export function runKey(key: string): boolean {
  const command = commandsNow().find((one) => one.key === key);
  command?.run();
  return command !== undefined;
}

/** Where keys mean something already: text that is typed, a menu or dialog that is open. */
const TAKEN =
  'input:not([type="checkbox"]), textarea, select, [contenteditable], [role="dialog"], [role="alertdialog"], [role="menu"]';

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const withModifier = event.ctrlKey || event.metaKey;
  if (!withModifier && (event.target as Element).closest?.(TAKEN)) return;
  if (runKey(withModifier ? `Mod+${event.key.toLowerCase()}` : event.key)) event.preventDefault();
});
