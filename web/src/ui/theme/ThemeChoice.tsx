/** Chooses the theme, at once: three radios, each with a small picture of what it looks like. */
import { useReadable } from "../hooks/use-readable";
import { chooseTheme, theme, THEMES } from "./theme";
import "./ThemeChoice.css";

const NAMES = { system: "System", light: "Light", dark: "Dark" } as const;

export function ThemeChoice() {
  const chosen = useReadable(theme);
  return (
    <div role="radiogroup" aria-label="Theme" className="ThemeChoice">
      {THEMES.map((choice) => (
        <label key={choice} className="ThemeChoice-option">
          <input
            type="radio"
            name="theme"
            className="ThemeChoice-radio"
            checked={chosen === choice}
            onChange={() => {
              chooseTheme(choice);
            }}
          />
          <span className={`ThemeChoice-picture ThemeChoice-picture--${choice}`} aria-hidden="true" />
          <span className="ThemeChoice-name">{NAMES[choice]}</span>
        </label>
      ))}
    </div>
  );
}
