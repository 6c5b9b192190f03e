import { Dialog as Parts } from "@base-ui/react/dialog";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useCommandsNow } from "../commands.ts";
import { questionAt, searchDocuments } from "../documents/query.ts";
import { t } from "../language.ts";
import { nameOf } from "../model.ts";
import { at, go } from "../place.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { FileIcon } from "../ui/FileIcon.tsx";
import { useFocusBack } from "../ui/focus.ts";
import ui from "../ui/ui.module.css";
import styles from "./Palette.module.css";

type Choice = { id: string; label: string; icon: ReactNode; hint?: string | undefined; run(): void };

const DOCUMENTS_SHOWN = 6;

/** Everything by its name: what can be done here, and documents. */
export default function Palette({ onClose }: { onClose(): void }): React.JSX.Element {
  useFocusBack();
  const project = useProject();
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useId();
  const commands = useCommandsNow();
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), 120);
    return () => clearTimeout(timer);
  }, [text]);
  const {
    data: documents = [],
    error,
    isFetching,
    isPaused,
  } = useQuery({
    queryKey: ["palette", asked],
    enabled: asked !== "",
    queryFn: async () =>
      (await searchDocuments(project, questionAt(new URLSearchParams({ q: asked })), null, DOCUMENTS_SHOWN)).documents,
    placeholderData: keepPreviousData,
  });

  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const choices: Choice[] = [
    ...commands.flatMap(({ label, icon, key, run }, index) =>
      label && words.every((word) => label.toLowerCase().includes(word))
        ? [{ id: `c${index}`, label, icon, hint: key && keyName(key), run }]
        : [],
    ),
    ...(words.length === 0 ? [] : documents).map((document) => ({
      id: document.id,
      label: nameOf(document),
      icon: <FileIcon filename={document.filename} mimeType={document.mime_type} />,
      run: () => go(at(new URLSearchParams(location.search), { document: document.id, view: null })),
    })),
  ];
  const current = Math.min(chosen, choices.length - 1);
  const first = useRef<HTMLLIElement>(null);
  useEffect(() => first.current?.scrollIntoView({ block: "nearest" }));

  const take = (choice: Choice | undefined) => {
    if (!choice) return;
    onClose();
    // After the dialog gave the focus back, as what is run may take it.
    setTimeout(() => choice.run());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setChosen((current + 1) % Math.max(choices.length, 1));
    else if (event.key === "ArrowUp") setChosen((current + choices.length - 1) % Math.max(choices.length, 1));
    else if (event.key === "Enter") take(choices[current]);
    else return;
    event.preventDefault();
  };
  return (
    <Parts.Root open onOpenChange={(open) => !open && onClose()}>
      <Parts.Portal>
        <Parts.Backdrop className={ui.backdrop} />
        <Parts.Popup className={styles.palette} aria-label={t("Commands and documents")}>
          <input
            className={styles.input}
            // At once, so that what is typed after the key comes here.
            autoFocus
            role="combobox"
            aria-label={t("What to do, or a document")}
            aria-expanded
            aria-controls={list}
            aria-activedescendant={choices[current] ? `${list}${choices[current].id}` : undefined}
            aria-autocomplete="list"
            autoComplete="off"
            placeholder={t("What to do, or a document")}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setChosen(0);
            }}
            onKeyDown={onKeyDown}
          />
          <ul id={list} role="listbox" aria-label={t("Choices")} className={styles.choices}>
            {choices.map((choice, index) => (
              <li
                key={choice.id}
                id={list + choice.id}
                ref={index === current ? first : undefined}
                role="option"
                aria-selected={index === current}
                onPointerMove={() => setChosen(index)}
                onClick={() => take(choice)}
              >
                {choice.icon}
                <span>{choice.label}</span>
                {choice.hint && <kbd>{choice.hint}</kbd>}
              </li>
            ))}
          </ul>
          {choices.length === 0 && (
            <p className={styles.none} role="status">
              {text.trim() !== asked || isFetching
                ? t("Searching")
                : error || isPaused
                  ? sentenceOf(error ?? new TypeError("Failed to fetch"))
                  : t("Nothing has this name.")}
            </p>
          )}
        </Parts.Popup>
      </Parts.Portal>
    </Parts.Root>
  );
}

export const keyName = (key: string): string =>
  key.startsWith("Mod+")
    ? `${/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : t("Ctrl")} ${key.slice(4).toUpperCase()}`
    : key;
