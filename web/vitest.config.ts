/** The unit tests: beside what they test. They run in Node.js alone; a browser's turn is in tests/e2e. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,build}/**/*.test.{ts,tsx}", "tests/unit/**/*.test.{ts,tsx}"],
    setupFiles: ["build/test-setup.ts"],
    environment: "node",
    // A wait that is not over by then never is.
    testTimeout: 10_000,
    restoreMocks: true,
    unstubGlobals: true,
  },
});
