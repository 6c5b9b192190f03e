import { Menu as Parts } from "@base-ui/react/menu";
import { Check } from "./icons.tsx";
import type { ReactElement, ReactNode } from "react";
import styles from "./ui.module.css";

/** A button that opens a menu. `trigger` is the button's element. */
export function Menu({
  trigger,
  children,
  align = "start",
}: {
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "end";
}): React.JSX.Element {
  return (
    <Parts.Root modal={false}>
      <Parts.Trigger render={trigger} />
      <Parts.Portal>
        <Parts.Positioner className={styles.positioner} sideOffset={6} align={align}>
          <Parts.Popup className={styles.popup}>{children}</Parts.Popup>
        </Parts.Positioner>
      </Parts.Portal>
    </Parts.Root>
  );
}

export function MenuItem({
  danger,
  className,
  ...rest
}: Parts.Item.Props & { danger?: boolean; className?: string | undefined }): React.JSX.Element {
  return (
    <Parts.Item className={`${styles.item} ${className ?? ""}`} data-look={danger ? "danger" : undefined} {...rest} />
  );
}

export function MenuCheck({
  checked,
  onChange,
  children,
}: {
  checked: boolean;
  onChange(checked: boolean): void;
  children: ReactNode;
}): React.JSX.Element {
  return (
    <Parts.CheckboxItem className={styles.item} checked={checked} onCheckedChange={onChange} closeOnClick={false}>
      <span className={styles.tick}>
        <Parts.CheckboxItemIndicator>
          <Check aria-hidden />
        </Parts.CheckboxItemIndicator>
      </span>
      {children}
    </Parts.CheckboxItem>
  );
}

export const MenuLine = (): React.JSX.Element => <div className={styles.separator} role="separator" />;
