/** The pictures of docs/images: `scripts/screenshots.sh`. No tests, but made with what the browser tests are made with. */
import { defineConfig } from "@playwright/test";
import browserTests from "../../playwright.config";

const { use = {}, projects = [] } = browserTests;

export default defineConfig({
  testDir: ".",
  outputDir: "../../../build/web-e2e/screenshots",
  globalSetup: "../e2e/support/global-setup.ts",
  workers: 1,
  retries: 0,
  timeout: 120_000,
  reporter: [["list"]],
  use: { ...use, trace: "off", screenshot: "off" },
  projects: projects.map((project) =>
    project.name === "phone" ? { ...project, use: { ...project.use, deviceScaleFactor: 1.5 } } : project,
  ),
});
