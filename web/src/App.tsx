import { useQueryClient } from "@tanstack/react-query";
import {
  Camera,
  CircleUser,
  FolderOpen,
  LogOut,
  Keyboard,
  Languages,
  Monitor,
  Moon,
  Sun,
  Upload,
  WifiOff,
} from "./ui/icons.tsx";
import { Suspense, useEffect, useState } from "react";
import { ErrorBoundary } from "react-error-boundary";
import type { Session } from "@supabase/supabase-js";
import styles from "./App.module.css";
import { BrokenView } from "./BrokenView.tsx";
import { useCommands } from "./commands.ts";
import { DESTINATIONS } from "./destinations.tsx";
import { List } from "./documents/List.tsx";
import { useLive } from "./documents/live.ts";
import { chooseLanguage, LANGUAGE_CODES, LANGUAGES, languageNow, t, useLanguage } from "./language.ts";
import { lazyView } from "./lazy-view.tsx";
import { useLink } from "./online.ts";
import { at, go, leaveView, linkTo, type Place, usePlace } from "./place.ts";
import { useProject, useSession } from "./project.tsx";
import { SearchBox } from "./SearchBox.tsx";
import { signOut } from "./sign-in/sign-out.ts";
import { wantsCode } from "./sign-in/second-factor.ts";
import { applyTheme, type Theme, themeNow } from "./theme.ts";
import { Button } from "./ui/Button.tsx";
import { useFocusKept } from "./ui/focus.ts";
import { Menu, MenuItem, MenuLine } from "./ui/Menu.tsx";
import { attempt } from "./ui/toasts.tsx";
import { chooseFiles } from "./upload/choose.ts";
import { Drop } from "./upload/Drop.tsx";
import { Tray } from "./upload/Tray.tsx";
import { sharedFiles } from "./upload/shared.ts";
import { addFiles, uploadTo } from "./upload/uploads.ts";
import { Sidebar, useRoom } from "./views/Sidebar.tsx";
import { Wordmark } from "./Wordmark.tsx";

// pdf.js is most of the page's weight: loaded with the first document that is opened.
const DocumentView = lazyView(() => import("./document/DocumentView.tsx"));
const SecondFactor = lazyView(() => import("./sign-in/SecondFactor.tsx"));
// Who is signed in already does without.
const SignIn = lazyView(() => import("./sign-in/SignIn.tsx").then((loaded) => ({ default: loaded.SignIn })));
const NewPassword = lazyView(() => import("./sign-in/NewPassword.tsx"));
const Palette = lazyView(() => import("./palette/Palette.tsx"));
const Photographs = lazyView(() => import("./upload/Photographs.tsx"));
const Shortcuts = lazyView(() => import("./palette/Shortcuts.tsx"));

export function App(): React.JSX.Element | null {
  const session = useSession();
  // Another language draws everything again, and keeps what was typed and opened.
  useLanguage();
  const { arrival } = useProject();
  const [forgotten, setForgotten] = useState(arrival.type === "recovery");
  if (session === undefined) return null;
  if (session && wantsCode(session))
    return (
      <Suspense>
        <SecondFactor session={session} />
      </Suspense>
    );
  if (session && forgotten)
    return (
      <Suspense>
        <NewPassword onDone={() => setForgotten(false)} />
      </Suspense>
    );
  return session ? (
    <Desk key={session.user.id} session={session} />
  ) : (
    <Suspense>
      <SignIn />
    </Suspense>
  );
}

function Desk({ session }: { session: Session }): React.JSX.Element {
  const project = useProject();
  const client = useQueryClient();
  const place = usePlace();
  useLive(session.user.id);
  useFocusKept();
  useEffect(() => {
    uploadTo(project, session.user.id);
    void sharedFiles().then((files) => files.length > 0 && addFiles(files));
    return () => {
      uploadTo(undefined);
      client.clear();
    };
  }, [project, client, session.user.id]);

  const documentId = place.get("document");
  const destination = DESTINATIONS.find(({ view }) => view !== null && view === place.get("view")) ?? DESTINATIONS[0]!;
  const view = documentId ? "document" : (destination.view ?? "list");
  const hasSidebar = useRoom() && !documentId && destination.inSidebar === true && destination.besideSidebar !== false;
  return (
    <div className={styles.desk} data-sidebar={hasSidebar || undefined}>
      <a className={styles.skip} href="#main">
        {t("Skip to the content")}
      </a>
      <Header session={session} place={place} view={view} />
      <Offline />
      {hasSidebar && <Sidebar view={view} place={place} />}
      <main id="main" className={styles.main} tabIndex={-1}>
        <ErrorBoundary FallbackComponent={BrokenView} resetKeys={[place.toString()]}>
          {view === "list" && <List place={place} />}
          <Suspense>
            {!documentId && destination.View && <destination.View session={session} />}
            {documentId && <DocumentView key={documentId} id={documentId} />}
          </Suspense>
        </ErrorBoundary>
      </main>
      <Tray />
      <Drop />
    </div>
  );
}

