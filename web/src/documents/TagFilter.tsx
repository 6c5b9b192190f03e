import { Popover } from "@base-ui/react/popover";
import { useState } from "react";
import { count } from "../format.ts";
import { t } from "../language.ts";
import { Button } from "../ui/Button.tsx";
import { ChevronDown } from "../ui/icons.tsx";
import ui from "../ui/ui.module.css";
import styles from "./Filters.module.css";
import { useTagsLike } from "./tags.ts";

/** All tags, of which a box finds some: those of most documents first. */
export function TagFilter({
  chosen,
  disabled,
  onToggle,
}: {
  chosen: string[];
  disabled: boolean;
  onToggle(tag: string, on: boolean): void;
}): React.JSX.Element {
  return (
    <Popover.Root>
      <Popover.Trigger
        render={
          <Button look="quiet" small disabled={disabled}>
            {t("Tag")}
            <ChevronDown aria-hidden />
          </Button>
        }
      />
      <Popover.Portal>
        <Popover.Positioner className={ui.positioner} sideOffset={6} align="start">
          <Popover.Popup className={`${ui.popup} ${styles.tags}`} aria-label={t("Tags")}>
            <Tags chosen={chosen} onToggle={onToggle} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Tags({ chosen, onToggle }: { chosen: string[]; onToggle(tag: string, on: boolean): void }): React.JSX.Element {
  const [typed, setTyped] = useState("");
  const tags = useTagsLike(typed.trim());
  return (
    <>
      <input
        className={ui.input}
        type="search"
        aria-label={t("Find a tag")}
        placeholder={t("Find a tag")}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <ul>
        {tags.map(({ tag, documents }) => (
          <li key={tag}>
            <label className={ui.item}>
              <input
                type="checkbox"
                className={ui.check}
                checked={chosen.includes(tag)}
                onChange={(event) => onToggle(tag, event.target.checked)}
              />
              <span>{tag}</span>
              <small title={count(documents, "document")}>{documents}</small>
            </label>
          </li>
        ))}
      </ul>
      {tags.length === 0 && <p>{t("No tag is called so.")}</p>}
    </>
  );
}
