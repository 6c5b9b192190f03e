import { Toast } from "@base-ui/react/toast";
import { sentenceOf } from "../sentences.ts";
import styles from "./ui.module.css";

const manager = Toast.createToastManager();

/** Says something that passes, with one thing to do about it. Screen readers hear it: errors at once. */
export function say(message: string, action?: { label: string; run(): void }): void {
  const id = manager.add({
    title: message,
    timeout: action ? 8000 : 4000,
    ...(action && {
      actionProps: {
        children: action.label,
        onClick: () => {
          manager.close(id);
          action.run();
        },
      },
    }),
  });
}
export const sayError = (error: unknown): void => {
  manager.add({
    title: sentenceOf(error),
    priority: "high",
    timeout: 8000,
  });
};

/** Waits for work that a button began: says that it is done, or why it is not. */
export const attempt = (work: Promise<unknown>, done?: string): void =>
  void work.then(() => done && say(done)).catch(sayError);

function List(): React.JSX.Element[] {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={styles.toast} swipeDirection={["down"]}>
      <Toast.Title render={<span />} />
      {toast.actionProps && <Toast.Action />}
    </Toast.Root>
  ));
}

export function Toasts({ children }: { children: React.ReactNode }): React.JSX.Element {
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className={styles.toasts}>
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
