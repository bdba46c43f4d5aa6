import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Room } from "../src/wire/types";
import { complaints, desktop, launch, open, phone } from "./browser";
import { signUp } from "./people";
import { Server } from "./server";

const wider = { width: 1360, height: 800 };

let server: Server;
let browser: Browser;
let page: Page;
let first: Room;
let second: Room;

/** What has the focus, as "tag: words". */
function focused(): Promise<string> {
  return page.evaluate(() => {
    const e = document.activeElement;
    return `${e?.localName}: ${e?.getAttribute("aria-label") ?? e?.textContent}`;
  });
}

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  page = await open(browser, server.url, { viewport: desktop });
  await signUp(server, page, "+821060000001", "김미나");
  const me = await page.evaluate(async () => ((await (await fetch("/v1/me")).json()) as { id: string }).id);
  const users = await server.users(2);
  const rooms: Room[] = [];
  for (const [i, user] of users.entries()) {
    await server.rest(user.access_token, "PATCH", "/v1/me", { name: ["이서준", "박하은"][i] });
    const room = await server.rest<Room>(user.access_token, "POST", "/v1/rooms", { member_ids: [me] });
    const text = { client_id: crypto.randomUUID(), type: "text", text: "안녕하세요" };
    await server.rest(user.access_token, "POST", `/v1/rooms/${room.id}/messages`, text);
    rooms.push(room);
  }
  const [a, b] = rooms;
  if (a === undefined || b === undefined) throw new Error("no rooms");
  [first, second] = [a, b];
  await page.getByText("박하은").first().waitFor();
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

test("four tabs lead to four places, and the window is called after the place", async () => {
  for (const [name, path] of [
    ["친구", "/friends"],
    ["플러스친구", "/plus"],
    ["더보기", "/more"],
    [/^채팅/, "/rooms"],
  ] as const) {
    const tab = page.getByRole("navigation").getByRole("link", { name, exact: true });
    await tab.click();
    await expect.poll(() => new URL(page.url()).pathname).toBe(path);
    expect(await tab.getAttribute("aria-current")).toBe("page");
    expect(await page.title()).toMatch(typeof name === "string" ? `(2) ${name} · 마당` : "(2) 채팅 · 마당");
  }
});

test("the first stop of the keyboard leads past the menu", async () => {
  await page.goto(`${server.url}/rooms`);
  await page.getByText("박하은").first().waitFor();
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("a: 본문으로 건너뛰기");
  await page.keyboard.press("Enter");
  expect(await focused()).toBe("h1: 채팅");
});

test("rooms are gone through by keys", async () => {
  await page.goto(`${server.url}/rooms`);
  await page.getByText("박하은").first().waitFor();
  const at = (id: string): Promise<void> =>
    page.waitForURL(`${server.url}/rooms/${id}`, { waitUntil: "commit" });
  await page.keyboard.press("Alt+ArrowDown");
  await at(second.id);
  await page.keyboard.press("Alt+ArrowDown");
  await at(first.id);
  await page.keyboard.press("Alt+ArrowDown"); // the list ends here
  await page.keyboard.press("Alt+ArrowUp");
  await at(second.id);
  await page.keyboard.press("Escape");
  await page.waitForURL(`${server.url}/rooms`, { waitUntil: "commit" });
});

test("the shortcuts are told on ?, unless single letters are turned off", async () => {
  await page.goto(`${server.url}/rooms`);
  await page.getByText("박하은").first().waitFor();
  const sheet = page.getByRole("dialog", { name: "단축키" });
  await page.keyboard.press("?");
  await sheet.getByRole("switch", { name: "? 키로 이 목록 열기" }).uncheck();
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  await page.keyboard.press("?");
  await page.keyboard.press("Control+/");
  await sheet.getByRole("switch").check();
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
});

test("three panes stand side by side on the widest screens, and a sheet takes the third one's place elsewhere", async () => {
  await page.setViewportSize(wider);
  await page.goto(`${server.url}/rooms/${first.id}`);
  const menu = page.getByRole("button", { name: "채팅방 정보" });
  const panel = page.getByRole("region", { name: "채팅방 정보" });
  await menu.click();
  await panel.getByText("이서준").first().waitFor();
  const log = await page.getByRole("log").boundingBox();
  const beside = await panel.boundingBox();
  expect(beside?.x).toBeGreaterThanOrEqual((log?.x ?? 0) + (log?.width ?? 0));
  expect(await page.getByRole("dialog").count()).toBe(0);

  // It stays from room to room and goes when it is closed.
  await page.keyboard.press("Alt+ArrowUp");
  await panel.getByText("박하은").first().waitFor();
  await panel.getByRole("button", { name: "닫기" }).click();
  await panel.waitFor({ state: "detached" });

  await page.setViewportSize(desktop);
  await menu.click();
  await page.getByRole("dialog", { name: "채팅방 정보" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

test("on a phone the focus comes back to the row from which a place was opened", async () => {
  await page.setViewportSize(phone);
  await page.goto(`${server.url}/more`);
  await page.getByRole("link", { name: "기기" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "기기" }).waitFor();
  await expect.poll(focused).toBe("h1: 기기");
  await page.goBack();
  await expect.poll(focused).toBe("a: 기기");
  await page.setViewportSize(desktop);
});

test("nothing is lost with the spaces between lines, words and letters that a reader may set", async () => {
  await page.setViewportSize(phone);
  for (const path of [
    "/rooms",
    "/friends",
    "/plus",
    "/more",
    "/more/profile",
    "/more/devices",
    "/more/about",
  ]) {
    await page.goto(server.url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    // WCAG 2.2, 1.4.12
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }",
      );
      document.adoptedStyleSheets = [sheet];
    });
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll("a, button, h1, h2, label, p")]
        .filter((e) => e.checkVisibility() && getComputedStyle(e).overflow !== "visible")
        .filter(
          (e) =>
            e.clientWidth > 1 && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1),
        )
        .map((e) => e.outerHTML.slice(0, 100)),
    );
    expect(cut, path).toEqual([]);
    const out = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(out, path).toBeLessThanOrEqual(0);
  }
});
