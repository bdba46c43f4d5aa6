import type { Browser, CDPSession, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Entry, Room } from "../src/wire/types";
import { complaints, desktop, launch, open } from "./browser";
import { enterAs } from "./people";
import { Server } from "./server";

type User = Awaited<ReturnType<Server["users"]>>[number];

let server: Server;
let browser: Browser;
let page: Page;
let user: User;
let room: Room;
let area: Locator;
let keyboard: Keyboard;

/** Composes through the browser's own input method interface, as the system's input methods do. */
class Keyboard {
  readonly #cdp: CDPSession;

  constructor(cdp: CDPSession) {
    this.#cdp = cdp;
  }

  /** Shows each step of a composition; the last one stays open. */
  async compose(...steps: string[]): Promise<void> {
    for (const text of steps) {
      await this.key("rawKeyDown", { key: "Process", code: "KeyA", windowsVirtualKeyCode: 229 });
      await this.#cdp.send("Input.imeSetComposition", {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      });
      await this.key("keyUp", { key: "a", code: "KeyA", windowsVirtualKeyCode: 65 });
    }
  }

  /** Ends the composition with a text. */
  async commit(text: string): Promise<void> {
    await this.#cdp.send("Input.insertText", { text });
  }

  async key(
    type: "rawKeyDown" | "keyDown" | "keyUp",
    key: { key: string; code: string; windowsVirtualKeyCode: number; text?: string },
  ): Promise<void> {
    await this.#cdp.send("Input.dispatchKeyEvent", { type, ...key });
  }

  /** Enter as the input method takes it. */
  async handledEnter(key = "Enter"): Promise<void> {
    await this.key("rawKeyDown", { key, code: "Enter", windowsVirtualKeyCode: 229 });
  }

  /** Enter as the page gets it. It breaks a line unless the page forbids that. */
  async enter(): Promise<void> {
    await this.key("keyDown", { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" });
  }

  async release(): Promise<void> {
    await this.key("keyUp", { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 });
  }
}

/** What lies in the room, on the server. */
async function texts(): Promise<string[]> {
  const { entries } = await server.rest<{ entries: Entry[] }>(
    user.access_token,
    "GET",
    `/v1/rooms/${room.id}/messages?limit=200`,
  );
  return entries.filter((e) => e.kind === "message").map((e) => e.text ?? "");
}

/** Sends a last message and says what was sent before it: what comes late would stand behind it. */
async function sent(): Promise<string[]> {
  // A sentence leaves when the turn of events in which its last syllable was finished is over.
  await expect.poll(() => area.inputValue()).toBe("");
  await area.fill("끝");
  await area.press("Enter");
  await page.getByRole("log").getByText("끝", { exact: true }).last().waitFor();
  await page.getByRole("img", { name: "보내는 중" }).waitFor({ state: "detached" });
  const all = await texts();
  expect(all.pop()).toBe("끝");
  return all.slice(all.lastIndexOf("끝") + 1);
}

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  const [first] = await server.users(1);
  if (first === undefined) throw new Error("no user");
  user = first;
  room = await server.rest(user.access_token, "POST", "/v1/rooms", { member_ids: [] });
  page = await open(browser, server.url, { viewport: desktop });
  await enterAs(server, page, user.phone);
  await page.goto(`${server.url}/rooms/${room.id}`);
  await page.getByRole("log").waitFor();
  area = page.getByLabel("메시지 입력");
  await area.fill("끝");
  await area.press("Enter");
  keyboard = new Keyboard(await page.context().newCDPSession(page));
});
beforeEach(() => area.focus());
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const hello = "안녕하세요";
/** As it is typed: each syllable is composed and taken when the next one begins. */
async function typeHello(): Promise<void> {
  for (const [steps, syllable] of [
    [["ㅇ", "아", "안"], "안"],
    [["ㄴ", "녀", "녕"], "녕"],
    [["ㅎ", "하"], "하"],
    [["ㅅ", "세"], "세"],
  ] as const) {
    await keyboard.compose(...steps);
    await keyboard.commit(syllable);
  }
  await keyboard.compose("ㅇ", "요");
}

test("one Enter sends a Hangul sentence once, its last syllable finished", async () => {
  await typeHello();
  await keyboard.handledEnter("Process");
  await keyboard.commit("요");
  await keyboard.release();
  await page.getByRole("log").getByText(hello).waitFor();
  expect(await sent()).toEqual([hello]);
});

test("so it does where the key is told again after the syllable", async () => {
  await typeHello();
  await keyboard.handledEnter();
  await keyboard.commit("요");
  await keyboard.enter();
  await keyboard.release();
  expect(await sent()).toEqual([hello]);
});

test("so it does where the key comes before the end of the composition, as itself", async () => {
  await typeHello();
  await keyboard.enter();
  await keyboard.commit("요");
  await keyboard.release();
  expect(await sent()).toEqual([hello]);
});

test("so it does where the key comes after the end, as the input method's or as itself", async () => {
  await typeHello();
  await keyboard.commit("요");
  await keyboard.handledEnter();
  await keyboard.release();
  await typeHello();
  await keyboard.commit("요");
  await keyboard.enter();
  await keyboard.release();
  expect(await sent()).toEqual([hello, hello]);
});

