// Makes the PNG icons of public/ from public/icon.svg, with Chromium. Run again after a change of the drawing:
//   node scripts/icons.mjs            (CHROMIUM: which Chromium; left out: /usr/bin/chromium)
// icon-*.png have transparent corners; the maskable one is cut by the system to whatever shape it likes, so that its
// ground reaches the edges and the mark stands in the middle 80 %. The one for 180 is Apple's, which wants no transparency.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const GROUND = "#663399";
const ICONS = [
    { file: "icon-180.png", size: 180, scale: 1, ground: true },
    { file: "icon-192.png", size: 192, scale: 1, ground: false },
    { file: "icon-512.png", size: 512, scale: 1, ground: false },
    { file: "icon-maskable-512.png", size: 512, scale: 0.86, ground: true },
];

const folder = new URL("../public/", import.meta.url);
const svg = await readFile(new URL("icon.svg", folder), "utf8");
const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
try {
    for (const { file, size, scale, ground } of ICONS) {
        const page = await browser.newPage({ viewport: { width: size, height: size } });
        const inner = Math.round(size * scale);
        await page.setContent(
            `<style>html{background:${ground ? GROUND : "transparent"}}body{margin:0;height:${size}px;display:grid;` +
                `place-items:center}svg{display:block;width:${inner}px;height:${inner}px}</style>${svg}`,
        );
        const png = await page.screenshot({ omitBackground: true });
        await writeFile(new URL(file, folder), png);
        console.log(`${fileURLToPath(new URL(file, folder))}: ${String(png.length)} bytes`);
        await page.close();
    }
} finally {
    await browser.close();
}
