import { useEffect, useState } from "react";

/**
 * Gives the focus back to what had it before a dialog came, when the dialog is gone. Base UI looks for that after a field with
 * autoFocus took it, and finds the field.
 */
export function useFocusBack(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (document.activeElement === document.body && opener instanceof HTMLElement) opener.focus();
    },
    [opener],
  );
}
