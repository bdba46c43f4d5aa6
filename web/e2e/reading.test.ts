import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Room } from "../src/wire/types";
import { complaints, desktop, launch, open } from "./browser";
import { enterAs } from "./people";
import { Server } from "./server";

// Reading a long room: by wheel and by keys, and what is heard.

type User = Awaited<ReturnType<Server["users"]>>[number];

const many = 900;

let server: Server;
let browser: Browser;
let page: Page;
let me: User;
let ben: User;
let room: Room;
let log: Locator;

function say(from: User, text: string): Promise<{ seq: number }> {
  const body = { client_id: crypto.randomUUID(), type: "text", text };
  return server.rest(from.access_token, "POST", `/v1/rooms/${room.id}/messages`, body);
}

/** Where a message stands in the window, or nothing when it is not in the page. */
function top(seq: number): Promise<number | undefined> {
  return log.evaluate((e, n) => e.querySelector(`[data-seq="${n}"]`)?.getBoundingClientRect().top, seq);
}

/** The number of the message in the middle of the window. */
function middle(): Promise<number> {
  return log.evaluate((e) => {
    const box = e.getBoundingClientRect();
    const at = (box.top + box.bottom) / 2;
    const all = [...e.querySelectorAll<HTMLElement>("[data-seq]")];
    const near = (m: HTMLElement): number => Math.abs(m.getBoundingClientRect().top - at);
    return Number(all.toSorted((a, b) => near(a) - near(b))[0]?.dataset["seq"]);
  });
}

/** How far below the window the end of the room is. */
function bottom(): Promise<number> {
  return log.evaluate((e) => Math.round(e.scrollHeight - e.scrollTop - e.clientHeight));
}

/** What has the focus, by its name. */
function focused(): Promise<string> {
  return page.evaluate(() => {
    const e = document.activeElement;
    return e?.getAttribute("aria-label") ?? `${e?.tagName}: ${e?.textContent.slice(0, 60)}`;
  });
}

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  const [first, second] = await server.users(2);
  if (first === undefined || second === undefined) throw new Error("no users");
  me = first;
  ben = second;
  await server.rest(ben.access_token, "PATCH", "/v1/me", { name: "박준" });
  room = await server.rest(me.access_token, "POST", "/v1/rooms", { member_ids: [ben.id], title: "긴 방" });
  for (let i = 0; i < many; i += 30) {
    await Promise.all(
      Array.from({ length: 30 }, (_, k) =>
        say(ben, `${i + k}번째 말 ${"길게 ".repeat((i * 7 + k * 5) % 40)}`),
      ),
    );
  }
  const { seq } = await say(ben, "마지막 말");
  await server.rest(me.access_token, "PUT", `/v1/rooms/${room.id}/read`, { seq });
  page = await open(browser, server.url, { viewport: desktop });
  await enterAs(server, page, me.phone);
  await page.goto(`${server.url}/rooms/${room.id}`);
  log = page.getByRole("log");
  await log.getByText("마지막 말").waitFor();
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** Turns the wheel until the end is far below; a list that is still going there takes no turn. */
async function scrollUp(): Promise<void> {
  await expect
    .poll(
      async () => {
        if ((await bottom()) < 1000) await page.mouse.wheel(0, -1500);
        return bottom();
      },
      { interval: 500 },
    )
    .toBeGreaterThan(1000);
}

test("scrolling back through all of it never jumps, and holds only a part", async () => {
  await expect.poll(bottom).toBeLessThan(3);
  await log.hover();
  let least = many;
  for (let turn = 0; turn < 400 && least > 5; turn++) {
    const seq = await middle();
    const before = await top(seq);
    await page.mouse.wheel(0, -600);
    // The wheel moves what was in the middle down, by at most what it was turned.
    await expect.poll(() => middle(), { timeout: 10_000 }).not.toBe(seq);
    const after = await top(seq);
    // What has left the page meanwhile was moved out of the window, as it should.
    const moved = before === undefined || after === undefined ? 600 : after - before;
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(620);
    const now = await middle();
    expect(now).toBeLessThan(seq);
    expect(seq - now).toBeLessThan(40);
    least = now;
    expect(await log.getByRole("article").count()).toBeLessThan(60);
    if (least < 12) break;
  }
  expect(least).toBeLessThan(12);
  // The end of it went while the beginning came: the newest are loaded again.
  await page.getByRole("button", { name: "가장 새로운 메시지로" }).click();
  await log.getByText("마지막 말").waitFor();
});

test("what is in view stays where it is while messages come in, and a number tells of them", async () => {
  await expect.poll(bottom).toBeLessThan(3);
  await log.hover();
  const newest = page.getByRole("button", { name: "가장 새로운 메시지로" });
  await scrollUp();
  await newest.waitFor();
  const seq = await middle();
  const before = await top(seq);
  for (let i = 0; i < 4; i++) await say(ben, `새 소식 ${i}`);
  await newest.getByText("4", { exact: true }).waitFor();
  await newest.getByText("박준: 새 소식 3").waitFor();
  expect(await top(seq)).toBe(before);
  await newest.click();
  await log.getByText("새 소식 3").waitFor();
  await newest.waitFor({ state: "detached" });
});

