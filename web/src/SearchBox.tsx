import { useEffect, useRef, useState } from "react";
import styles from "./App.module.css";
import { runKey, useCommands } from "./commands.ts";
import { at, go, type Place } from "./place.ts";
import { Search, X } from "./ui/icons.tsx";

/** So long Enter waits for the results of what was typed just before. */
const LONGEST_WAIT_MS = 10_000;

export function SearchBox({ place }: { place: Place }): React.JSX.Element {
  const asked = place.get("q") ?? "";
  const [text, setText] = useState(asked);
  const input = useRef<HTMLInputElement>(null);
  const typedAt = useRef(location.search);
  const search = (query: string) => go(at(place, { q: query, document: null, view: null }), { replace: true });
  useEffect(() => setText(asked), [asked]);
  useEffect(() => {
    if (text === asked) return;
    // Searches while one types, once a word is there: a key press alone is no question yet.
    const timer = setTimeout(() => {
      // Whoever opened something meanwhile stays there.
      if (location.search === typedAt.current) search(text);
      else setText(asked);
    }, 160);
    return () => clearTimeout(timer);
  });
  const focus = () => {
    input.current?.focus();
    input.current?.select();
  };
  useCommands([{ label: "Search documents", icon: <Search aria-hidden />, key: "/", run: focus }]);

  const clear = () => {
    typedAt.current = location.search;
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
        aria-label="Search documents"
        placeholder="Search names, tags and every word"
        value={text}
        onChange={(event) => {
          typedAt.current = location.search;
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
          aria-label="Clear the search"
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
