import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Room } from "../src/wire/types";
import { complaints, desktop, launch, open } from "./browser";
import { say, signUp } from "./people";
import { Server } from "./server";

let server: Server;
let browser: Browser;
let page: Page;
let context: BrowserContext;
let cdp: CDPSession;
let registrationId: string;
let room: Room;

/** Puts a push service into the page that needs no network; all else is the browser's own. */
async function pushService(c: BrowserContext): Promise<void> {
  await c.addInitScript(() => {
    let made: object | null = null;
    PushManager.prototype.getSubscription = () => Promise.resolve(made as PushSubscription | null);
    PushManager.prototype.subscribe = async () => {
      const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, [
        "deriveBits",
      ]);
      const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
      const [p256dh, auth] = [point, crypto.getRandomValues(new Uint8Array(16))].map((bytes) =>
        btoa(String.fromCharCode(...bytes))
          .replaceAll("+", "-")
          .replaceAll("/", "_")
          .replaceAll("=", ""),
      );
      const keys = { p256dh, auth };
      const endpoint = `https://push.example.com/${crypto.randomUUID()}`;
      made = {
        endpoint,
        options: { applicationServerKey: null },
        toJSON: () => ({ endpoint, keys }),
        unsubscribe: () => {
          made = null;
          return Promise.resolve(true);
        },
      };
      return made as PushSubscription;
    };
  });
}

/** Delivers a push to the worker as a push service would. */
async function push(payload: object): Promise<void> {
  await cdp.send("ServiceWorker.deliverPushMessage", {
    origin: server.url,
    registrationId,
    data: JSON.stringify(payload),
  });
}

interface Shown {
  title: string;
  body: string;
  tag: string;
  silent: boolean | null;
}

function shown(): Promise<Shown[]> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map((n) => ({
      title: n.title,
      body: n.body,
      tag: n.tag,
      silent: n.silent,
    }));
  });
}

/** The page stays open and is not looked at: another tab lies over it. */
async function lookAway(): Promise<void> {
  // Otherwise every page of a test is told that it has the focus.
  await cdp.send("Emulation.setFocusEmulationEnabled", { enabled: false });
  const other = await context.newPage();
  await other.goto("about:blank");
  await other.bringToFront();
}

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  page = await open(browser, server.url, { viewport: desktop });
  context = page.context();
  await pushService(context);
  await page.reload();
  await signUp(server, page, "+821080000001", "김미나");
  const me = await page.evaluate(async () => ((await (await fetch("/v1/me")).json()) as { id: string }).id);
  const [friend] = await server.users(1);
  if (friend === undefined) throw new Error("no users");
  await server.rest(friend.access_token, "PATCH", "/v1/me", { name: "이서준" });
  room = await server.rest<Room>(friend.access_token, "POST", "/v1/rooms", { member_ids: [me] });
  await server.rest(friend.access_token, "POST", `/v1/rooms/${room.id}/messages`, {
    client_id: crypto.randomUUID(),
    type: "text",
    text: "안녕하세요",
  });
  cdp = await context.newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find((r) => r.scopeURL === `${server.url}/`);
      if (ours !== undefined) resolve(ours.registrationId);
    });
  });
  await cdp.send("ServiceWorker.enable");
  registrationId = await registered;
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** The same person in another browser, which says of its permission what it is told to. */
async function again(permission: NotificationPermission): Promise<Page> {
  const other = await browser.newContext({ locale: "ko-KR", viewport: desktop });
  await pushService(other);
  await other.addInitScript((first) => {
    let now = first;
    Object.defineProperty(Notification, "permission", { get: () => now });
    Notification.requestPermission = () => {
      now = "granted";
      return Promise.resolve(now);
    };
  }, permission);
  await other.addCookies(await context.cookies());
  return other.newPage();
}

test("after the first message that is sent, the page offers to tell of the answer, once", async () => {
  const other = await again("default");
  await other.goto(`${server.url}/rooms/${room.id}`);
  await other.getByRole("log").getByText("안녕하세요").first().waitFor();
  const offer = other.getByRole("region", { name: "답장이 오면 알려 드릴까요?" });
  expect(await offer.count()).toBe(0);
  await say(other, "네, 반갑습니다!");
  await offer.getByRole("button", { name: "알림 켜기" }).click();
  await offer.waitFor({ state: "detached" });
  await say(other, "다음에 또 봐요");
  await other.getByRole("log").getByText("다음에 또 봐요").waitFor();
  expect(await offer.count()).toBe(0);
  await other.goto(`${server.url}/more/notifications`);
  await other.getByRole("switch", { name: /이 기기에서/ }).waitFor();
  await other.context().close();
});

