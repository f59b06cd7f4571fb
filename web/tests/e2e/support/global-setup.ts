/** Before all tests: what they need is there, and nothing of an earlier run that was cut short still runs. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { NODE_PROGRAM, ROOT, RUN, WEB_ROOT } from "./paths";

export default function setUp(): void {
  if (!existsSync(NODE_PROGRAM))
    throw new Error(`${NODE_PROGRAM} is not there: build it with scripts/build.sh`);
  if (!existsSync(join(WEB_ROOT, "index.html"))) {
    throw new Error(`${WEB_ROOT}/index.html is not there: build it with scripts/build_web.sh`);
  }
  execFileSync(join(ROOT, "killall.sh"), [RUN], { stdio: "ignore" });
}
