import { X } from "./icons.tsx";
import styles from "./Chip.module.css";
import ui from "./ui.module.css";

/** A word that is taken away by its button; `removes` says what that does. In a box with a field behind, give the box `chips.box`. */
export const Chip = ({
  word,
  color,
  removes,
  onRemove,
}: {
  word: string;
  color?: string | undefined;
  removes: string;
  onRemove(): void;
}): React.JSX.Element => (
  <span className={`${ui.tag} ${styles.chip}`} data-color={color}>
    {word}
    <button type="button" aria-label={removes} onClick={onRemove}>
      <X aria-hidden />
    </button>
  </span>
);
