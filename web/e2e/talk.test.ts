import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { complaints, desktop, launch, open } from "./browser";
import { befriend, openRoomWith, say, signUp, takeHandle } from "./people";
import { Server } from "./server";

let server: Server;
let browser: Browser;
let mina: Page;
let jun: Page;

/** A message in the open room. */
function message(page: Page, words: string): Locator {
  return page.getByRole("log").getByRole("article").filter({ hasText: words });
}

/** Says how many have yet to read a message, as it stands beside it. */
async function unreadBy(page: Page, words: string, n: number): Promise<void> {
  const number = message(page, words).getByText(`${n}명이 읽지 않음`);
  await number.waitFor({ state: "attached" });
}

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  mina = await open(browser, server.url);
  jun = await open(browser, server.url, { viewport: desktop, colorScheme: "dark" });
  await signUp(server, mina, "+821030000001", "김미나");
  await signUp(server, jun, "+821030000002", "박준");
  await takeHandle(mina, "mina.kim");
  await befriend(jun, "mina.kim");
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

test("a friend is found by phone number, as it stands in a phone book", async () => {
  await mina.getByRole("link", { name: "친구", exact: true }).click();
  await mina.getByRole("button", { name: "친구 추가" }).first().click();
  await mina.getByRole("tab", { name: "연락처" }).click();
  await mina.getByLabel("전화번호 붙여 넣기").fill("010-3000-0002\n010-9999-9999");
  await mina.getByRole("button", { name: "찾기" }).click();
  await mina.getByText("새 친구 1명").waitFor();
  await mina.keyboard.press("Escape");
  await mina.getByRole("button", { name: "박준" }).waitFor();
});

test("two people talk live, and the number beside a message falls to nothing when it is read", async () => {
  await openRoomWith(mina, "박준");
  await say(mina, "준아, 저녁에 시간 있어?");
  await unreadBy(mina, "저녁에 시간", 1);

  // The other has it in the list, with a count; opening the room reads it.
  const row = jun.getByRole("list", { name: "채팅" }).getByRole("link", { name: /김미나/ });
  await jun.getByRole("link", { name: /^채팅/ }).click();
  await row.getByText("읽지 않은 메시지 1개").waitFor({ state: "attached" });
  await row.click();
  await message(jun, "저녁에 시간").waitFor();
  await message(mina, "저녁에 시간").getByText("명이 읽지 않음").waitFor({ state: "detached" });
  await row.getByText("읽지 않은 메시지").waitFor({ state: "detached" });

  await say(jun, "응! 한강 가자 https://example.com/river");
  await message(mina, "한강 가자").waitFor();
  await message(jun, "한강 가자").getByText("명이 읽지 않음").waitFor({ state: "detached" });
  expect(await message(mina, "한강 가자").getByRole("link").getAttribute("rel")).toContain("noopener");

  // Mine stands on the right without a name, theirs on the left with one.
  const room = await mina.getByRole("log").boundingBox();
  const own = await message(mina, "저녁에 시간").locator("p").last().boundingBox();
  const theirs = await message(mina, "한강 가자").locator("p").last().boundingBox();
  if (room === null || own === null || theirs === null) throw new Error("not in the page");
  expect(own.x + own.width).toBeGreaterThan(room.x + room.width * 0.85);
  expect(theirs.x).toBeLessThan(room.x + room.width * 0.25);
});

test("Enter sends once, Shift+Enter breaks the line, an empty message stays", async () => {
  const area = mina.getByLabel("메시지 입력");
  await area.fill("첫째 줄");
  await area.press("Shift+Enter");
  await area.pressSequentially("둘째 줄");
  await area.press("Enter");
  await message(jun, "둘째 줄").waitFor();
  expect(await message(jun, "둘째 줄").locator("p").last().innerText()).toBe("첫째 줄\n둘째 줄");
  await area.fill("   ");
  await area.press("Enter");
  expect(await message(mina, "둘째 줄").count()).toBe(1);
});

