import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Room } from "../src/wire/types";
import { complaints, desktop, launch, open } from "./browser";
import { signUp, takeHandle } from "./people";
import { Server } from "./server";

type User = Awaited<ReturnType<Server["users"]>>[number];

let server: Server;
let browser: Browser;
let page: Page;
let me: string;
let friends: User[];

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  page = await open(browser, server.url);
  await signUp(server, page, "+821040000001", "김미나");
  await takeHandle(page, "mina.kim");
  friends = await server.users(3);
  for (const [i, f] of friends.entries()) {
    await server.rest(f.access_token, "PATCH", "/v1/me", { name: ["이서준", "박하은", "최도윤"][i] });
  }
  me = (
    await server.rest<{ id: string }>(friends[0]?.access_token ?? "", "GET", "/v1/users/by-handle/mina.kim")
  ).id;
  await page.evaluate(
    async (ids) => {
      for (const id of ids) {
        await fetch(`/v1/friends/${id}`, {
          method: "PUT",
          headers: { "Content-Type": "application/json" },
          body: "{}",
        });
      }
    },
    friends.map((f) => f.id),
  );
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

function write(from: User | undefined, room: string, content: object): Promise<{ seq: number }> {
  const client_id = crypto.randomUUID();
  return server.rest(from?.access_token ?? "", "POST", `/v1/rooms/${room}/messages`, {
    client_id,
    ...content,
  });
}

test("a group is made of friends, named, and told in sentences", async () => {
  await page.getByRole("link", { name: "채팅" }).click();
  await page.getByRole("link", { name: "새 채팅" }).click();
  await page.getByText("이서준").click();
  await page.getByText("박하은").click();
  await page.getByLabel("채팅방 이름").fill("주말 소풍");
  await page.getByRole("button", { name: "친구 2명과 그룹 채팅 시작" }).click();
  await page.getByRole("heading", { name: "주말 소풍" }).waitFor();
  await page.getByRole("log").getByText("김미나님이 이서준, 박하은님을 초대했습니다.").waitFor();

  await page.getByRole("button", { name: "채팅방 정보" }).click();
  await page.getByRole("button", { name: "친구 초대" }).click();
  await page.getByText("최도윤").click();
  await page.getByRole("button", { name: "1명 초대" }).click();
  await page.getByRole("dialog").getByText("최도윤").waitFor();
  await page.getByRole("button", { name: "닫기" }).click();
  await page.getByRole("log").getByText("김미나님이 최도윤님을 초대했습니다.").waitFor();
  await page.getByText("4명", { exact: true }).waitFor();
});

test("every type of message can be read", async () => {
  const room = page.url().split("/").at(-1) ?? "";
  const [seo, ha] = friends;
  const photo = await server.rest<{ id: string }>("", "POST", "/sandbox/v1/media", {
    kind: "photo",
    owner_id: seo?.id,
  });
  const file = await server.rest<{ id: string }>("", "POST", "/sandbox/v1/media", {
    kind: "file",
    owner_id: seo?.id,
  });
  const voice = await server.rest<{ id: string }>("", "POST", "/sandbox/v1/media", {
    kind: "voice",
    owner_id: seo?.id,
  });
  const video = await server.rest<{ id: string }>("", "POST", "/sandbox/v1/media", {
    kind: "video",
    owner_id: seo?.id,
  });
  await write(seo, room, {
    type: "text",
    text: "@김미나 봐 줘",
    mentions: [{ user_id: me, offset: 0, length: 4 }],
  });
  await write(seo, room, { type: "photo", photos: [{ media_id: photo.id }], text: "우리 동네" });
  // What the files themselves say counts, whatever the sender says of them.
  await write(seo, room, { type: "video", video: { media_id: video.id, duration_ms: 65_000 } });
  await write(seo, room, { type: "voice", voice: { media_id: voice.id, duration_ms: 9000 } });
  await write(seo, room, { type: "file", file: { media_id: file.id, name: "일정표.pdf", size: 2_400_000 } });
  await write(ha, room, { type: "contact", contact: { name: "자전거 대여소", phone: "+82212345678" } });
  await write(ha, room, {
    type: "place",
    place: { latitude: 37.5271, longitude: 126.9328, name: "여의나루역" },
  });
  await write(ha, room, { type: "emoticon", emoticon: { pack: "madang", id: "hello" } });
  await write(ha, room, {
    type: "card",
    card: {
      title: "토요일 날씨",
      description: "맑음",
      buttons: [{ title: "자세히 보기", url: "https://example.com/" }],
    },
  });
  const log = page.getByRole("log");
  await log.getByText("토요일 날씨").waitFor();
  await log.evaluate((el) => el.scrollTo(0, 0));
  await log.locator("b", { hasText: "@김미나" }).waitFor();
  await log.getByRole("button", { name: "사진 열기" }).waitFor();
  await log.getByText("우리 동네").waitFor();
  // A film of which nobody made a picture says what it is.
  await log.getByRole("button", { name: /^sample\.mp4 동영상 재생 0:03$/ }).waitFor();
  await log.getByText("0:01", { exact: true }).waitFor();
  // Rows that come into sight find their heights, so the end may move.
  await expect
    .poll(async () => {
      await log.evaluate((el) => el.scrollTo(0, el.scrollHeight));
      return log.getByText("일정표.pdf").isVisible();
    })
    .toBe(true);
  await log.getByText("20B", { exact: true }).waitFor();
  await log.getByText("자전거 대여소").waitFor();
  await log.getByText("37.52710, 126.93280").waitFor();
  await log.evaluate((el) => el.scrollTo(0, el.scrollHeight));
  await log.getByRole("img", { name: "안녕" }).waitFor();
  await log.getByRole("link", { name: "자세히 보기" }).waitFor();
});

