/** Where things are: of the checkout, and of what the tests leave in its build folder. */
import { fileURLToPath } from "node:url";
import { join } from "node:path";

export const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
export const WEB_ROOT = process.env.BUZZER_E2E_WEB_ROOT ?? join(ROOT, "build/web");
export const NODE_PROGRAM = process.env.BUZZER_E2E_BINARY ?? join(ROOT, "build/release/buzzer");
/** A folder for each grid, with the nodes' data, logs and pid files. */
export const RUN = process.env.BUZZER_E2E_RUN ?? join(ROOT, "build/web-e2e/run");
