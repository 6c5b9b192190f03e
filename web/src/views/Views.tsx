import { Suspense, useState } from "react";
import { useCommands } from "../commands.ts";
import { t } from "../language.ts";
import { lazyView } from "../lazy-view.tsx";
import { go, type Place } from "../place.ts";
import { Button } from "../ui/Button.tsx";
import { Bookmark, Check, ChevronDown, Pencil, Plus } from "../ui/icons.tsx";
import { Menu, MenuItem, MenuLine } from "../ui/Menu.tsx";
import { questionOf, useViews } from "./data.ts";
import styles from "./Views.module.css";

const KeepView = lazyView(() => import("./KeepView.tsx"));
const ManageViews = lazyView(() => import("./ManageViews.tsx"));

/** The searches that were kept: to open one, to keep this one, to put them in order. */
export function Views({ place }: { place: Place }): React.JSX.Element {
  const views = useViews();
  const [asking, setAsking] = useState<"keep" | "manage" | null>(null);
  const question = questionOf(place);
  const current = views.find((view) => view.question === question);
  const open = (wanted: string) => go(new URLSearchParams(wanted), { replace: true });
  useCommands([
    ...views.map((view) => ({
      label: t("View: {name}", { name: view.name }),
      icon: <Bookmark aria-hidden />,
      run: () => open(view.question),
    })),
    ...(question && !current
      ? [{ label: t("Keep this view"), icon: <Bookmark aria-hidden />, run: () => setAsking("keep") }]
      : []),
  ]);
  return (
    <>
      <Menu
        trigger={
          <Button
            look="quiet"
            small
            className={styles.views}
            aria-label={current ? t("View: {name}", { name: current.name }) : t("Views")}
          >
            <Bookmark aria-hidden />
            <span>{current?.name ?? t("Views")}</span>
            <ChevronDown aria-hidden />
          </Button>
        }
      >
        {views.map((view) => (
          <MenuItem key={view.id} onClick={() => open(view.question)}>
            {view === current ? <Check aria-hidden /> : <Bookmark aria-hidden />}
            {view.name}
          </MenuItem>
        ))}
        {views.length > 0 && <MenuLine />}
        <MenuItem disabled={!question || Boolean(current)} onClick={() => setAsking("keep")}>
          <Plus aria-hidden />
          {t("Keep this view")}
          {!question && <small>{t("search or filter first")}</small>}
        </MenuItem>
        {views.length > 0 && (
          <MenuItem onClick={() => setAsking("manage")}>
            <Pencil aria-hidden />
            {t("Edit views")}
          </MenuItem>
        )}
      </Menu>
      <Suspense>
        {asking === "keep" && <KeepView question={question} count={views.length} onClose={() => setAsking(null)} />}
        {asking === "manage" && <ManageViews views={views} onClose={() => setAsking(null)} />}
      </Suspense>
    </>
  );
}
