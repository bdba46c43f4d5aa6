/**
 * The service worker: keeps the shell for times without network, shows
 * notifications, and takes what other programs share with us.
 */
import type { Words } from "./notes";
import { answer, clean, install, keep } from "./offline";
import { keepWords, pushed, subscribeAnew, tapped } from "./push";
import { worker } from "./scope";
import { isShare, takeShare } from "./share";

worker.addEventListener("install", (event) => event.waitUntil(install()));

worker.addEventListener("activate", (event) => {
  event.waitUntil(clean().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  if (isShare(event.request)) event.respondWith(takeShare(event.request));
  else answer(event);
});

/** What the page says to the worker. */
type Message =
  | { type: "take-over" }
  | { type: "keep"; paths: readonly string[] }
  | { type: "words"; words: Words };

worker.addEventListener("message", (event: ExtendableMessageEvent) => {
  const message = event.data as Message;
  switch (message.type) {
    case "take-over":
      // A new version waits until the person says so, or until no page of the old one is open.
      event.waitUntil(worker.skipWaiting());
      break;
    case "keep":
      // What the page had loaded before this worker was there.
      event.waitUntil(keep(message.paths));
      break;
    case "words":
      event.waitUntil(keepWords(message.words));
  }
});

worker.addEventListener("push", (event) => event.waitUntil(pushed(event.data)));

worker.addEventListener("notificationclick", (event) => {
  event.waitUntil(tapped(event.notification, event.action));
});

worker.addEventListener("pushsubscriptionchange", (event) => {
  (event as ExtendableEvent).waitUntil(subscribeAnew());
});
