import { type ComponentType, type ReactNode, Suspense, useEffect, useRef } from "react";
import { mark, t, type Text } from "../language.ts";
import { lazyPart } from "../lazy-view.tsx";
import { at, linkTo, usePlace } from "../place.ts";
import { FileUp, KeyRound, Link, ListChecks, Mail, Webhook } from "../ui/icons.tsx";
import ui from "../ui/ui.module.css";
import styles from "./Connections.module.css";

type Kind = { name: Text; icon: ReactNode; View: ComponentType };

/** What can be connected, by its name in the address. */
const KINDS: Record<string, Kind> = {
  tokens: { name: mark("API tokens"), icon: <KeyRound aria-hidden />, View: lazyPart(() => import("./Tokens.tsx")) },
  webhooks: { name: mark("Webhooks"), icon: <Webhook aria-hidden />, View: lazyPart(() => import("./Webhooks.tsx")) },
  sharing: { name: mark("Share links"), icon: <Link aria-hidden />, View: lazyPart(() => import("./ShareLinks.tsx")) },
  collecting: {
    name: mark("Upload links"),
    icon: <FileUp aria-hidden />,
    View: lazyPart(() => import("./UploadLinks.tsx")),
  },
  mail: {
    name: mark("Mail addresses"),
    icon: <Mail aria-hidden />,
    View: lazyPart(() => import("./MailAddresses.tsx")),
  },
  rules: { name: mark("Rules"), icon: <ListChecks aria-hidden />, View: lazyPart(() => import("./Rules.tsx")) },
};

/** Who and what reaches the documents beside their owner: programs, and people with a link. */
export default function Connections(): React.JSX.Element {
  const asked = usePlace().get("kind") ?? "";
  const kind = Object.hasOwn(KINDS, asked) ? asked : "tokens";
  const { View } = KINDS[kind]!;
  const kinds = useRef<HTMLElement>(null);
  // On a phone the kinds are a line that is longer than the screen.
  useEffect(() => {
    const show = () =>
      kinds.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    show();
    // They are wider in the page's own font.
    void document.fonts.ready.then(show);
  }, [kind]);
  return (
    <div className={styles.view}>
      <nav ref={kinds} aria-label={t("Connections")} className={`${ui.sideways} ${styles.kinds}`}>
        <h1>{t("Connections")}</h1>
        {Object.entries(KINDS).map(([id, { name, icon }]) => (
          <a
            key={id}
            aria-current={id === kind ? "page" : undefined}
            {...linkTo(at(new URLSearchParams(), { view: "connections", kind: id }), { replace: true })}
          >
            {icon}
            {t(name)}
          </a>
        ))}
      </nav>
      <div className={styles.scroller}>
        <Suspense>
          <View />
        </Suspense>
      </div>
    </div>
  );
}
