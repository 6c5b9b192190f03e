/** Postgres's latch: a wake-up that is kept until somebody waits for it, and that one wait takes away. */
export type Latch = {
  set(): void;
  /** Resolves when the latch is set, at once if it is already, or after `milliseconds`; the latch is clear then. */
  wait(milliseconds?: number): Promise<void>;
};

export function createLatch(): Latch {
  let isSet = false;
  let wake: (() => void) | undefined;
  return {
    set() {
      isSet = true;
      wake?.();
    },
    async wait(milliseconds) {
      if (!isSet) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (milliseconds !== undefined) timer = setTimeout(resolve, milliseconds);
        });
        clearTimeout(timer);
        wake = undefined;
      }
      isSet = false;
    },
  };
}
