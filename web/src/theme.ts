export type Theme = "system" | "light" | "dark";

export const themeNow = (): Theme => (localStorage.getItem("theme") as Theme | null) ?? "system";

/** Light or dark, as chosen on this device, or else as the system has it. */
export function applyTheme(theme = themeNow()): void {
  if (theme === "system") {
    localStorage.removeItem("theme");
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem("theme", theme);
    document.documentElement.dataset.theme = theme;
  }
}