test("what is at the bottom stays there when the window gets lower and when more is written", async () => {
  await expect.poll(bottom).toBeLessThan(3);
  await page.setViewportSize({ width: 1280, height: 420 });
  await expect.poll(bottom).toBeLessThan(3);
  await page.getByLabel("메시지 입력").fill("1\n2\n3\n4\n5");
  await expect.poll(bottom).toBeLessThan(3);
  await page.getByLabel("메시지 입력").fill("");
  await page.setViewportSize(desktop);
  await expect.poll(bottom).toBeLessThan(3);
});

test("the room is one stop of the Tab key; arrows, Home and End go through it", async () => {
  await say(ben, "여기 봐 https://example.com/");
  await log.getByRole("link").waitFor();
  await log.focus();
  await page.keyboard.press("ArrowUp");
  await expect.poll(focused).toMatch(/^박준: 여기 봐 https:\/\/example.com\/, /);
  await page.keyboard.press("ArrowRight");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("href"))).toBe(
    "https://example.com/",
  );
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowUp");
  await expect.poll(focused).toMatch(/^박준: 새 소식 3/);
  await page.keyboard.press("End");
  await expect.poll(focused).toMatch(/^박준: 여기 봐/);
  await page.keyboard.press("Home");
  await expect.poll(focused).toMatch(/번째 말/);
  await page.keyboard.press("ArrowDown");
  const second = await focused();
  // Scrolling the message away does not lose the focus.
  await page.mouse.move(900, 400);
  await page.mouse.wheel(0, 4000);
  await expect.poll(focused).toBe(second);
  await page.keyboard.press("Escape");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("log");
  // From the room, the Tab key goes on to what stands below it, past all the buttons of its messages.
  await page.keyboard.press("End");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.closest("[role=log]"))).toBeNull();
});

test("Enter opens the menu and the focus comes back; R answers", async () => {
  await log.focus();
  await page.keyboard.press("End");
  await expect.poll(focused).toMatch(/^박준: 여기 봐/);
  const message = await focused();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await focused()).toBe(message);
  await page.keyboard.press("r");
  await page.getByText("박준에게 답장").waitFor();
  const area = page.getByLabel("메시지 입력");
  await expect.poll(() => area.evaluate((e) => e === document.activeElement)).toBe(true);
  expect(await area.inputValue()).toBe("");
  await area.fill("봤어");
  await area.press("Enter");
  await log.getByRole("article").filter({ hasText: "봤어" }).getByText("박준에게 답장").waitFor();
});

test("new messages are said politely, many at once as their number", async () => {
  const region = page.locator("[role=main] [aria-live=polite]").first();
  await say(ben, "하나만 말할게");
  await expect.poll(() => region.innerText()).toContain("박준: 하나만 말할게");
  await Promise.all(Array.from({ length: 12 }, (_, i) => say(ben, `쏟아지는 말 ${i}`)));
  await expect.poll(() => region.innerText()).toMatch(/^\d+개의 새 메시지$/);
  expect(await log.getAttribute("aria-live")).toBe("off");
});

test("a quote leads to what it answers, however far back", async () => {
  const seq = await top(2).then(() => 12);
  const answer = { client_id: crypto.randomUUID(), type: "text", text: "그때 그 말", reply_to: seq };
  await server.rest(ben.access_token, "POST", `/v1/rooms/${room.id}/messages`, answer);
  const quote = log.getByRole("article").filter({ hasText: "그때 그 말" }).getByRole("button").first();
  await quote.getByText("번째 말").waitFor();
  await quote.click();
  await expect.poll(() => top(seq)).toBeGreaterThan(0);
});

test("words go before a file that takes its time, and take nobody who reads further up to the end", async () => {
  const held: (() => void)[] = [];
  await page.route("**/v1/media/uploads", () => undefined); // the file does not get anywhere
  await page.routeWebSocket("**/v1/ws", (line) => {
    const onward = line.connectToServer();
    line.onMessage((frame) => {
      if (frame.toString().includes("message.send")) held.push(() => onward.send(frame));
      else onward.send(frame);
    });
  });
  await page.goto(`${server.url}/rooms/${room.id}`);
  await expect.poll(bottom).toBeLessThan(3);
  const asked = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "사진, 파일 등 보내기" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "파일" }).click();
  await (
    await asked
  ).setFiles({ name: "long.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(9) });
  await page.getByRole("dialog").getByRole("button", { name: "1개 보내기" }).click();
  await log.getByText("long.bin").waitFor();
  await page.getByLabel("메시지 입력").fill("나중에 쓴 말");
  await page.keyboard.press("Enter");
  await log.getByText("나중에 쓴 말").waitFor();
  const order = async (): Promise<boolean[]> =>
    (await log.getByRole("article").allTextContents()).slice(-2).map((text) => text.includes("long.bin"));
  expect(await order()).toEqual([true, false]);

  await log.hover();
  await scrollUp();
  const seq = await middle();
  const before = await top(seq);
  for (const send of held.splice(0)) send();
  await page.locator(`a[href="/rooms/${room.id}"]`).getByText("나중에 쓴 말").waitFor();
  expect(Math.abs(((await top(seq)) ?? 0) - (before ?? 0))).toBeLessThan(2);
  await page.getByRole("button", { name: "가장 새로운 메시지로" }).click();
  await expect.poll(order).toEqual([false, true]);
});
