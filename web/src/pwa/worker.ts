import { signal } from "@preact/signals";

/** A newer version of the client that waits to be used. */
export const newVersion = signal<ServiceWorker | undefined>(undefined);

/** Looking for a new version costs the server one small answer. */
const lookAtMostMs = 10 * 60_000;

let registration: ServiceWorkerRegistration | undefined;
let lookedAt = 0;

/** Starts the service worker, where there is one: not on insecure addresses and not during development. */
export async function startWorker(): Promise<void> {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  try {
    registration = await navigator.serviceWorker.register("/sw.js");
  } catch {
    return; // the client works without it, only not without network
  }
  lookedAt = Date.now();
  watch(registration);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") lookForVersion();
  });
  await keepLoaded(registration);
}

/** Looks whether there is a newer version, if nobody did lately. */
export function lookForVersion(): void {
  if (registration === undefined || Date.now() - lookedAt < lookAtMostMs) return;
  lookedAt = Date.now();
  registration.update().catch(() => undefined); // without network there is no news
}

/** Takes the new version: the page starts again with it. */
export function takeVersion(next: ServiceWorker): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  next.postMessage({ type: "take-over" });
}

function tell(worker: ServiceWorker | null): void {
  // The first one ever is no news.
  if (worker?.state === "installed" && navigator.serviceWorker.controller !== null) newVersion.value = worker;
}

function watch(r: ServiceWorkerRegistration): void {
  tell(r.waiting);
  r.addEventListener("updatefound", () => {
    const { installing } = r;
    installing?.addEventListener("statechange", () => tell(installing));
  });
}

/** Has the worker keep what was loaded before it was there, as the texts of the language in use. */
async function keepLoaded(r: ServiceWorkerRegistration): Promise<void> {
  await navigator.serviceWorker.ready;
  const paths = performance
    .getEntriesByType("resource")
    .map((entry) => new URL(entry.name))
    .filter((url) => url.origin === location.origin && url.pathname.startsWith("/assets/"))
    .map((url) => url.pathname);
  r.active?.postMessage({ type: "keep", paths: [...new Set(paths)] });
}
