import { t } from "../language.ts";
import { Button } from "../ui/Button.tsx";
import { Menu, MenuItem, MenuLine } from "../ui/Menu.tsx";
import { attempt } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import { COLORS, type Color, useColoring, useTagColors } from "./colors.ts";

/** The color of a tag, and the others to choose from. */
export function ColorMenu({ tag }: { tag: string }): React.JSX.Element {
  const color = useTagColors()[tag];
  const paint = useColoring();
  const choose = (next: Color | null) => attempt(paint({ [tag]: next }));
  return (
    <Menu
      align="end"
      trigger={
        <Button
          small
          square
          look="quiet"
          aria-label={
            color ? t("Color of {tag}: {color}", { tag, color: t(COLORS[color]) }) : t("Color of {tag}: none", { tag })
          }
        >
          <i className={ui.swatch} data-color={color} aria-hidden />
        </Button>
      }
    >
      {Object.entries(COLORS).map(([name, label]) => (
        <MenuItem key={name} onClick={() => choose(name as Color)}>
          <i className={ui.swatch} data-color={name} aria-hidden />
          {t(label)}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem onClick={() => choose(null)}>
        <i className={ui.swatch} aria-hidden />
        {t("No color")}
      </MenuItem>
    </Menu>
  );
}
