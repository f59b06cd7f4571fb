/**
 * Gives the page its service worker, once it is loaded and at rest: see service-worker/worker.ts.
 *
 * Without one (an insecure address, a browser in private mode) the client works as well, but needs the network to open;
 * so what fails here is nobody's concern. Not in development, where it would keep what is being changed.
 */
import { COMPLETE } from "../service-worker/shell";

/** A page that stays open for days asks so often whether there is a new version, whenever it is looked at again. */
const ASK_AGAIN_MS = 3_600_000;

export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const start = (): void => {
    void register().catch(() => undefined);
  };
  if (document.readyState === "complete") start();
  else addEventListener("load", start, { once: true });
}

async function register(): Promise<void> {
  const registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage(COMPLETE);
  askAgain(registration);
}

function askAgain(registration: ServiceWorkerRegistration): void {
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - asked < ASK_AGAIN_MS) return;
    asked = Date.now();
    void registration.update().catch(() => undefined);
  });
}
