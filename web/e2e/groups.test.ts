import { createRequire } from "node:module";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Room } from "../src/wire/types";
import { complaints, launch, open } from "./browser";
import { signIn } from "./people";
import { Server } from "./server";

type User = Awaited<ReturnType<Server["users"]>>[number];

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const names = ["김미나", "이서준", "박하은", "최도윤"];

let server: Server;
let browser: Browser;
let page: Page;
let other: Page;
let me: User;
let friends: User[];
let picnic: Room;

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  const users = await server.users(names.length);
  await Promise.all(users.map((u, i) => server.rest(u.access_token, "PATCH", "/v1/me", { name: names[i] })));
  [me, ...friends] = users as [User, ...User[]];
  for (const f of friends) await server.rest(me.access_token, "PUT", `/v1/friends/${f.id}`, {});
  picnic = await server.rest<Room>(me.access_token, "POST", "/v1/rooms", {
    member_ids: friends.slice(0, 2).map((f) => f.id),
    title: "주말 소풍",
  });
  page = await open(browser, server.url, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.context().addInitScript({ path: axe });
  await signIn(server, page, me.phone);
  await page.goto(`${server.url}/rooms/${picnic.id}`);
  await page.getByRole("heading", { name: "주말 소풍" }).waitFor();
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

test("of a crowd only those near the window are in the page, and everybody is reached", async () => {
  const crowd = await server.users(400);
  const last = crowd.at(-1);
  await server.rest(last?.access_token ?? "", "PATCH", "/v1/me", { name: "막내" });
  const square = await server.rest<Room>(me.access_token, "POST", "/v1/rooms", {
    member_ids: friends.map((f) => f.id),
    title: "광장",
  });
  for (let from = 0; from < crowd.length; from += 100) {
    const user_ids = crowd.slice(from, from + 100).map((u) => u.id);
    await server.rest(me.access_token, "POST", `/v1/rooms/${square.id}/members`, { user_ids });
  }
  await page.goto(`${server.url}/rooms/${square.id}`);
  await page.getByRole("button", { name: "채팅방 정보" }).click();
  const about = page.getByRole("dialog", { name: "채팅방 정보" });
  await about.getByRole("button", { name: "모두 보기" }).click();
  await about.getByRole("button", { name: "모두 보기" }).waitFor({ state: "detached" });
  const rows = about.getByRole("listitem");
  expect(await rows.count()).toBeLessThan(60);
  const youngest = about.getByRole("button", { name: "막내" });
  await expect
    .poll(async () => {
      await about.evaluate((e) => e.scrollTo(0, e.scrollHeight));
      return youngest.isVisible();
    })
    .toBe(true);
  expect(await rows.count()).toBeLessThan(60);
  await about.getByRole("searchbox").fill("이서준");
  await about.getByRole("button", { name: "이서준" }).waitFor();
  await about.getByRole("button", { name: "닫기" }).click();
  await about.waitFor({ state: "detached" });
  await page.goto(`${server.url}/rooms/${picnic.id}`);
  await page.getByRole("heading", { name: "주말 소풍" }).waitFor();
});

function say(from: User | undefined, text: string): Promise<{ seq: number }> {
  return server.rest(from?.access_token ?? "", "POST", `/v1/rooms/${picnic.id}/messages`, {
    client_id: crypto.randomUUID(),
    type: "text",
    text,
  });
}

function article(words: string): Locator {
  return page.getByRole("log").getByRole("article").filter({ hasText: words });
}

/** Opens the menu of a message and chooses from it. */
async function choose(words: string, what: string): Promise<void> {
  await article(words).locator("[data-bubble]").click({ button: "right" });
  await page.getByRole("dialog", { name: "메시지 메뉴" }).getByRole("button", { name: what }).click();
}

/** What axe finds against WCAG 2.2 AA. */
async function findings(): Promise<string[]> {
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((a) => a.finished.catch(() => undefined))),
  );
  return page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: { run: (d: Document, o: object) => Promise<Found> } })
      .axe;
    const { violations } = await run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join("\n")}`);
  });
}

interface Found {
  violations: { id: string; nodes: { html: string }[] }[];
}

test("what was begun on one device waits on the other, as an answer to the same message", async () => {
  other = await open(browser, server.url);
  await signIn(server, other, me.phone);
  await other.goto(`${server.url}/rooms`);
  await say(friends[0], "몇 시에 만날까요?");
  const message = page.getByRole("log").getByRole("article").filter({ hasText: "몇 시에 만날까요?" });
  await message.click({ button: "right" });
  await page.getByRole("button", { name: "답장" }).click();
  await page.getByLabel("메시지 입력").pressSequentially("열 시쯤");
  const row = other.getByRole("link").filter({ hasText: "주말 소풍" });
  await row.getByText("[작성 중] 열 시쯤").waitFor();
  await row.click();
  await expect.poll(() => other.getByLabel("메시지 입력").inputValue()).toBe("열 시쯤");
  await other.getByText("이서준에게 답장").waitFor();
  // It goes on there, and comes back.
  await other.getByLabel("메시지 입력").pressSequentially(" 어때요");
  await expect.poll(() => page.getByLabel("메시지 입력").inputValue()).toBe("열 시쯤 어때요");
  // Sent on one device, it is gone from the other.
  await page.getByLabel("메시지 입력").press("Enter");
  await other.getByRole("log").getByText("열 시쯤 어때요").waitFor();
  await expect.poll(() => other.getByLabel("메시지 입력").inputValue()).toBe("");
});

test("what was begun outlives a reload and a time without network", async () => {
  await page.getByLabel("메시지 입력").fill("터널에서");
  await page.context().setOffline(true);
  await page.getByLabel("메시지 입력").fill("터널에서 쓴 글");
  await expect.poll(() => page.evaluate(() => localStorage.getItem("begun"))).toContain("터널에서 쓴 글");
  await page.context().setOffline(false);
  await page.reload();
  await expect.poll(() => page.getByLabel("메시지 입력").inputValue()).toBe("터널에서 쓴 글");
  await expect
    .poll(async () => {
      const room = await server.rest<Room>(me.access_token, "GET", `/v1/rooms/${picnic.id}`);
      return room.draft?.text;
    })
    .toBe("터널에서 쓴 글");
  await page.getByLabel("메시지 입력").fill("");
});

test("a message is forwarded to a room and to a friend with whom there is none yet", async () => {
  await say(friends[0], "주차는 북문이 편해요");
  await choose("주차는 북문이 편해요", "전달");
  const sheet = page.getByRole("dialog", { name: "전달" });
  await sheet.getByLabel("채팅방이나 친구 검색").fill("ㅊㄷㅇ");
  await sheet.getByRole("checkbox", { name: "최도윤" }).check();
  await sheet.getByLabel("채팅방이나 친구 검색").fill("소풍");
  await sheet.getByRole("checkbox", { name: "주말 소풍" }).check();
  expect(await findings()).toEqual([]);
  await sheet.getByRole("button", { name: "2곳에 전달" }).click();
  await page.getByText("채팅방 2곳에 전달했습니다.").waitFor();
  await article("주차는 북문이 편해요").nth(1).getByText("전달된 메시지").waitFor();
  const { rooms } = await server.rest<{ rooms: Room[] }>(friends[2]?.access_token ?? "", "GET", "/v1/rooms");
  expect(rooms[0]?.last_message).toMatchObject({ text: "주차는 북문이 편해요", forwarded: true });
});

test("several are selected, by pointer and by keyboard, and copied or deleted for oneself", async () => {
  await say(friends[0], "돗자리 가져올 사람");
  await say(friends[1], "저요");
  await say(friends[0], "잘못 보낸 글");
  await choose("돗자리 가져올 사람", "여러 개 선택");
  await page.getByRole("checkbox", { name: "선택: 저요" }).click();
  await page.getByText("2개 선택").waitFor();
  expect(await findings()).toEqual([]);
  await page.getByRole("button", { name: "복사" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    "이서준: 돗자리 가져올 사람\n박하은: 저요",
  );
  await page.getByLabel("메시지 입력").waitFor();

  await choose("저요", "여러 개 선택");
  await article("저요").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.getByText("1개 선택").waitFor();
  await page.getByRole("button", { name: "삭제" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "삭제" }).click();
  await article("잘못 보낸 글").waitFor({ state: "detached" });
  await article("저요").waitFor();
  const { entries } = await server.rest<{ entries: { text?: string }[] }>(
    friends[1]?.access_token ?? "",
    "GET",
    `/v1/rooms/${picnic.id}/messages?limit=10`,
  );
  expect(entries.map((e) => e.text)).toContain("잘못 보낸 글");
});

test("a message is put up as the notice for all; a tap leads to it, and it folds and comes down", async () => {
  await say(friends[0], "토요일 열 시, 여의나루역 2번 출구");
  for (let i = 1; i <= 60; i++) await say(friends[1], `잡담 ${i}`);
  await page.getByRole("log").getByText("잡담 60").waitFor();
  await page.getByRole("button", { name: "대화 검색" }).click();
  await page.getByRole("searchbox", { name: "대화 검색" }).fill("여의나루역");
  await article("여의나루역").waitFor();
  await page.getByRole("button", { name: "검색 닫기" }).click();
  await choose("여의나루역", "공지로 올리기");
  const banner = page.getByRole("region", { name: "공지" });
  await banner.getByText("김미나님이 올린 공지").waitFor();
  await page.getByRole("button", { name: "가장 새로운 메시지로" }).click();
  await page.getByRole("log").getByText("잡담 60").waitFor();
  expect(await findings()).toEqual([]);
  await banner.getByText("토요일 열 시").click();
  await article("여의나루역").waitFor();
  await banner.getByRole("button", { name: "공지 접기" }).click();
  await banner.waitFor({ state: "detached" });
  await page.reload();
  await page.getByRole("button", { name: "공지 펼치기" }).click();
  await other.goto(`${server.url}/rooms/${picnic.id}`);
  await other.getByRole("region", { name: "공지" }).getByText("토요일 열 시").waitFor();
  await banner.getByRole("button", { name: "공지 메뉴" }).click();
  await page.getByRole("button", { name: "공지 내리기" }).click();
  await banner.waitFor({ state: "detached" });
  await other.getByRole("region", { name: "공지" }).waitFor({ state: "detached" });
});

test("the search in the room leads from hit to hit, also by sender and kind", async () => {
  await page.getByRole("button", { name: "대화 검색" }).click();
  await page.getByRole("searchbox", { name: "대화 검색" }).fill('"잡담 1"');
  await page.getByText("11개 중 1번째").waitFor();
  expect(await findings()).toEqual([]);
  const inSight = async (words: string): Promise<boolean> => {
    const box = await page.getByRole("log").getByText(words, { exact: true }).boundingBox();
    return box !== null && box.y > 100 && box.y < 600;
  };
  await expect.poll(() => inSight("잡담 19")).toBe(true);
  await page.keyboard.press("Enter");
  await page.getByText("11개 중 2번째").waitFor();
  await expect.poll(() => inSight("잡담 18")).toBe(true);
  await page.getByRole("button", { name: "더 새로운 결과" }).click();
  await page.getByText("11개 중 1번째").waitFor();
  await page.getByRole("button", { name: "검색 조건" }).click();
  await page.getByLabel("보낸 사람").selectOption({ label: "이서준" });
  await page.getByText("찾은 것이 없습니다").waitFor();
  await page.getByRole("searchbox", { name: "대화 검색" }).fill("");
  await page.getByText("1번째").waitFor();
  await page.getByRole("searchbox", { name: "대화 검색" }).press("Escape");
  await page.getByRole("heading", { name: "주말 소풍" }).waitFor();
});

test("the owner makes an admin, invites by link and code, removes somebody, and hands the group over", async () => {
  await page.getByRole("button", { name: "채팅방 정보" }).click();
  const panel = page.getByRole("dialog", { name: "채팅방 정보" });
  await panel.getByRole("button", { name: /이서준/ }).click();
  expect(await findings()).toEqual([]);
  await page.getByRole("button", { name: "부방장으로 정하기" }).click();
  await panel
    .getByRole("button", { name: /이서준/ })
    .getByText("부방장")
    .waitFor();

  await panel.getByRole("button", { name: "링크로 초대" }).click();
  await page.getByRole("button", { name: "링크 만들기" }).click();
  await page.getByRole("img", { name: "주말 소풍 초대 QR 코드" }).waitFor();
  expect(await findings()).toEqual([]);
  await page.getByRole("button", { name: "복사" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await server.rest(
    friends[2]?.access_token ?? "",
    "POST",
    `/v1${new URL(link).pathname.replace("invite", "invites")}`,
    {},
  );
  await page.getByRole("button", { name: "모든 링크 없애기" }).click();
  await page.getByRole("button", { name: "없애기", exact: true }).click();
  await expect(
    server.rest(
      friends[2]?.access_token ?? "",
      "GET",
      `/v1${new URL(link).pathname.replace("invite", "invites")}`,
    ),
  ).rejects.toThrow("invite_invalid");
  await page.getByRole("button", { name: "닫기" }).click();

  await panel.getByRole("button", { name: /최도윤/ }).click();
  await page.getByRole("button", { name: "내보내기" }).click();
  await page.getByRole("button", { name: "내보내기", exact: true }).click();
  await panel.getByRole("button", { name: /최도윤/ }).waitFor({ state: "detached" });

  await panel.getByRole("button", { name: /이서준/ }).click();
  await page.getByRole("button", { name: "방장 넘기기" }).click();
  await page.getByRole("button", { name: "넘기기", exact: true }).click();
  await panel
    .getByRole("button", { name: /이서준/ })
    .getByText("방장", { exact: true })
    .waitFor();
  await panel
    .getByRole("button", { name: /김미나/ })
    .getByText("부방장")
    .waitFor();
});

test("everything that was shared is found in the panel, and who was removed is told", async () => {
  const panel = page.getByRole("dialog");
  await say(friends[0], "여기 봐요 https://example.com/park");
  const photo = await server.rest<{ id: string }>("", "POST", "/sandbox/v1/media", {
    kind: "photo",
    owner_id: friends[0]?.id,
  });
  await server.rest(friends[0]?.access_token ?? "", "POST", `/v1/rooms/${picnic.id}/messages`, {
    client_id: crypto.randomUUID(),
    type: "photo",
    photos: [{ media_id: photo.id }],
  });
  await panel.getByRole("button", { name: "사진, 파일, 링크" }).click();
  await panel.getByRole("button", { name: "사진 열기" }).waitFor();
  expect(await findings()).toEqual([]);
  await panel.getByRole("button", { name: "링크", exact: true }).click();
  await panel.getByRole("link", { name: /example\.com/ }).waitFor();
  await panel.getByRole("button", { name: "메시지로 이동" }).click();
  await article("여기 봐요").waitFor();

  await server.rest(friends[0]?.access_token ?? "", "DELETE", `/v1/rooms/${picnic.id}/members/${me.id}`);
  await page.getByText("‘주말 소풍’에 더는 참여하고 있지 않습니다").waitFor();
  expect(await findings()).toEqual([]);
});
