/** What every browser has and Node.js 18 not yet, for the unit tests. */
import { webcrypto } from "node:crypto";

if (!("crypto" in globalThis)) Object.defineProperty(globalThis, "crypto", { value: webcrypto });