function Header({ session, place, view }: { session: Session; place: Place; view: string }): React.JSX.Element {
  const project = useProject();
  const [theme, setTheme] = useState(themeNow);
  const [open, setOpen] = useState<"palette" | "shortcuts" | "photographs" | null>(null);
  const choose = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };
  const show = (next: string | null) => go(at(new URLSearchParams(), { view: next }));
  const leave = () => void signOut(project);
  useCommands([
    { key: "Mod+k", run: () => setOpen("palette") },
    ...(view === "list" || view === "document" ? [] : [{ key: "Escape", run: leaveView }]),
    { label: t("Add files"), icon: <Upload aria-hidden />, run: () => chooseFiles() },
    { label: t("Add a folder"), icon: <FolderOpen aria-hidden />, run: () => chooseFiles({ folder: true }) },
    { label: t("Photograph pages"), icon: <Camera aria-hidden />, run: () => setOpen("photographs") },
    ...DESTINATIONS.map(({ view: to, name, icon }) => ({ label: t(name), icon, run: () => show(to) })),
    { label: t("Keyboard shortcuts"), icon: <Keyboard aria-hidden />, key: "?", run: () => setOpen("shortcuts") },
    { label: t("Light"), icon: <Sun aria-hidden />, run: () => choose("light") },
    { label: t("Dark"), icon: <Moon aria-hidden />, run: () => choose("dark") },
    { label: t("Light or dark as the system"), icon: <Monitor aria-hidden />, run: () => choose("system") },
    ...LANGUAGE_CODES.map((code) => ({
      label: `${t("Language")}: ${LANGUAGES[code]}`,
      icon: <Languages aria-hidden />,
      run: () => attempt(chooseLanguage(code)),
    })),
    { label: t("Sign out"), icon: <LogOut aria-hidden />, run: leave },
  ]);
  return (
    <header className={styles.header}>
      <a className={styles.home} {...linkTo(new URLSearchParams())} aria-label={t("Docket, all documents")}>
        <Wordmark />
      </a>
      <SearchBox place={place} />
      <div className={styles.tools}>
        <Menu
          align="end"
          trigger={
            <Button look="primary" aria-label={t("Add documents")}>
              <Upload aria-hidden />
              <span>{t("Add")}</span>
            </Button>
          }
        >
          <MenuItem onClick={() => chooseFiles()}>
            <Upload aria-hidden />
            {t("Files")}
          </MenuItem>
          <MenuItem onClick={() => chooseFiles({ folder: true })}>
            <FolderOpen aria-hidden />
            {t("A folder")}
          </MenuItem>
          <MenuItem onClick={() => setOpen("photographs")}>
            <Camera aria-hidden />
            {t("Photographs as one PDF")}
          </MenuItem>
        </Menu>
        <Menu
          align="end"
          trigger={
            <Button look="quiet" square aria-label={t("Account")} className={styles.account}>
              <CircleUser aria-hidden />
            </Button>
          }
        >
          <p className={styles.who}>{session.user.email}</p>
          <MenuLine />
          {DESTINATIONS.filter((one) => one.view !== null || view !== "list").map(({ view: to, name, icon }) => (
            <MenuItem key={to} onClick={() => show(to)}>
              {icon}
              {t(name)}
            </MenuItem>
          ))}
          <MenuLine />
          <MenuItem onClick={() => setOpen("shortcuts")}>
            <Keyboard aria-hidden />
            {t("Keyboard")}
            <small>?</small>
          </MenuItem>
          <MenuLine />
          <MenuItem onClick={() => choose("light")}>
            <Sun aria-hidden />
            {t("Light")}
            {theme === "light" && <small>{t("chosen")}</small>}
          </MenuItem>
          <MenuItem onClick={() => choose("dark")}>
            <Moon aria-hidden />
            {t("Dark")}
            {theme === "dark" && <small>{t("chosen")}</small>}
          </MenuItem>
          <MenuItem onClick={() => choose("system")}>
            <Monitor aria-hidden />
            {t("As the system")}
            {theme === "system" && <small>{t("chosen")}</small>}
          </MenuItem>
          <MenuLine />
          <div role="group" aria-label={t("Language")} className={styles.languages}>
            <Languages aria-hidden />
            {LANGUAGE_CODES.map((code) => (
              <MenuItem
                key={code}
                lang={code}
                aria-label={LANGUAGES[code]}
                title={LANGUAGES[code]}
                data-chosen={code === languageNow() || undefined}
                onClick={() => attempt(chooseLanguage(code))}
              >
                {code.toUpperCase()}
              </MenuItem>
            ))}
          </div>
          <MenuLine />
          <MenuItem onClick={leave}>
            <LogOut aria-hidden />
            {t("Sign out")}
          </MenuItem>
        </Menu>
      </div>
      <Suspense>
        {open === "palette" && <Palette onClose={() => setOpen(null)} />}
        {open === "shortcuts" && <Shortcuts onClose={() => setOpen(null)} />}
        {open === "photographs" && <Photographs onClose={() => setOpen(null)} />}
      </Suspense>
    </header>
  );
}

function Offline(): React.JSX.Element {
  const { online, live } = useLink();
  return (
    <p role="status" className={styles.offline} data-shown={!online || undefined}>
      {!online ? (
        <>
          <WifiOff aria-hidden />
          {t("You are offline. What you see is from before; it is read again when you are back.")}
        </>
      ) : live ? (
        ""
      ) : (
        <span className="unseen">{t("Connecting")}</span>
      )}
    </p>
  );
}
