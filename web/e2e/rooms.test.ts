import { createRequire } from "node:module";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Room } from "../src/wire/types";
import { complaints, desktop, launch, open, phone } from "./browser";
import { signIn } from "./people";
import { Server } from "./server";

type User = Awaited<ReturnType<Server["users"]>>[number];

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const names = ["김미나", "이서준", "박하은", "최도윤", "정우진", "한지우"];

let server: Server;
let browser: Browser;
let page: Page;
let me: User;
let friends: User[];
let picnic: Room;
let books: Room;
let seo: Room;

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  const users = await server.users(names.length);
  await Promise.all(users.map((u, i) => server.rest(u.access_token, "PATCH", "/v1/me", { name: names[i] })));
  [me, ...friends] = users as [User, ...User[]];
  for (const f of friends) await server.rest(me.access_token, "PUT", `/v1/friends/${f.id}`, {});
  const ids = users.map((u) => u.id);
  picnic = await make(friends[0], ids.slice(0, 5), "주말 소풍");
  await say(friends[1], picnic, "도시락은 제가 쌀게요");
  books = await make(friends[1], ids.slice(0, 4), "독서 모임");
  await say(friends[2], books, "이번 달 책은 토지입니다");
  seo = await server.rest(friends[0]?.access_token ?? "", "POST", "/v1/rooms", { member_ids: [me.id] });
  await say(friends[0], seo, "내일 회의 몇 시예요?");
  await say(friends[0], seo, "열 시 맞죠?");
  page = await open(browser, server.url, { hasTouch: true });
  await page.context().addInitScript({ path: axe });
  await signIn(server, page, me.phone);
  await page.goto(`${server.url}/rooms`);
  await row("주말 소풍").waitFor();
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

function make(owner: User | undefined, member_ids: string[], title: string): Promise<Room> {
  return server.rest(owner?.access_token ?? "", "POST", "/v1/rooms", {
    member_ids: member_ids.filter((id) => id !== owner?.id),
    title,
  });
}

function say(from: User | undefined, room: Room, text: string, more: object = {}): Promise<{ seq: number }> {
  return server.rest(from?.access_token ?? "", "POST", `/v1/rooms/${room.id}/messages`, {
    client_id: crypto.randomUUID(),
    type: "text",
    text,
    ...more,
  });
}

function row(name: string): Locator {
  return page.getByRole("list", { name: "채팅" }).getByRole("link").filter({ hasText: name });
}

async function order(): Promise<string[]> {
  const texts = await page
    .getByRole("list", { name: "채팅" })
    .getByRole("link")
    .locator("strong")
    .allInnerTexts();
  return texts;
}

/** A finger pushes the element to the side. */
async function push(element: Locator, dx: number): Promise<void> {
  const box = await element.boundingBox();
  if (box === null) throw new Error("there is nothing to push");
  const client = await page.context().newCDPSession(page);
  const x = box.x + box.width / 2 - dx / 2;
  const y = box.y + box.height / 2;
  const at = (n: number) => [{ x: x + (dx * n) / 10, y }];
  await client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
  for (let i = 1; i <= 10; i++)
    await client.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(i) });
  await client.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await client.detach();
}

