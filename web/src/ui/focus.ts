import { useEffect, useState } from "react";

/** The view takes the focus where nothing else can: the next Tab goes on from there, not from the top of the page. */
const focusView = (): void => document.getElementById("main")?.focus({ preventScroll: true });

/**
 * Gives the focus back to what had it before a dialog came, when the dialog is gone. Base UI looks for that after a field with
 * autoFocus took it, and finds the field. What is gone or disabled by then takes no focus, so the view gets it.
 */
export function useFocusBack(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (document.activeElement !== document.body) return;
      if (opener instanceof HTMLElement) opener.focus();
      if (document.activeElement === document.body) focusView();
    },
    [opener],
  );
}

/** Gives the focus to the view when what had it leaves the page, as the line of a token does that is revoked. */
export function useFocusKept(): void {
  useEffect(() => {
    let focused: Element | null = null;
    const onFocus = ({ target }: FocusEvent) => {
      focused = target as Element;
    };
    const left = new MutationObserver(() => {
      if (focused?.isConnected !== false) return;
      focused = null;
      // What closes by itself, as a menu does, gives the focus back first.
      requestAnimationFrame(() => document.activeElement === document.body && focusView());
    });
    document.addEventListener("focusin", onFocus);
    left.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", onFocus);
      left.disconnect();
    };
  }, []);
}
