import type { ReactNode } from "react";
import styles from "./ui.module.css";

/** What is said where there is nothing to show: why, and what to do. */
export function Nothing({
  icon,
  title,
  children,
  actions,
}: {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}): React.JSX.Element {
  return (
    <div className={styles.nothing}>
      {icon}
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
