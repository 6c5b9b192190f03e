import { useQueryClient } from "@tanstack/react-query";
import {
  Camera,
  CircleUser,
  FolderOpen,
  Gauge,
  LogOut,
  Keyboard,
  Languages,
  LayoutList,
  ListChecks,
  Monitor,
  Moon,
  Plug,
  Sun,
  Table,
  Tag,
  Trash2,
  Upload,
  WifiOff,
} from "./ui/icons.tsx";
import { Suspense, useEffect, useState } from "react";
import type { Session } from "@supabase/supabase-js";
import styles from "./App.module.css";
import { useCommands } from "./commands.ts";
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
import { Menu, MenuItem, MenuLine } from "./ui/Menu.tsx";
import { attempt } from "./ui/toasts.tsx";
import { chooseFiles } from "./upload/choose.ts";
import { Drop } from "./upload/Drop.tsx";
import { Tray } from "./upload/Tray.tsx";
import { sharedFiles } from "./upload/shared.ts";
import { addFiles, uploadTo } from "./upload/uploads.ts";
import { Wordmark } from "./Wordmark.tsx";

// pdf.js is most of the page's weight: loaded with the first document that is opened.
const DocumentView = lazyView(() => import("./document/DocumentView.tsx"));
const Usage = lazyView(() => import("./usage/Usage.tsx"));
const Tables = lazyView(() => import("./extraction/Tables.tsx"));
const Review = lazyView(() => import("./extraction/Review.tsx"));
const Connections = lazyView(() => import("./connections/Connections.tsx"));
const Trash = lazyView(() => import("./trash/Trash.tsx"));
const Account = lazyView(() => import("./account/Account.tsx"));
const SecondFactor = lazyView(() => import("./sign-in/SecondFactor.tsx"));
// Who is signed in already does without.
const SignIn = lazyView(() => import("./sign-in/SignIn.tsx").then((loaded) => ({ default: loaded.SignIn })));
const NewPassword = lazyView(() => import("./sign-in/NewPassword.tsx"));
const Tags = lazyView(() => import("./tags/Tags.tsx"));
const Palette = lazyView(() => import("./palette/Palette.tsx"));
const Photographs = lazyView(() => import("./upload/Photographs.tsx"));
const Shortcuts = lazyView(() => import("./palette/Shortcuts.tsx"));

const VIEWS = ["usage", "tables", "review", "connections", "trash", "account", "tags"] as const;

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
  useEffect(() => {
    uploadTo(project, session.user.id);
    void sharedFiles().then((files) => files.length > 0 && addFiles(files));
    return () => {
      uploadTo(undefined);
      client.clear();
    };
  }, [project, client, session.user.id]);

  const documentId = place.get("document");
  const view = documentId ? "document" : (VIEWS.find((one) => one === place.get("view")) ?? "list");
  return (
    <div className={styles.desk}>
      <a className={styles.skip} href="#main">
        {t("Skip to the content")}
      </a>
      <Header session={session} place={place} view={view} />
      <Offline />
      <main id="main" className={styles.main} tabIndex={-1}>
        {view === "list" && <List place={place} />}
        <Suspense>
          {view === "usage" && <Usage />}
          {view === "tables" && <Tables />}
          {view === "review" && <Review />}
          {view === "connections" && <Connections />}
          {view === "trash" && <Trash />}
          {view === "tags" && <Tags />}
          {view === "account" && <Account session={session} />}
          {documentId && <DocumentView key={documentId} id={documentId} />}
        </Suspense>
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
    { label: t("All documents"), icon: <LayoutList aria-hidden />, run: () => show(null) },
    { label: t("Tables of values"), icon: <Table aria-hidden />, run: () => show("tables") },
    { label: t("Review of values"), icon: <ListChecks aria-hidden />, run: () => show("review") },
    { label: t("Tags and senders"), icon: <Tag aria-hidden />, run: () => show("tags") },
    { label: t("Connections"), icon: <Plug aria-hidden />, run: () => show("connections") },
    { label: t("Trash"), icon: <Trash2 aria-hidden />, run: () => show("trash") },
    { label: t("Account"), icon: <CircleUser aria-hidden />, run: () => show("account") },
    { label: t("Usage"), icon: <Gauge aria-hidden />, run: () => show("usage") },
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
          {view !== "list" && (
            <MenuItem onClick={() => show(null)}>
              <LayoutList aria-hidden />
              {t("Documents")}
            </MenuItem>
          )}
          <MenuItem onClick={() => show("tables")}>
            <Table aria-hidden />
            {t("Tables")}
          </MenuItem>
          <MenuItem onClick={() => show("review")}>
            <ListChecks aria-hidden />
            {t("Review")}
          </MenuItem>
          <MenuItem onClick={() => show("tags")}>
            <Tag aria-hidden />
            {t("Tags and senders")}
          </MenuItem>
          <MenuItem onClick={() => show("connections")}>
            <Plug aria-hidden />
            {t("Connections")}
          </MenuItem>
          <MenuItem onClick={() => show("trash")}>
            <Trash2 aria-hidden />
            {t("Trash")}
          </MenuItem>
          <MenuItem onClick={() => show("account")}>
            <CircleUser aria-hidden />
            {t("Account")}
          </MenuItem>
          <MenuItem onClick={() => show("usage")}>
            <Gauge aria-hidden />
            {t("Usage")}
          </MenuItem>
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