test("Enter during a Hangul composition sends the finished word once", async () => {
  const area = mina.getByLabel("메시지 입력");
  await area.fill("");
  await area.focus();
  const cdp = await mina.context().newCDPSession(mina);
  for (const text of ["ㅎ", "하", "한"]) {
    await cdp.send("Input.imeSetComposition", {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    });
  }
  const key = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 };
  await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key });
  await cdp.send("Input.insertText", { text: "한" });
  await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...key });
  await message(jun, "한").filter({ hasNotText: "한강" }).waitFor();
  expect(await message(mina, "한").filter({ hasNotText: "한강" }).count()).toBe(1);
  expect(await area.inputValue()).toBe("");
});

test("edits, reactions, answers and deletions are seen by both", async () => {
  await say(mina, "여섯 시에 만나");
  await message(mina, "여섯 시에").getByRole("button", { name: "메시지 메뉴" }).click();
  await mina.getByRole("button", { name: "수정" }).click();
  await mina.getByLabel("메시지 입력").fill("일곱 시에 만나");
  await mina.getByLabel("메시지 입력").press("Enter");
  await message(jun, "일곱 시에").getByText("수정됨").waitFor();
  await message(mina, "일곱 시에").getByText("수정됨").waitFor();

  await message(jun, "일곱 시에").getByRole("button", { name: "메시지 메뉴" }).click();
  await jun.getByRole("button", { name: "👍 공감하기" }).click();
  const reaction = message(mina, "일곱 시에").getByRole("button", { name: "👍 1명" });
  await reaction.click(); // mina joins in
  await message(jun, "일곱 시에").getByRole("button", { name: "👍 2명" }).waitFor();

  await message(jun, "일곱 시에").getByRole("button", { name: "메시지 메뉴" }).click();
  await jun.getByRole("button", { name: "답장" }).click();
  await say(jun, "좋아, 거기서 봐");
  await message(mina, "좋아, 거기서").getByText("김미나에게 답장").waitFor();

  await say(mina, "이건 실수");
  await message(jun, "이건 실수").waitFor();
  await message(mina, "이건 실수").getByRole("button", { name: "메시지 메뉴" }).click();
  await mina.getByRole("button", { name: "모두에게서 삭제" }).click();
  await mina.getByRole("button", { name: "삭제", exact: true }).click();
  await message(jun, "삭제된 메시지입니다").waitFor();
  expect(await message(jun, "이건 실수").count()).toBe(0);
});

test("who is writing is told", async () => {
  await jun.getByLabel("메시지 입력").pressSequentially("음, 글쎄, 그게 말이야", { delay: 150 });
  await mina.getByText("박준님이 쓰는 중").waitFor();
  await jun.getByLabel("메시지 입력").press("Enter");
  await mina.getByText("박준님이 쓰는 중").waitFor({ state: "detached" });
});

test("while the server is away a banner says so, and what was written goes out when it is back", async () => {
  const offline = mina.getByText("연결이 끊겼습니다").filter({ visible: true });
  await server.end();
  await offline.waitFor();
  await say(mina, "돌아오면 보내 줘");
  await message(mina, "돌아오면").getByRole("img", { name: "연결을 기다리는 중" }).waitFor();

  // Trying in vain makes the page wait longer, until only the button can bring it back so soon.
  const connect = mina.getByRole("button", { name: "지금 연결" }).filter({ visible: true });
  const pause = async () => Number(/(\d+)초 뒤/.exec(await offline.innerText())?.[1] ?? 0);
  while ((await pause()) < 20) await connect.click();
  await server.begin();
  await connect.click();
  await message(mina, "돌아오면").getByRole("img").waitFor({ state: "detached" });
  await offline.waitFor({ state: "detached" });
  await message(jun, "돌아오면").waitFor({ timeout: 40_000 });
  expect(await message(jun, "돌아오면").count()).toBe(1);
});
