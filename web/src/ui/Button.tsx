import type { ComponentProps } from "react";
import styles from "./ui.module.css";

type Look = { look?: "primary" | "quiet" | "danger"; square?: boolean; small?: boolean };

export function Button({
  look,
  square,
  small,
  className,
  ...rest
}: ComponentProps<"button"> & Look): React.JSX.Element {
  return (
    <button
      type="button"
      data-look={look}
      data-square={square || undefined}
      data-small={small || undefined}
      className={`${styles.button} ${className ?? ""}`}
      {...rest}
    />
  );
}
