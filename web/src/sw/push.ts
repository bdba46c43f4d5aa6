import {
  type NoteData,
  type Payload,
  type Words,
  noteOf,
  payloadOf,
  placeOfNote,
  tagOf,
  takenBack,
} from "./notes";
import { worker } from "./scope";

const wordsCache = "words";
const wordsPath = "/words";

/** Keeps the labels that the page brought, for pushes that come while no page is open. */
export async function keepWords(brought: Words): Promise<void> {
  await (await caches.open(wordsCache)).put(wordsPath, Response.json(brought));
}

async function words(): Promise<Words> {
  const kept = await (await caches.open(wordsCache)).match(wordsPath);
  return kept === undefined ? {} : ((await kept.json()) as Words);
}

/** Does what a push says. */
export async function pushed(data: PushMessageData | null): Promise<void> {
  const payload = payloadOf(data?.json());
  if (payload === undefined) return;
  if (payload.badge !== undefined) await badge(payload.badge);
  if (payload.type === "read") await takeBack(payload);
  else await show(payload);
}

async function badge(n: number): Promise<void> {
  try {
    await (n > 0 ? worker.navigator.setAppBadge(n) : worker.navigator.clearAppBadge());
  } catch {
    // Not every system has badges.
  }
}

async function show(payload: Payload): Promise<void> {
  // Who looks at the client sees the message there; it may only have to look at its line.
  const watching = (await windows()).filter((c) => c.visibilityState === "visible" && c.focused);
  for (const client of watching) client.postMessage({ type: "wake" });
  if (watching.length > 0 && payload.type === "message" && !onApple()) return;
  const [shown] = await worker.registration.getNotifications({ tag: tagOf(payload.room_id) });
  const note = noteOf(
    payload,
    shown && { title: shown.title, body: shown.body, data: shown.data as NoteData },
    await words(),
  );
  await worker.registration.showNotification(note.title, note.options);
}

async function takeBack({ room_id, seq = 0 }: Payload): Promise<void> {
  const tag = tagOf(room_id);
  for (const note of await worker.registration.getNotifications({ tag }))
    if (takenBack(note.data as NoteData, seq)) note.close();
  if (!onApple() || (await worker.registration.getNotifications({ tag })).length > 0) return;
  await worker.registration.showNotification("", { tag, silent: true });
  for (const note of await worker.registration.getNotifications({ tag })) note.close();
}

/** Apple ends a subscription after a few pushes that show nothing (WebKit, "Meet Web Push", 2022). */
function onApple(): boolean {
  const { userAgent } = worker.navigator;
  return /iPhone|iPad/.test(userAgent) || (/Safari/.test(userAgent) && !/Chrome|Android/.test(userAgent));
}

/** A tap on a notification, or on what it offers. */
export async function tapped(note: Notification, action: string): Promise<void> {
  const data = note.data as NoteData;
  note.close();
  if (action === "read" && data.room !== undefined) {
    await fetch(`/v1/rooms/${data.room}/read`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ seq: data.seq }),
    });
    return;
  }
  const path = placeOfNote(data);
  const open = await windows();
  const client = open.find((c) => c.focused) ?? open.find((c) => c.visibilityState === "visible") ?? open[0];
  if (client === undefined) {
    await worker.clients.openWindow(path);
    return;
  }
  client.postMessage({ type: "open", path });
  await client.focus();
}

async function windows(): Promise<readonly WindowClient[]> {
  return worker.clients.matchAll({ type: "window", includeUncontrolled: true });
}

/** The browser gave the subscription up: makes another, and tells the server. */
export async function subscribeAnew(): Promise<void> {
  const answer = await fetch("/v1/push");
  if (!answer.ok) return; // signed out: nobody is to be woken
  const { web_key } = (await answer.json()) as { web_key: string };
  const subscription = await worker.registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: web_key,
  });
  const { endpoint, keys } = subscription.toJSON();
  await fetch("/v1/push/subscription", {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ kind: "web", endpoint, keys }),
  });
}
