/** Where the worker starts: becomes /sw.js (build/service-worker.ts), which no browser keeps without asking. */
import type { Scope } from "./scope";
import type { Shell } from "./shell";
import { run } from "./worker";

/** Put in by the build. */
declare const __SHELL__: Shell;

run(self as unknown as Scope, __SHELL__);
