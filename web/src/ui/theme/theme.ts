/**
 * The theme that was chosen: the system's (the default), light or dark. Kept in this browser, for whoever uses it, and
 * shared by its tabs. public/theme.js applies it before the first paint; this module applies each change.
 *
 * On <html>, data-theme is "light" or "dark", or missing for the system's: styles/tokens.css says what that looks like.
 * Where storage is forbidden a choice lasts until the page is left.
 */
import { Cell, type Readable } from "../../base/cell";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "buzzer.theme";

/** What the browser draws around the page; the same as in public/theme.js, index.html and the manifest. */
export const THEME_COLOURS = { light: "#ffffff", dark: "#15121b" } as const;

export function themeOf(kept: string | null): Theme {
  return kept === "light" || kept === "dark" ? kept : "system";
}

/** Of the browser's tool bar: for the <meta> that is meant for the given scheme. */
export function themeColour(theme: Theme, meant: "light" | "dark"): string {
  return THEME_COLOURS[theme === "system" ? meant : theme];
}

function kept(): Theme {
  try {
    return themeOf(localStorage.getItem(KEY));
  } catch {
    return "system";
  }
}

function apply(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.content = themeColour(theme, meta.media.includes("dark") ? "dark" : "light");
  }
}

const chosen = new Cell<Theme>(kept());

export const theme: Readable<Theme> = chosen;

export function chooseTheme(choice: Theme): void {
  try {
    if (choice === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Forbidden, or full: it is applied all the same.
  }
  chosen.set(choice);
  apply(choice);
}

if (typeof window !== "undefined") {
  window.addEventListener("storage", (event) => {
    // Another tab has chosen; a null key: everything was cleared.
    if (event.key !== KEY && event.key !== null) return;
    chosen.set(kept());
    apply(chosen.get());
  });
}
