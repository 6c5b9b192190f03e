import type { Session } from "@supabase/supabase-js";
import type { ComponentType, ReactElement } from "react";
import { mark, type Text } from "./language.ts";
import { lazyView } from "./lazy-view.tsx";
import { CircleUser, Gauge, LayoutList, ListChecks, Plug, Table, Tag, Trash2 } from "./ui/icons.tsx";

export type Destination = {
  /** Under "view" in the address; null is the list. */
  view: string | null;
  name: Text;
  icon: ReactElement;
  /** None of the list, which comes with the page. */
  View?: ComponentType<{ session: Session }>;
  /** Whether the sidebar leads there, and stands beside it. */
  inSidebar?: true;
  /** Whether there is room for the sidebar beside it; true where it leads there and this is left out. */
  besideSidebar?: false;
};

/** Where the page leads: its menu, its commands and its sidebar are made from this list, in this order. */
export const DESTINATIONS: Destination[] = [
  { view: null, name: mark("All documents"), icon: <LayoutList aria-hidden />, inSidebar: true },
  {
    view: "tables",
    name: mark("Tables"),
    icon: <Table aria-hidden />,
    View: lazyView(() => import("./extraction/Tables.tsx")),
    inSidebar: true,
  },
  {
    view: "review",
    name: mark("Review"),
    icon: <ListChecks aria-hidden />,
    View: lazyView(() => import("./extraction/Review.tsx")),
    inSidebar: true,
    // It needs the width.
    besideSidebar: false,
  },
  {
    view: "tags",
    name: mark("Tags and senders"),
    icon: <Tag aria-hidden />,
    View: lazyView(() => import("./tags/Tags.tsx")),
    inSidebar: true,
  },
  {
    view: "trash",
    name: mark("Trash"),
    icon: <Trash2 aria-hidden />,
    View: lazyView(() => import("./trash/Trash.tsx")),
    inSidebar: true,
  },
  {
    view: "connections",
    name: mark("Connections"),
    icon: <Plug aria-hidden />,
    View: lazyView(() => import("./connections/Connections.tsx")),
  },
  {
    view: "account",
    name: mark("Account"),
    icon: <CircleUser aria-hidden />,
    View: lazyView(() => import("./account/Account.tsx")),
  },
  {
    view: "usage",
    name: mark("Usage"),
    icon: <Gauge aria-hidden />,
    View: lazyView(() => import("./usage/Usage.tsx")),
  },
];
