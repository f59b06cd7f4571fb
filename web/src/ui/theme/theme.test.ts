import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { THEME_COLOURS, themeColour, themeOf } from "./theme";

function publicFile(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../public/${name}`, import.meta.url)), "utf8");
}

describe("the theme", () => {
  it("is the system's unless light or dark was chosen", () => {
    expect([null, "", "purple", "system"].map(themeOf)).toEqual(["system", "system", "system", "system"]);
    expect(["light", "dark"].map(themeOf)).toEqual(["light", "dark"]);
  });

  it("colours the browser's tool bar as chosen, whatever the system has", () => {
    expect(themeColour("system", "dark")).toBe(THEME_COLOURS.dark);
    expect(themeColour("light", "dark")).toBe(THEME_COLOURS.light);
    expect(themeColour("dark", "light")).toBe(THEME_COLOURS.dark);
  });

  it("has the same colours in the script that applies it before the first paint", () => {
    const script = publicFile("theme.js");
    expect(script).toContain(`"${THEME_COLOURS.light}"`);
    expect(script).toContain(`"${THEME_COLOURS.dark}"`);
    expect(script).toContain('"buzzer.theme"');
  });
});
