import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Entry, Room } from "../src/wire/types";
import { complaints, desktop, launch, open } from "./browser";
import { enterAs } from "./people";
import { Server } from "./server";

type User = Awaited<ReturnType<Server["users"]>>[number];

let server: Server;
let browser: Browser;
let page: Page;
let me: User;
let room: Room;
let area: Locator;
let log: Locator;

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  const users = await server.users(3);
  const [first, ...others] = users;
  if (first === undefined) throw new Error("no users");
  me = first;
  for (const [i, u] of users.entries()) {
    await server.rest(u.access_token, "PATCH", "/v1/me", { name: ["하늘", "김미나", "김미래"][i] });
  }
  for (const u of others) await server.rest(me.access_token, "PUT", `/v1/friends/${u.id}`, {});
  room = await server.rest(me.access_token, "POST", "/v1/rooms", {
    member_ids: others.map((u) => u.id),
    title: "모임",
  });
  page = await open(browser, server.url, { viewport: desktop });
  await enterAs(server, page, me.phone);
  await page.goto(`${server.url}/rooms/${room.id}`);
  log = page.getByRole("log");
  await log.waitFor();
  area = page.getByLabel("메시지 입력");
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** The last entry of the room, on the server. */
async function newest(): Promise<Entry> {
  const path = `/v1/rooms/${room.id}/messages?limit=1`;
  const { entries } = await server.rest<{ entries: Entry[] }>(me.access_token, "GET", path);
  const entry = entries.at(-1);
  if (entry === undefined) throw new Error("the room is empty");
  return entry;
}

test("an emoticon is a message without a bubble, and is offered first next time", async () => {
  const smile = page.getByRole("button", { name: "이모티콘과 이모지" });
  await smile.click();
  await page.getByRole("button", { name: "사랑해요" }).click();
  await log.getByRole("img", { name: "사랑해요" }).waitFor();
  await expect.poll(async () => (await newest()).emoticon).toEqual({ pack: "madang", id: "love" });
  expect(
    await log.getByRole("img", { name: "사랑해요" }).evaluate((e: HTMLImageElement) => e.naturalWidth),
  ).toBe(240);
  await smile.click();
  await page.getByRole("button", { name: "사랑해요" }).waitFor({ state: "detached" });
  await smile.click();
  expect(await page.getByRole("region", { name: "최근에 쓴 것" }).getByRole("button").count()).toBe(1);
  await page.getByRole("tablist").getByRole("tab", { name: "이모티콘" }).press("Escape");
  await page.getByRole("tablist", { name: "이모티콘과 이모지" }).waitFor({ state: "detached" });
  expect(await area.evaluate((e) => e === document.activeElement)).toBe(true);
});

test("an emoji is found by a word and goes to where one writes; alone it stands large", async () => {
  await area.fill("딸기 먹자");
  await area.evaluate((e: HTMLTextAreaElement) => e.setSelectionRange(2, 2));
  await page.getByRole("button", { name: "이모티콘과 이모지" }).click();
  await page.getByRole("tab", { name: "이모지" }).click();
  await page.getByRole("searchbox", { name: "이모지 찾기" }).fill("딸기");
  await page.getByRole("button", { name: "딸기", exact: true }).click();
  expect(await area.inputValue()).toBe("딸기🍓 먹자");
  await page.getByRole("searchbox", { name: "이모지 찾기" }).press("Escape");
  await area.press("Enter");
  await log.getByText("딸기🍓 먹자").waitFor();
  await area.fill("🍓");
  await area.press("Enter");
  const size = async (words: string) =>
    log.getByText(words, { exact: true }).evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize));
  await log.getByText("🍓", { exact: true }).waitFor();
  expect(await size("🍓")).toBeGreaterThan((await size("딸기🍓 먹자")) * 2);
});

test("a member is chosen by first consonants while Hangul is composed, and Enter does not send", async () => {
  await area.fill("");
  await area.pressSequentially("그런데 @");
  const list = page.getByRole("listbox", { name: "언급할 사람" });
  await list.waitFor();
  expect(await list.getByRole("option").count()).toBe(2);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Input.imeSetComposition", { text: "ㄱㅁㄹ", selectionStart: 3, selectionEnd: 3 });
  await list.getByRole("option", { name: "김미나" }).waitFor({ state: "detached" });
  const key = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 };
  await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key });
  await cdp.send("Input.insertText", { text: "ㄱㅁㄹ" });
  await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...key });
  await list.waitFor({ state: "detached" });
  expect(await area.inputValue()).toBe("그런데 @김미래 ");
  await area.press("Backspace");
  await area.pressSequentially("는 어디?");
  await area.press("Enter");
  await expect
    .poll(async () => (await newest()).mentions?.map((m) => [m.offset, m.length]))
    .toEqual([[4, 4]]);
  expect(await log.getByText("@김미래", { exact: true }).evaluate((e) => e.tagName)).toBe("B");
});

test("arrows and Escape move in the list of members and close it, and a tap chooses", async () => {
  await area.fill("@");
  const list = page.getByRole("listbox", { name: "언급할 사람" });
  const chosen = list.getByRole("option", { selected: true });
  await list.waitFor();
  const first = await chosen.innerText();
  await area.press("ArrowDown");
  expect(await chosen.innerText()).not.toBe(first);
  expect(await area.getAttribute("aria-activedescendant")).toBe(await chosen.getAttribute("id"));
  await area.press("Escape");
  await list.waitFor({ state: "detached" });
  await area.fill("");
  await area.fill("@");
  await list.getByRole("option", { name: "김미나" }).click();
  expect(await area.inputValue()).toBe("@김미나 ");
  await area.fill("");
});
