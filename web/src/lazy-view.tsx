import { type ComponentType, type LazyExoticComponent, lazy, useEffect } from "react";
import { readMoreTexts, t } from "./language.ts";
import { Button } from "./ui/Button.tsx";
import { WifiOff } from "./ui/icons.tsx";
import { Nothing } from "./ui/Nothing.tsx";
import { say } from "./ui/toasts.tsx";

/**
 * A view that is loaded when it is opened. Where it does not arrive, offline or since a newer page took the place of this one, that is
 * said in its place.
 */
// React's own constraint of lazy
export const lazyPart = <View extends ComponentType<any>>(load: Load<View>): LazyExoticComponent<View> =>
  // It takes what any view would.
  lazy(() => load().catch(() => ({ default: NotLoaded as unknown as View })));

/** The same with the texts of later views, for those that are opened first. Where they do not arrive, it is in English. */
// React's own constraint of lazy
export const lazyView = <View extends ComponentType<any>>(load: Load<View>): LazyExoticComponent<View> =>
  lazyPart(() => Promise.all([load(), readMoreTexts()]).then(([view]) => view));

type Load<View> = () => Promise<{ default: View }>;

/** What is in the place of a view. A dialog is closed, and a message says why. */
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

// What a browser once failed to load, it does not load again.
const reload = () => location.reload();
