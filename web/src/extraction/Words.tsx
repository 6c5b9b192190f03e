import { useId, useState } from "react";
import { t } from "../language.ts";
import { Chip } from "../ui/Chip.tsx";
import chips from "../ui/Chip.module.css";
import styles from "./SchemaEditor.module.css";

/** Words as chips, of which a document has to have one. Enter or leaving the box adds what was typed, Backspace in an empty box takes the last away. */
export function Words({
  label,
  words,
  known,
  clean,
  onTyped,
  onChange,
}: {
  label: string;
  words: string[];
  /** What the box proposes. */
  known: string[];
  clean(typed: string): string;
  onTyped?(typed: string): void;
  onChange(words: string[]): void;
}): React.JSX.Element {
  const id = useId();
  const [typed, setTyped] = useState("");
  const add = (text: string) => {
    const word = clean(text);
    setTyped("");
    if (word && !words.includes(word)) onChange([...words, word]);
  };
  return (
    <div className={styles.words}>
      <label htmlFor={id}>{label}</label>
      <div className={chips.box}>
        {words.map((word) => (
          <Chip
            key={word}
            word={word}
            removes={t("Remove {word}", { word })}
            onRemove={() => onChange(words.filter((one) => one !== word))}
          />
        ))}
        <input
          id={id}
          list={`${id}known`}
          value={typed}
          maxLength={200}
          placeholder={words.length === 0 ? t("Any") : ""}
          onChange={(event) => {
            const text = event.target.value;
            onTyped?.(text);
            // Chosen from what is proposed: browsers tell no other way.
            if (known.includes(text) && !(event.nativeEvent as InputEvent).data) add(text);
            else setTyped(text);
          }}
          onBlur={() => add(typed)}
          onKeyDown={(event) => {
            if (event.key === "Backspace" && typed === "") onChange(words.slice(0, -1));
            if (event.key !== "Enter") return;
            event.preventDefault();
            add(typed);
          }}
        />
        <datalist id={`${id}known`}>
          {known.map((word) => (
            <option key={word} value={word} />
          ))}
        </datalist>
      </div>
    </div>
  );
}
