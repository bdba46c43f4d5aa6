/**
 * The service worker: keeps the shell for times without network, shows
 * notifications, and takes what other programs share with us.
 */
import { answer, clean, install, keep } from "./offline";
import { worker } from "./scope";

worker.addEventListener("install", (event) => event.waitUntil(install()));

worker.addEventListener("activate", (event) => {
  event.waitUntil(clean().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", answer);

worker.addEventListener("message", (event: ExtendableMessageEvent) => {
  const message = event.data as { type?: string; paths?: string[] };
  // A new version waits until the person says so, or until no page of the old one is open.
  if (message.type === "take-over") void worker.skipWaiting();
  // What the page had loaded before this worker was there.
  if (message.type === "keep") event.waitUntil(keep(message.paths ?? []));
});
