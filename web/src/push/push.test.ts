import { beforeEach, expect, test, vi } from "vitest";
import { forgetPush, lookAtPush, pushState, sameKey, takeBack, turnPushOff, turnPushOn } from "./push";

const key = "BAEC_w"; // bytes 4, 1, 2, 255 in base64url
const bytes = (...n: number[]): ArrayBuffer => Uint8Array.from(n).buffer;
const ours = bytes(4, 1, 2, 255);

let told: string[];
let subscription: ReturnType<typeof subscribed> | null;
let notes: { tag: string; close: () => void }[];
let permission: NotificationPermission;
let answer: NotificationPermission;
let known: "" | "web";
let refused: boolean;

function subscribed(applicationServerKey: ArrayBuffer | null, endpoint: string) {
  return {
    options: { applicationServerKey },
    unsubscribe: async () => {
      told.push(`no ${endpoint}`);
      subscription = null;
    },
    toJSON: () => ({ endpoint, keys: { auth: "a" } }),
  };
}

const api = {
  pushMeans: async () => ({ kinds: ["web" as const], web_key: key, subscribed: known }),
  subscribe: async (endpoint: string) => void told.push(`subscribe ${endpoint}`),
  unsubscribe: async () => void told.push("unsubscribe"),
};

beforeEach(() => {
  told = [];
  subscription = null;
  notes = [];
  permission = "granted";
  answer = "granted";
  known = "web";
  refused = false;
  const registration = {
    pushManager: {
      getSubscription: async () => subscription,
      subscribe: async () => {
        if (refused) throw new DOMException("", "AbortError");
        subscription = subscribed(ours, "new");
        return subscription;
      },
    },
    getNotifications: async (of?: { tag: string }) =>
      notes.filter((n) => of === undefined || n.tag === of.tag),
  };
  vi.stubGlobal("navigator", {
    userAgent: "Mozilla/5.0 (X11; Linux x86_64)",
    maxTouchPoints: 0,
    serviceWorker: { getRegistration: async () => registration, ready: Promise.resolve(registration) },
  });
  vi.stubGlobal("Notification", {
    get permission() {
      return permission;
    },
    requestPermission: async () => answer,
  });
  vi.stubGlobal("window", { PushManager: {}, Notification });
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
});

test("a key is the same however it is written", () => {
  const made = (own: ArrayBuffer | null) => subscribed(own, "") as unknown as PushSubscription;
  expect(sameKey(made(ours), key)).toBe(true);
  expect(sameKey(made(ours), `${key}==`)).toBe(true);
  expect(sameKey(made(bytes(4, 1, 2, 254)), key)).toBe(false);
  expect(sameKey(made(null), key)).toBe(true);
});

test("what a browser cannot do is told without asking the server", async () => {
  vi.stubGlobal("window", { Notification });
  await lookAtPush(api);
  expect(pushState.value).toBe("unsupported");
  vi.stubGlobal("navigator", { ...navigator, userAgent: "iPhone", serviceWorker: navigator.serviceWorker });
  await lookAtPush(api);
  expect(pushState.value).toBe("install");
  vi.stubGlobal("window", { PushManager: {}, Notification });
  permission = "denied";
  await lookAtPush(api);
  expect(pushState.value).toBe("denied");
});

test("a device is off until the person says so, and when the browser's word is taken back", async () => {
  await lookAtPush(api);
  expect(pushState.value).toBe("off");
  subscription = subscribed(ours, "old");
  permission = "default";
  await lookAtPush(api);
  expect(pushState.value).toBe("off");
});

test("what fell apart is mended: the server does not know of it, or has another key", async () => {
  subscription = subscribed(ours, "old");
  await lookAtPush(api);
  expect([pushState.value, told]).toEqual(["on", []]);
  known = "";
  await lookAtPush(api);
  expect(told).toEqual(["subscribe old"]);
  subscription = subscribed(bytes(1, 1, 1, 1), "foreign");
  await lookAtPush(api);
  expect(told).toEqual(["subscribe old", "no foreign", "subscribe new"]);
});

test("the person may say no, or not now; a push service that is away is told", async () => {
  for (const [said, state] of [
    ["denied", "denied"],
    ["default", "off"],
  ] as const) {
    answer = said;
    await turnPushOn(api);
    expect(pushState.value).toBe(state);
  }
  answer = "granted";
  refused = true;
  await expect(turnPushOn(api)).rejects.toMatchObject({ code: "push_refused" });
  refused = false;
  await turnPushOn(api);
  expect([pushState.value, told]).toEqual(["on", ["subscribe new"]]);
  const none = { ...api, pushMeans: async () => ({ kinds: [], web_key: "", subscribed: "" as const }) };
  await expect(turnPushOn(none)).rejects.toMatchObject({ code: "push_unsupported" });
});

test("turned off, nothing is left of it; a room that is looked at takes back its own notes", async () => {
  const closed: string[] = [];
  for (const tag of ["room:yard", "room:well"]) notes.push({ tag, close: () => closed.push(tag) });
  await takeBack("yard");
  expect(closed).toEqual(["room:yard"]);
  subscription = subscribed(ours, "old");
  await turnPushOff(api);
  expect([pushState.value, told]).toEqual(["off", ["unsubscribe", "no old"]]);
  expect(closed).toEqual(["room:yard", "room:yard", "room:well"]);
  vi.stubGlobal("navigator", {});
  await forgetPush();
});