/** What axe finds against WCAG 2.2 AA. */
async function findings(): Promise<string[]> {
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((a) => a.finished.catch(() => undefined))),
  );
  return page.evaluate(async () => {
    const run = (globalThis as unknown as { axe: { run: (d: Document, o: object) => Promise<Found> } }).axe
      .run;
    const { violations } = await run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join("\n")}`);
  });
}

interface Found {
  violations: { id: string; nodes: { html: string }[] }[];
}

test("rooms stand by their last message, with what is unread", async () => {
  expect(await order()).toEqual(["이서준", "독서 모임", "주말 소풍"]);
  await row("이서준").getByText("읽지 않은 메시지 2개").waitFor({ state: "attached" });
  await row("주말 소풍").getByText("박하은: 도시락은 제가 쌀게요").waitFor();
  await say(friends[2], picnic, "@김미나 몇 시에 만날까요?", {
    mentions: [{ user_id: me.id, offset: 0, length: 4 }],
  });
  await row("주말 소풍").getByText("나를 언급한 메시지").waitFor({ state: "attached" });
  await expect.poll(order).toEqual(["주말 소풍", "이서준", "독서 모임"]);
  expect(await findings()).toEqual([]);
});

test("a finger pushes a row aside to pin it, to mark it as read, and to mute it", async () => {
  await push(row("독서 모임"), 200);
  await page.getByRole("button", { name: "고정", exact: true }).click();
  await expect.poll(order).toEqual(["독서 모임", "주말 소풍", "이서준"]);

  await push(row("이서준"), 200);
  await page.getByRole("button", { name: "읽음", exact: true }).click();
  await row("이서준").getByText("읽지 않은 메시지").waitFor({ state: "detached" });

  await push(row("주말 소풍"), -200);
  expect(await findings()).toEqual([]);
  await page.getByRole("button", { name: "알림 끔" }).click();
  await page.getByRole("button", { name: "8시간 동안" }).click();
  await page.getByText("알림을 껐습니다.").waitFor();
  const room = await server.rest<Room>(me.access_token, "GET", `/v1/rooms/${picnic.id}`);
  const hours = (Date.parse(room.muted_until ?? "") - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(7.9);
  expect(hours).toBeLessThan(8.1);
  await page.getByRole("button", { name: "되돌리기" }).click();
  await expect
    .poll(async () => {
      const now = await server.rest<Room>(me.access_token, "GET", `/v1/rooms/${picnic.id}`);
      return now.muted_until === undefined || Date.parse(now.muted_until) < Date.now();
    })
    .toBe(true);

  // A push is no tap, and a tap on a row that is aside only puts it back.
  await push(row("이서준"), -200);
  await row("이서준").click();
  expect(page.url()).toBe(`${server.url}/rooms`);
  await row("이서준").click();
  await page.getByRole("heading", { name: "이서준" }).waitFor();
  await page.goto(`${server.url}/rooms`);
});

test("filters narrow the list", async () => {
  await row("독서 모임").waitFor();
  await page.getByRole("button", { name: "1:1", exact: true }).click();
  expect(await order()).toEqual(["이서준"]);
  await page.getByRole("button", { name: "그룹", exact: true }).click();
  expect(await order()).toEqual(["독서 모임", "주말 소풍"]);
  await page.getByRole("button", { name: "안 읽음" }).click();
  expect(await order()).toEqual(["독서 모임", "주말 소풍"]);
  await server.rest(me.access_token, "PUT", `/v1/rooms/${books.id}/read`, { seq: 1000 });
  await expect.poll(order).toEqual(["주말 소풍"]);
  await page.getByRole("button", { name: "전체" }).click();
});

test("pointer and keyboard have the same by a menu; leaving asks first", async () => {
  const touched = page;
  page = await open(browser, server.url, {
    viewport: desktop,
    storageState: await touched.context().storageState(),
  });
  await page.context().addInitScript({ path: axe });
  await page.goto(`${server.url}/rooms`);
  await row("독서 모임").click({ button: "right" });
  await page.getByRole("dialog", { name: "채팅방 메뉴: 독서 모임" }).waitFor();
  await page.keyboard.press("Escape");
  await row("독서 모임").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+F10");
  const menu = page.getByRole("dialog", { name: "채팅방 메뉴: 주말 소풍" });
  await menu.waitFor();
  expect(await findings()).toEqual([]);
  await menu.getByRole("button", { name: "채팅방 나가기" }).click();
  await page.getByRole("button", { name: "취소" }).click();
  expect(await order()).toContain("주말 소풍");
  const other = await make(friends[3], [me.id], "잠깐 모임");
  await row("잠깐 모임").hover();
  await page
    .getByRole("listitem")
    .filter({ hasText: "잠깐 모임" })
    .getByRole("button", { name: "채팅방 메뉴" })
    .click();
  await page.getByRole("button", { name: "채팅방 나가기" }).click();
  expect(await findings()).toEqual([]);
  await page.getByRole("button", { name: "나가기", exact: true }).click();
  await row("잠깐 모임").waitFor({ state: "detached" });
  await expect(server.rest(me.access_token, "GET", `/v1/rooms/${other.id}`)).rejects.toThrow("not_a_member");
  await page.context().close();
  page = touched;
});

test("the search finds rooms, people and messages, and leads to the message far back", async () => {
  for (let i = 1; i <= 150; i++)
    await say(friends[0], seo, i === 3 ? "비밀번호는 현관문에 붙여 뒀어요" : `잡담 ${i}`);
  const field = page.getByLabel("채팅, 사람, 메시지 검색");
  await field.fill("ㅅㅍ");
  await page.getByRole("link", { name: /주말 소풍/ }).waitFor();
  await field.fill("한지");
  await page.getByRole("button", { name: /한지우/ }).waitFor();
  await field.fill("현관문");
  const hit = page.getByRole("link", { name: /비밀번호는 현관문에/ });
  await hit.waitFor();
  expect(await findings()).toEqual([]);
  await hit.click();
  const log = page.getByRole("log");
  const message = log.getByRole("article").filter({ hasText: "비밀번호는 현관문에" });
  await expect.poll(() => inSight(message)).toBe(true);
  // Reading on downwards leads to the newest, and so does the button, at once.
  await page.getByRole("button", { name: "가장 새로운 메시지로" }).click();
  await log.getByText("잡담 150", { exact: true }).waitFor();
  await page.goto(`${server.url}/rooms`);
  await page.getByLabel("채팅, 사람, 메시지 검색").fill("없는말없는말");
  await page.getByText("찾은 것이 없습니다").waitFor();
  await page.getByLabel("채팅, 사람, 메시지 검색").fill("");
});

async function inSight(element: Locator): Promise<boolean> {
  const box = await element.boundingBox().catch(() => null);
  const { height } = page.viewportSize() ?? phone;
  return box !== null && box.y > 60 && box.y + box.height < height - 60;
}

test("a list of thousands keeps what is near in the page", async () => {
  const users = await server.users(150);
  for (const [i, u] of users.entries()) {
    const room = await server.rest<Room>(u.access_token, "POST", "/v1/rooms", { member_ids: [me.id] });
    await say(u, room, `안녕하세요 ${i}`);
  }
  await page.getByRole("list", { name: "채팅" }).getByText("안녕하세요 149").waitFor();
  const rows = page.getByRole("list", { name: "채팅" }).getByRole("listitem");
  expect(await rows.count()).toBeLessThan(60);
  await page.getByRole("list", { name: "채팅" }).hover();
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, 4000);
      return row("주말 소풍").count();
    })
    .toBe(1);
});
