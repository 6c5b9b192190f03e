import { type ComponentType, type LazyExoticComponent, lazy, useEffect } from "react";
import { readMoreTexts, t } from "./language.ts";
import { Button } from "./ui/Button.tsx";
import { WifiOff } from "./ui/icons.tsx";
import { Nothing } from "./ui/Nothing.tsx";
import { say } from "./ui/toasts.tsx";

/**
 * A view that is loaded when it is opened, with its texts. Where those do not arrive, it is in English; where the view itself does not,
 * offline or since a newer page took the place of this one, that is said in its place.
 */
export const lazyView = <View extends ComponentType<any>>(
  // React's own constraint of lazy
  load: () => Promise<{ default: View }>,
): LazyExoticComponent<View> =>
  lazy(async () => {
    const [view] = await Promise.all([load().catch(() => MISSING as unknown as { default: View }), readMoreTexts()]);
    return view;
  });

/** Shown for any view, so it takes what the view would. A dialog is closed, and a message says why. */
function NotLoaded({ onClose }: { onClose?(): void }): React.JSX.Element | null {
  useEffect(() => {
    if (!onClose) return;
    onClose();
    say(t("This could not be loaded"), { label: t("Load the page again"), run: reload });
  }, [onClose]);
  if (onClose) return null;
  return (
    <Nothing
      icon={<WifiOff aria-hidden />}
      title={t("This could not be loaded")}
      actions={<Button onClick={reload}>{t("Load the page again")}</Button>}
    />
  );
}
const MISSING = { default: NotLoaded };

// What a browser once failed to load, it does not load again.
const reload = () => location.reload();