test("a browser that blocks notifications is told where to allow them", async () => {
  const other = await again("denied");
  await other.goto(`${server.url}/more/notifications`);
  await other.getByText("브라우저가 이 페이지의 알림을 막고 있습니다").waitFor();
  expect(await other.getByRole("switch", { name: /이 기기에서/ }).isDisabled()).toBe(true);
  await other.context().close();
});

test("a tap subscribes this device, and another lets it sleep", async () => {
  await context.grantPermissions(["notifications"]);
  await page.goto(`${server.url}/more/notifications`);
  const here = page.getByRole("switch", { name: /이 기기에서/ });
  const subscribed = (): Promise<string | undefined> =>
    page.evaluate(
      async () => ((await (await fetch("/v1/push")).json()) as { subscribed?: string }).subscribed,
    );
  await here.click();
  await page.getByRole("button", { name: "시험 알림 보내기" }).waitFor();
  expect(await subscribed()).toBe("web");

  // There is no such push service: the page says that it did not work.
  await page.getByRole("button", { name: "시험 알림 보내기" }).click();
  await page.getByText("브라우저의 알림 서비스가 받지 않았습니다").waitFor({ timeout: 30_000 });

  await here.click();
  await page.getByRole("button", { name: "시험 알림 보내기" }).waitFor({ state: "detached" });
  expect(await subscribed()).toBeUndefined();
});

test("one notification a room: the next replaces it, the same again is silent, reading takes it back", async () => {
  await lookAway();
  const message = { type: "message", room_id: room.id, title: "이서준", badge: 1 };
  await push({ ...message, seq: 10, body: "어디세요?" });
  await expect
    .poll(shown)
    .toMatchObject([{ title: "이서준", body: "어디세요?", tag: `room:${room.id}`, silent: false }]);
  await push({ ...message, seq: 11, body: "다 왔어요", badge: 2 });
  await expect.poll(shown).toMatchObject([{ body: "다 왔어요", silent: false }]);
  await push({ ...message, seq: 11, body: "다 왔어요", badge: 2 });
  await expect.poll(shown).toMatchObject([{ body: "다 왔어요", silent: true }]);
  await push({ type: "read", room_id: room.id, seq: 10, badge: 1 });
  await push({ ...message, room_id: crypto.randomUUID(), seq: 1, title: "박하은", body: "저예요" });
  await expect
    .poll(async () => (await shown()).map((n) => n.body).toSorted())
    .toEqual(["다 왔어요", "저예요"]);
  await push({ type: "read", room_id: room.id, seq: 11, badge: 0 });
  await expect.poll(async () => (await shown()).map((n) => n.body)).toEqual(["저예요"]);
});

test("what is tapped opens its room in the page that is there", async () => {
  await lookAway();
  await push({ type: "message", room_id: room.id, seq: 12, title: "이서준", body: "보이세요?", badge: 1 });
  await expect.poll(async () => (await shown()).map((n) => n.body)).toContain("보이세요?");
  const [worker] = context.serviceWorkers();
  if (worker === undefined) throw new Error("no worker");
  // A tap needs the system's own notification; the event is the same.
  await worker.evaluate(async (tag) => {
    const scope = globalThis as unknown as {
      registration: ServiceWorkerRegistration;
      dispatchEvent: (event: Event) => boolean;
      NotificationEvent: new (type: string, init: { notification: Notification }) => Event;
    };
    const [notification] = await scope.registration.getNotifications({ tag });
    if (notification === undefined) throw new Error("nothing is shown");
    scope.dispatchEvent(new scope.NotificationEvent("notificationclick", { notification }));
  }, `room:${room.id}`);
  await page.waitForURL(`${server.url}/rooms/${room.id}`, { waitUntil: "commit" });
  await expect.poll(async () => (await shown()).map((n) => n.body)).not.toContain("보이세요?");
});

test("whoever looks at the client is not told beside it", async () => {
  await page.bringToFront();
  await cdp.send("Emulation.setFocusEmulationEnabled", { enabled: true });
  await page.goto(`${server.url}/rooms`);
  await page.evaluate(async () => {
    for (const n of await (await navigator.serviceWorker.ready).getNotifications()) n.close();
  });
  await push({ type: "message", room_id: room.id, seq: 13, title: "이서준", body: "여기요", badge: 1 });
  // Pushes are worked off in turn: when the test is shown, the message before it was passed over.
  await push({ type: "test", title: "마당", body: "시험" });
  await expect.poll(async () => (await shown()).map((n) => n.body)).toEqual(["시험"]);
});
