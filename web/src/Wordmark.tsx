import styles from "./App.module.css";

export const Wordmark = (): React.JSX.Element => (
  <span className={styles.wordmark}>
    <svg viewBox="0 0 32 32" aria-hidden>
      <path className={styles.sheet} d="M6 2h14l7 7v19a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2z" />
      <path className={styles.fold} d="M20 2v5a2 2 0 0 0 2 2h5z" />
      <path className={styles.stripe} d="M9 17h11v4H9z" />
      <path className={styles.lines} d="M9 13h9M9 25h6" />
    </svg>
    Docket
  </span>
);
