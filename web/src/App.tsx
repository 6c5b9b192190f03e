import { useQueryClient } from "@tanstack/react-query";
import { CircleUser, FolderOpen, Gauge, LogOut, Monitor, Moon, Search, Sun, Upload, WifiOff, X } from "./ui/icons.tsx";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { Session } from "@supabase/supabase-js";
import styles from "./App.module.css";
import { dropDrafts } from "./document/drafts.ts";
import { List } from "./documents/List.tsx";
import { useLive } from "./documents/live.ts";
import { useLink } from "./online.ts";
import { at, go, linkTo, type Place, usePlace } from "./place.ts";
import { useProject, useSession } from "./project.tsx";
import { SignIn } from "./sign-in/SignIn.tsx";
import { applyTheme, type Theme, themeNow } from "./theme.ts";
import { Button } from "./ui/Button.tsx";
import { Menu, MenuItem, MenuLine } from "./ui/Menu.tsx";
import { chooseFiles } from "./upload/choose.ts";
import { Drop } from "./upload/Drop.tsx";
import { Tray } from "./upload/Tray.tsx";
import { forgetUploads, uploadTo } from "./upload/uploads.ts";
import { Wordmark } from "./Wordmark.tsx";

// pdf.js is most of the page's weight: loaded with the first document that is opened.
const DocumentView = lazy(() => import("./document/DocumentView.tsx"));
const Usage = lazy(() => import("./usage/Usage.tsx"));

export function App(): React.JSX.Element | null {
  const session = useSession();
  if (session === undefined) return null;
  return session ? <Desk key={session.user.id} session={session} /> : <SignIn />;
}

function Desk({ session }: { session: Session }): React.JSX.Element {
  const project = useProject();
  const client = useQueryClient();
  const place = usePlace();
  useLive(session.user.id);
  useEffect(() => {
    uploadTo(project, session.user.id);
    return () => {
      uploadTo(undefined);
      client.clear();
    };
  }, [project, client, session.user.id]);

  const documentId = place.get("document");
  const view = documentId ? "document" : place.get("view") === "usage" ? "usage" : "list";
  return (
    <div className={styles.desk}>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <Header session={session} place={place} view={view} />
      <Offline />
      <main id="main" className={styles.main} tabIndex={-1}>
        {view === "list" && <List place={place} />}
        <Suspense>
          {view === "usage" && <Usage />}
          {documentId && <DocumentView key={documentId} id={documentId} />}
        </Suspense>
      </main>
      <Tray />
      <Drop />
    </div>
  );
}

function Header({ session, place, view }: { session: Session; place: Place; view: string }): React.JSX.Element {
  const { supabase } = useProject();
  const [theme, setTheme] = useState(themeNow);
  const choose = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <header className={styles.header}>
      <a className={styles.home} {...linkTo(new URLSearchParams())} aria-label="Docket, all documents">
        <Wordmark />
      </a>
      <SearchBox place={place} />
      <div className={styles.tools}>
        <Menu
          align="end"
          trigger={
            <Button look="primary" aria-label="Add documents">
              <Upload aria-hidden />
              <span>Add</span>
            </Button>
          }
        >
          <MenuItem onClick={() => chooseFiles()}>
            <Upload aria-hidden />
            Files
          </MenuItem>
          <MenuItem onClick={() => chooseFiles({ folder: true })}>
            <FolderOpen aria-hidden />A folder
          </MenuItem>
        </Menu>
        <Menu
          align="end"
          trigger={
            <Button look="quiet" square aria-label="Account">
              <CircleUser aria-hidden />
            </Button>
          }
        >
          <p className={styles.who}>{session.user.email}</p>
          <MenuLine />
          <MenuItem onClick={() => go(at(new URLSearchParams(), { view: view === "usage" ? null : "usage" }))}>
            <Gauge aria-hidden />
            {view === "usage" ? "Documents" : "Usage"}
          </MenuItem>
          <MenuLine />
          <MenuItem onClick={() => choose("light")}>
            <Sun aria-hidden />
            Light{theme === "light" && <small>chosen</small>}
          </MenuItem>
          <MenuItem onClick={() => choose("dark")}>
            <Moon aria-hidden />
            Dark{theme === "dark" && <small>chosen</small>}
          </MenuItem>
          <MenuItem onClick={() => choose("system")}>
            <Monitor aria-hidden />
            As the system{theme === "system" && <small>chosen</small>}
          </MenuItem>
          <MenuLine />
          <MenuItem
            onClick={() => {
              go(new URLSearchParams(), { replace: true });
              forgetUploads();
              dropDrafts();
              // This browser only: other devices of the same user stay signed in.
              void supabase.auth.signOut({ scope: "local" });
            }}
          >
            <LogOut aria-hidden />
            Sign out
          </MenuItem>
        </Menu>
      </div>
    </header>
  );
}

function SearchBox({ place }: { place: Place }): React.JSX.Element {
  const asked = place.get("q") ?? "";
  const [text, setText] = useState(asked);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(asked), [asked]);
  useEffect(() => {
    if (text === asked) return;
    // Searches while one types, once a word is there: a key press alone is no question yet.
    const timer = setTimeout(() => go(at(place, { q: text, document: null, view: null }), { replace: true }), 160);
    return () => clearTimeout(timer);
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (
        event.key !== "/" ||
        event.ctrlKey ||
        event.metaKey ||
        (event.target as HTMLElement).closest("input, textarea, [contenteditable]")
      )
        return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <form role="search" className={styles.search} onSubmit={(event) => event.preventDefault()}>
      <Search aria-hidden />
      <input
        ref={input}
        type="search"
        aria-label="Search documents"
        placeholder="Search names, tags and every word"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") setText("");
        }}
      />
      {text ? (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => {
            setText("");
            input.current?.focus();
          }}
        >
          <X aria-hidden />
        </button>
      ) : (
        <kbd aria-hidden>/</kbd>
      )}
    </form>
  );
}

function Offline(): React.JSX.Element {
  const { online, live } = useLink();
  return (
    <p role="status" className={styles.offline} data-shown={!online || undefined}>
      {!online ? (
        <>
          <WifiOff aria-hidden />
          You are offline. What you see is from before; it is read again when you are back.
        </>
      ) : live ? (
        ""
      ) : (
        <span className="unseen">Connecting</span>
      )}
    </p>
  );
}
