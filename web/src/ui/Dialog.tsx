import { Dialog as Parts } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { Button } from "./Button.tsx";
import { useFocusBack } from "./focus.ts";
import styles from "./ui.module.css";
import { t } from "../language.ts";

/** A modal dialog that is open while it is rendered. Focus goes in, stays in, and comes back. */
export function Dialog({
  title,
  children,
  wide,
  onClose,
}: {
  title: string;
  children: ReactNode;
  wide?: boolean;
  onClose(): void;
}): React.JSX.Element {
  useFocusBack();
  return (
    <Parts.Root open onOpenChange={(open) => !open && onClose()}>
      <Parts.Portal>
        <Parts.Backdrop className={styles.backdrop} />
        <Parts.Popup className={styles.dialog} data-wide={wide || undefined}>
          <Parts.Title render={<h2 />}>{title}</Parts.Title>
          {children}
        </Parts.Popup>
      </Parts.Portal>
    </Parts.Root>
  );
}

export const DialogActions = ({ children }: { children: ReactNode }): React.JSX.Element => (
  <div className={styles.actions}>{children}</div>
);

export function Confirm({
  title,
  children,
  action,
  onConfirm,
  onClose,
}: {
  title: string;
  children: ReactNode;
  action: string;
  onConfirm(): void;
  onClose(): void;
}): React.JSX.Element {
  return (
    <Dialog title={title} onClose={onClose}>
      <Parts.Description>{children}</Parts.Description>
      <DialogActions>
        <Button onClick={onClose}>{t("Cancel")}</Button>
        <Button
          look="danger"
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