test("each message tells how many of the group have yet to read it", async () => {
  const room = page.url().split("/").at(-1) ?? "";
  const [seo, ha, choi] = friends;
  const { seq } = await write(seo, room, { type: "text", text: "몇 명이 봤을까" });
  const message = page.getByRole("log").getByRole("article").filter({ hasText: "몇 명이 봤을까" });
  await message.getByText("2명이 읽지 않음").waitFor({ state: "attached" });
  await server.rest(ha?.access_token ?? "", "PUT", `/v1/rooms/${room}/read`, { seq });
  await message.getByText("1명이 읽지 않음").waitFor({ state: "attached" });
  await server.rest(choi?.access_token ?? "", "PUT", `/v1/rooms/${room}/read`, { seq });
  await message.getByText("명이 읽지 않음").waitFor({ state: "detached" });
});

test("older messages come while scrolling up, and the place stays", async () => {
  const [seo] = friends;
  const room = await server.rest<Room>(seo?.access_token ?? "", "POST", "/v1/rooms", { member_ids: [me] });
  for (let i = 1; i <= 180; i++) await write(seo, room.id, { type: "text", text: `메시지 ${i}번` });
  await page.goto(`${server.url}/rooms/${room.id}`);
  const log = page.getByRole("log");
  await log.getByText("메시지 180번").waitFor();
  expect(await log.getByRole("article").count()).toBeLessThan(60);

  await log.hover();
  const seen = new Set<number>();
  const until = Date.now() + 30_000;
  const look = async () => {
    for (const text of await log.getByRole("article").allInnerTexts())
      seen.add(Number(/메시지 (\d+)번/.exec(text)?.[1]));
  };
  await look();
  while (!seen.has(1) && Date.now() < until) {
    await page.mouse.wheel(0, -350);
    await page.waitForTimeout(60);
    await look();
  }
  expect([...seen].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 180 }, (_, i) => i + 1));

  // What arrives meanwhile does not move the page; a button leads to it.
  await write(seo, room.id, { type: "text", text: "아래에서 온 새 글" });
  await page.getByRole("button", { name: /아래에서 온 새 글/ }).click();
  await log.getByText("아래에서 온 새 글").waitFor();
});

test("a large screen shows the list and the room side by side", async () => {
  await page.setViewportSize(desktop);
  await page.goto(`${server.url}/rooms`);
  await page.getByText("채팅을 골라 주세요").waitFor();
  await page.getByRole("link", { name: /주말 소풍/ }).click();
  await page.getByRole("heading", { name: "주말 소풍" }).waitFor();
  await page.getByRole("heading", { name: "채팅", exact: true }).waitFor();
});

test("an invitation link leads into a group, and leaving leads out", async () => {
  const [seo, ha] = friends;
  const made = await server.rest<Room>(seo?.access_token ?? "", "POST", "/v1/rooms", {
    member_ids: [ha?.id],
    title: "독서 모임",
  });
  const { token } = await server.rest<{ token: string }>(
    seo?.access_token ?? "",
    "POST",
    `/v1/rooms/${made.id}/invites`,
    {},
  );
  await page.goto(`${server.url}/invite/${token}`);
  await page.getByRole("heading", { name: "독서 모임" }).waitFor();
  await page.getByRole("button", { name: "들어가기" }).click();
  await page.getByRole("log").getByText("김미나님이 들어왔습니다.").waitFor();

  await page.getByRole("button", { name: "채팅방 정보" }).click();
  await page.getByRole("button", { name: "채팅방 나가기" }).click();
  await page.getByRole("button", { name: "나가기", exact: true }).click();
  await page.getByText("채팅을 골라 주세요").waitFor();
  expect(await page.getByRole("link", { name: /독서 모임/ }).count()).toBe(0);
  await page.goto(`${server.url}/invite/not-a-token`);
  await page.getByText("더는 쓸 수 없는 초대입니다").waitFor();
});
