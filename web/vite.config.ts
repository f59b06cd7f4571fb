/**
 * How the client is built: `scripts/build_web.sh`, from the root, into build/web, which the nodes serve.
 *
 * What a node asks of it (node/http/static_files.h): below assets/ names hold a hash, and are kept by browsers for ever;
 * .br and .gz beside a file are that file compressed; its Content-Security-Policy allows nothing inline, not even data:
 * but for images.
 */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compress } from "./build/compress";
import { licences } from "./build/licences";
import { serviceWorker } from "./build/service-worker";
import { sizeReport } from "./build/size-report";

const FIRST_LOAD_BYTES = 90 * 1024;

/** For `npm run dev`: the node that answers what is not the client's; it takes a page only from its own address. */
const NODE = process.env.BUZZER_NODE_URL ?? "http://127.0.0.1:8080";

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

export default defineConfig({
  plugins: [
    react(),
    licences(),
    serviceWorker(here("src/service-worker/service-worker.ts")),
    sizeReport(FIRST_LOAD_BYTES),
    compress(),
  ],
  resolve: {
    alias: [
      {
        find: /^use-sync-external-store\/shim(\/.*)?$/,
        replacement: here("build/use-sync-external-store.ts"),
      },
    ],
  },
  build: {
    outDir: here("../build/web"),
    emptyOutDir: true,
    target: ["es2022", "chrome100", "firefox100", "safari15.4"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // 3 % smaller than Vite's own way, over React's code too.
    minify: "terser",
    terserOptions: { compress: { passes: 3, ecma: 2020 } },
    // The size report says more.
    reportCompressedSize: false,
    rollupOptions: {
      onwarn(warning, warn) {
        // Comments in other people's packages.
        if (warning.code !== "INVALID_ANNOTATION") warn(warning);
      },
    },
  },
  server: {
    proxy: {
      "/api": { target: NODE, changeOrigin: true, headers: { Origin: NODE } },
      "/ws": { target: NODE, changeOrigin: true, ws: true, headers: { Origin: NODE } },
    },
  },
});
