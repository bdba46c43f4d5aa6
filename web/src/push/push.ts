import { signal } from "@preact/signals";
import type { Api } from "../net/api";
import { Fault } from "../net/fault";

/**
 * Whether this device is woken. `install`: only once it is on the home screen,
 * as on an iPhone. `denied`: the person told the browser so, and only there can
 * it be allowed again.
 */
export type PushState = "looking" | "unsupported" | "install" | "denied" | "off" | "on";

export const pushState = signal<PushState>("looking");

/** The part of the API that is used. */
type Calls = Pick<Api, "pushMeans" | "subscribe" | "unsubscribe">;

/** An iPhone or iPad. Newer iPads say that they are Macs; Macs have no fingers. */
export function onAppleMobile(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  return /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
}

/** Whether the client runs as an app of its own, from the home screen. */
export function installed(): boolean {
  return (
    matchMedia("(display-mode: standalone)").matches ||
    ("standalone" in navigator && navigator.standalone === true)
  );
}

/** What can be said without asking anybody. */
function before(): PushState | undefined {
  const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (!able) return onAppleMobile() && !installed() ? "install" : "unsupported";
  return Notification.permission === "denied" ? "denied" : undefined;
}

/**
 * Finds out whether this device is woken, and mends what fell apart: a browser
 * that has a subscription of which the server does not know, or one for
 * another server's key.
 */
export async function lookAtPush(api: Calls): Promise<void> {
  const known = before();
  if (known !== undefined) {
    pushState.value = known;
    return;
  }
  const subscription = await current();
  if (subscription === null || Notification.permission !== "granted") {
    pushState.value = "off";
    return;
  }
  const means = await api.pushMeans();
  if (!sameKey(subscription, means.web_key)) await subscribeTo(api, means.web_key);
  else if (means.subscribed !== "web") await tell(api, subscription);
  pushState.value = "on";
}

/** Asks the person and subscribes. Call it from a tap: browsers ignore other questions. */
export async function turnPushOn(api: Calls): Promise<void> {
  const asked = await Notification.requestPermission();
  if (asked !== "granted") {
    pushState.value = asked === "denied" ? "denied" : "off";
    return;
  }
  const { kinds, web_key } = await api.pushMeans();
  if (!kinds.includes("web")) throw new Fault("push_unsupported");
  await subscribeTo(api, web_key);
  pushState.value = "on";
}

/** Lets this device sleep. */
export async function turnPushOff(api: Calls): Promise<void> {
  await api.unsubscribe();
  await forgetPush();
  pushState.value = "off";
}

/** Ends the browser's subscription, and takes back what is shown: nobody is signed in here any more. */
export async function forgetPush(): Promise<void> {
  const registration = await workerOf();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
  for (const note of (await registration?.getNotifications?.()) ?? []) note.close();
}

/** Takes the notification of a room back: it is being looked at. */
export async function takeBack(room: string): Promise<void> {
  const registration = await workerOf();
  for (const note of (await registration?.getNotifications?.({ tag: `room:${room}` })) ?? []) note.close();
}

/** Shows a number on the icon of the installed client, where there can be one. */
export function showBadge(n: number): void {
  if (!("setAppBadge" in navigator)) return;
  const done = n > 0 ? navigator.setAppBadge(n) : navigator.clearAppBadge();
  done.catch(() => undefined);
}

/** The worker, if there is one; unlike `ready` it does not wait for one that never comes. */
async function workerOf(): Promise<ServiceWorkerRegistration | undefined> {
  if (!("serviceWorker" in navigator)) return undefined;
  return navigator.serviceWorker.getRegistration();
}

async function current(): Promise<PushSubscription | null> {
  return (await (await workerOf())?.pushManager.getSubscription()) ?? null;
}

async function subscribeTo(api: Calls, key: string): Promise<void> {
  const { pushManager } = await navigator.serviceWorker.ready;
  const old = await pushManager.getSubscription();
  if (old !== null && !sameKey(old, key)) await old.unsubscribe();
  let made: PushSubscription;
  try {
    made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  } catch {
    // The browser's own push service could not be reached, or the person turned it off.
    throw new Fault("push_refused");
  }
  await tell(api, made);
}

async function tell(api: Calls, subscription: PushSubscription): Promise<void> {
  const { endpoint, keys } = subscription.toJSON();
  await api.subscribe(endpoint ?? "", keys ?? {});
}

/** Whether a subscription was made for a key, given in base64url. */
export function sameKey(subscription: PushSubscription, key: string): boolean {
  const { applicationServerKey: own } = subscription.options;
  if (own === null) return true; // a browser that does not say
  const text = btoa(String.fromCharCode(...new Uint8Array(own)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") === key.replace(/=+$/, "");
}
