import { useSyncExternalStore } from "react";
import { DESTINATIONS } from "../destinations.tsx";
import { t } from "../language.ts";
import { linkTo, type Place } from "../place.ts";
import { Bookmark } from "../ui/icons.tsx";
import { questionOf, useViews } from "./data.ts";
import styles from "./Sidebar.module.css";

/** Where the list keeps its columns beside it. */
const wide = matchMedia("(min-width: 88rem)");

/** Whether there is room for the sidebar. */
export const useRoom = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      wide.addEventListener("change", listener);
      return () => wide.removeEventListener("change", listener);
    },
    () => wide.matches,
  );

/** The kinds of lists, and the searches that were kept. What can be done with those is in the menu of the filters. */
export function Sidebar({ view, place }: { view: string; place: Place }): React.JSX.Element {
  const views = useViews();
  const question = view === "list" ? questionOf(place) : null;
  const link = (name: string, icon: React.JSX.Element, to: Place, isHere: boolean) => (
    <li key={to.toString() + name}>
      <a {...linkTo(to)} aria-current={isHere ? "page" : undefined} title={name}>
        {icon}
        <span>{name}</span>
      </a>
    </li>
  );
  return (
    <nav className={styles.sidebar} aria-label={t("Documents")}>
      <ul>
        {DESTINATIONS.filter(({ inSidebar }) => inSidebar).map(({ view: to, name, icon }) =>
          to === null
            ? link(t(name), icon, new URLSearchParams(), question === "")
            : link(t(name), icon, new URLSearchParams({ view: to }), view === to),
        )}
      </ul>
      {views.length > 0 && (
        <>
          <h2 id="views">{t("Views")}</h2>
          <ul aria-labelledby="views">
            {views.map((one) =>
              link(one.name, <Bookmark aria-hidden />, new URLSearchParams(one.question), one.question === question),
            )}
          </ul>
        </>
      )}
    </nav>
  );
}
