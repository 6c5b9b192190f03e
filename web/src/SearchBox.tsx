import { useEffect, useRef, useState } from "react";
import styles from "./App.module.css";
import { runKey, useCommands } from "./commands.ts";
import { t } from "./language.ts";
import { at, go, type Place, toList } from "./place.ts";
import { Search, X } from "./ui/icons.tsx";

/** So long Enter waits for the results of what was typed just before. */
const LONGEST_WAIT_MS = 10_000;

/** Which document or view the reader has before them. */
function whatIsOpen(): string {
  const place = new URLSearchParams(location.search);
  return `${place.get("document")} ${place.get("view")}`;
}

export function SearchBox({ place }: { place: Place }): React.JSX.Element {
  const asked = place.get("q") ?? "";
  const [text, setText] = useState(asked);
  const input = useRef<HTMLInputElement>(null);
  const typedAt = useRef(whatIsOpen());
  const answered = useRef(asked);
  // Filters may have changed since this was drawn.
  const search = (query: string) => {
    answered.current = query;
    go(at(toList(new URLSearchParams(location.search)), { q: query }), { replace: true });
  };
  useEffect(() => {
    // What this box asked for itself is older than what stands in it: somebody may have typed on.
    if (asked !== answered.current) setText(asked);
    answered.current = asked;
  }, [asked]);
  useEffect(() => {
    if (text === asked) return;
    // Searches while one types, once a word is there: a key press alone is no question yet.
    const timer = setTimeout(() => {
      // Whoever opened something meanwhile stays there.
      if (whatIsOpen() === typedAt.current) search(input.current?.value ?? text);
      else setText(asked);
    }, 160);
    return () => clearTimeout(timer);
  });
  const focus = () => {
    input.current?.focus();
    input.current?.select();
  };
  useCommands([{ label: t("Search documents"), icon: <Search aria-hidden />, key: "/", run: focus }]);

  const clear = () => {
    typedAt.current = whatIsOpen();
    setText("");
  };

  const openFirst = () => {
    if (text.trim() === "") return;
    if (text !== asked || place.has("document") || place.has("view")) search(text);
    const until = Date.now() + LONGEST_WAIT_MS;
    const look = () => {
      // Whoever types on, or goes elsewhere, has changed their mind.
      if (document.activeElement !== input.current || input.current?.value !== text || Date.now() > until) return;
      const list = document.querySelector("[data-documents]");
      if (!list || list.getAttribute("aria-busy") === "true") return requestAnimationFrame(look);
      list.querySelector<HTMLElement>('[data-index="0"] a')?.click();
    };
    requestAnimationFrame(look);
  };
  return (
    <form role="search" className={styles.search} onSubmit={(event) => event.preventDefault()}>
      <Search aria-hidden />
      <input
        ref={input}
        type="search"
        aria-label={t("Search documents")}
        placeholder={t("Search names, tags and every word")}
        value={text}
        onChange={(event) => {
          typedAt.current = whatIsOpen();
          setText(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter") openFirst();
          else if (event.key === "ArrowDown") runKey("j");
          else if (event.key === "Escape" && text) clear();
          else if (event.key === "Escape") input.current?.blur();
          else return;
          event.preventDefault();
        }}
      />
      {text ? (
        <button
          type="button"
          aria-label={t("Clear the search")}
          onClick={() => {
            clear();
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