test("a second Enter before the text is gone sends nothing more, and breaks no line", async () => {
  await typeHello();
  // All at once: the browser has them in its queue before the page has looked at the first.
  await Promise.all([
    keyboard.handledEnter(),
    keyboard.commit("요"),
    keyboard.enter(),
    keyboard.release(),
    keyboard.enter(),
    keyboard.release(),
  ]);
  expect(await sent()).toEqual([hello]);
});

test("what is written at once after Enter is a message of its own", async () => {
  await typeHello();
  await Promise.all([keyboard.handledEnter(), keyboard.commit("요"), keyboard.release()]);
  await keyboard.compose("ㄴ", "네");
  await keyboard.handledEnter();
  await keyboard.commit("네");
  await keyboard.release();
  expect(await sent()).toEqual([hello, "네"]);
});

test("Enter takes a Japanese word, and the next one sends", async () => {
  await keyboard.compose("k", "か", "かn", "かん", "かんじ", "漢字");
  await keyboard.handledEnter();
  await keyboard.commit("漢字");
  await keyboard.release();
  expect(await area.inputValue()).toBe("漢字");
  await keyboard.compose("で", "です");
  await keyboard.handledEnter();
  await keyboard.commit("です");
  await keyboard.release();
  expect(await area.inputValue()).toBe("漢字です");
  await keyboard.enter();
  await keyboard.release();
  expect(await sent()).toEqual(["漢字です"]);
});

test("so it does in Safari's order", async () => {
  await keyboard.compose("に", "にほん", "日本");
  await keyboard.commit("日本");
  await keyboard.handledEnter();
  await keyboard.release();
  expect(await area.inputValue()).toBe("日本");
  await keyboard.enter();
  await keyboard.release();
  expect(await sent()).toEqual(["日本"]);
});

test("Enter takes what was typed in Pinyin, and Hanja from their list", async () => {
  await keyboard.compose("n", "ni", "ni h", "ni hao");
  await keyboard.handledEnter();
  await keyboard.commit("nihao");
  await keyboard.release();
  expect(await area.inputValue()).toBe("nihao");
  await keyboard.compose("b", "bei", "bei j", "bei jing");
  await keyboard.handledEnter();
  await keyboard.commit("北京");
  await keyboard.release();
  expect(await area.inputValue()).toBe("nihao北京");
  await keyboard.compose("ㅎ", "하", "한");
  await keyboard.handledEnter();
  await keyboard.commit("韓");
  await keyboard.release();
  expect(await area.inputValue()).toBe("nihao北京韓");
  await keyboard.enter();
  await keyboard.release();
  expect(await sent()).toEqual(["nihao北京韓"]);
});

test("Enter that goes on in a list of candidates is forgotten", async () => {
  await keyboard.compose("ㅎ", "한");
  await keyboard.handledEnter();
  await keyboard.release();
  await keyboard.compose("항", "하나");
  await keyboard.commit("하나");
  expect(await area.inputValue()).toBe("하나");
  await keyboard.enter();
  await keyboard.release();
  expect(await sent()).toEqual(["하나"]);
});

test("Shift+Enter breaks the line, also behind Hangul", async () => {
  await keyboard.compose("ㅎ", "한");
  await keyboard.commit("한");
  await area.press("Shift+Enter");
  await area.pressSequentially("two");
  expect(await area.inputValue()).toBe("한\ntwo");
  await area.press("Enter");
  expect(await sent()).toEqual(["한\ntwo"]);
});

test("the button sends what is being composed", async () => {
  await typeHello();
  await page.getByRole("button", { name: "보내기", exact: true }).click();
  await page.getByRole("log").getByText(hello).last().waitFor();
  expect(await sent()).toEqual([hello]);
});

test("the text area grows with what is written, up to eight lines", async () => {
  const height = async () => (await area.boundingBox())?.height ?? 0;
  const one = await height();
  await area.fill("1\n2\n3\n4");
  const four = await height();
  expect(four).toBeGreaterThan(one + 50);
  await area.fill(Array.from({ length: 40 }, (_, i) => `${i}`).join("\n"));
  expect(await height()).toBeGreaterThan(four + 40);
  expect(await height()).toBeLessThan(200);
  await area.fill("");
  expect(await height()).toBe(one);
});

test("on a touch screen Enter breaks the line, and the button sends", async () => {
  const touch = await open(browser, server.url, { hasTouch: true, isMobile: true });
  await enterAs(server, touch, user.phone);
  await touch.goto(`${server.url}/rooms/${room.id}`);
  const field = touch.getByLabel("메시지 입력");
  await field.fill("하나");
  await field.press("Enter");
  await field.pressSequentially("둘");
  expect(await field.inputValue()).toBe("하나\n둘");
  await touch.getByRole("button", { name: "보내기", exact: true }).tap();
  await page.getByRole("log").getByText("둘", { exact: false }).last().waitFor();
  // The keyboard stays open for the next message.
  expect(await field.evaluate((e) => e === document.activeElement)).toBe(true);
  expect(await sent()).toEqual(["하나\n둘"]);
  await touch.context().close();
});
