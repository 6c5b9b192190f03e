import type { ComponentProps } from "react";
import styles from "./ui.module.css";

type Look = {
  look?: "primary" | "quiet" | "danger";
  square?: boolean;
  small?: boolean;
  /** For a while it does nothing. A disabled button would lose the focus meanwhile. */
  waits?: boolean;
};

export function Button({
  look,
  square,
  small,
  waits,
  className,
  onClick,
  ...rest
}: ComponentProps<"button"> & Look): React.JSX.Element {
  return (
    <button
      type="button"
      data-look={look}
      data-square={square || undefined}
      data-small={small || undefined}
      className={`${styles.button} ${className ?? ""}`}
      aria-disabled={waits || undefined}
      onClick={waits ? (event) => event.preventDefault() : onClick}
      {...rest}
    />
  );
}
