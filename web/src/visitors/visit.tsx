import "@fontsource-variable/instrument-sans/wght.css";
import "../tokens.css";
import "../base.css";
import { createVisitor, type Visitor } from "@docket/client";
import { type ComponentType, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { loadConfig } from "../config.ts";
import { preferredLanguage, readMoreTexts, speak, t } from "../language.ts";
import { applyTheme } from "../theme.ts";
import { visitorSentenceOf } from "./sentences.ts";
import styles from "./Visitors.module.css";

/** What a page of a link gets: the token stands behind `#` in its address, where no server's log has it. */
export type Visit<Facts> = {
  visitor: Visitor;
  token: string;
  facts: Facts;
  /** Says in the heading what became known later. */
  setTitle(title: string): void;
};

/**
 * Starts the page of a link. It looks at the link, which uses nothing up, and shows the view, or why there is nothing to show.
 *
 * @param titleOf what the heading says
 */
export async function visit<Facts>(
  look: (visitor: Visitor, token: string) => Promise<Facts>,
  titleOf: (facts: Facts) => string,
  View: ComponentType<Visit<Facts>>,
): Promise<void> {
  applyTheme();
  // Without its catalog a page is in English rather than not there.
  const spoken = speak(preferredLanguage())
    .then(readMoreTexts)
    .catch(() => {});
  // Another link in the same tab is another page.
  addEventListener("hashchange", () => location.reload());
  const [config] = await Promise.all([loadConfig(), spoken]);
  const visitor = createVisitor(config);
  const token = location.hash.slice(1);
  createRoot(document.getElementById("root")!).render(
    <Link look={() => look(visitor, token)} titleOf={titleOf}>
      {(facts, setTitle) => <View visitor={visitor} token={token} facts={facts} setTitle={setTitle} />}
    </Link>,
  );
}

function Link<Facts>({
  look,
  titleOf,
  children,
}: {
  look(): Promise<Facts>;
  titleOf(facts: Facts): string;
  children(facts: Facts, setTitle: (title: string) => void): React.ReactNode;
}): React.JSX.Element {
  const [found, setFound] = useState<{ facts: Facts } | { problem: string }>();
  // The link is looked at once.
  useEffect(() => {
    look().then(
      (facts) => setFound({ facts }),
      (error: unknown) => setFound({ problem: visitorSentenceOf(error) }),
    );
  }, []);
  const [later, setTitle] = useState("");
  const title = later ? later : !found ? "" : "facts" in found ? titleOf(found.facts) : t("This link does not open");
  useEffect(() => {
    if (title) document.title = title;
  }, [title]);
  return (
    <main className={styles.page} aria-busy={!found || undefined}>
      {found && <h1>{title}</h1>}
      {found && ("facts" in found ? children(found.facts, setTitle) : <p>{found.problem}</p>)}
    </main>
  );
}
