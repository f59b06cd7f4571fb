/**
 * The browser tests: Debian's Chromium against real grids of three nodes, at the size of a phone and of a desktop.
 * tests/e2e/README.md says how they are made.
 *
 * Environment: CHROMIUM, the browser's program (else /usr/bin/chromium); PLAYWRIGHT_JUNIT_OUTPUT_NAME, where the
 * JUnit report goes (else there is none); BUZZER_TEST_FULL=1: sizes as the issue names them instead of quick ones.
 */
import { defineConfig } from "@playwright/test";
import type { ReporterDescription } from "@playwright/test";

const reporters: ReporterDescription[] = [["list"]];
if (process.env.PLAYWRIGHT_JUNIT_OUTPUT_NAME !== undefined) reporters.push(["junit"]);

export default defineConfig({
  testDir: "./tests/e2e",
  outputDir: "../build/web-e2e/results",
  globalSetup: "./tests/e2e/support/global-setup.ts",
  workers: 2,
  fullyParallel: true,
  retries: 0,
  timeout: 60_000,
  forbidOnly: true,
  expect: { timeout: 10_000 },
  reporter: reporters,
  use: {
    browserName: "chromium",
    actionTimeout: 10_000,
    navigationTimeout: 10_000,
    screenshot: "only-on-failure",
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
  projects: [
    { name: "phone", use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
    { name: "desktop", use: { viewport: { width: 1280, height: 800 } } },
  ],
});
