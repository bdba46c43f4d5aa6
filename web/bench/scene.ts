import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { desktop } from "../e2e/browser";
import { enterAs } from "../e2e/people";
import type { Server } from "../e2e/server";
import type { Room } from "../src/wire/types";

type User = Awaited<ReturnType<Server["users"]>>[number];

/** Whom and what the measurements need. */
export interface Scene {
  server: Server;
  /** The person at the browser, and two others. */
  me: User;
  ben: User;
  cat: User;
  /** The room of 100,000 entries, and one where people talk. */
  big: Room;
  group: Room;
}

export const entries = 100_000;
const rooms = 40;

const words =
  "안녕하세요 오늘 저녁에 시간 있어요 네 좋아요 어디에서 만날까요 숲 입구가 좋겠어요 알겠습니다 조금 늦을 것 같아요 괜찮아요 천천히 오세요 사진 잘 나왔네요 고마워요 다음에 또 만나요 ㅋㅋㅋ 그러게요 날씨가 정말 좋아요".split(
    " ",
  );

/** A text of some length, the same for the same number. */
function textOf(n: number): string {
  const length = n % 17 === 0 ? 40 : 1 + ((n * 7) % 11);
  return Array.from({ length }, (_, i) => words[(n * 31 + i * 13) % words.length]).join(" ");
}

/** A conversation of many years as KakaoTalk exports it. */
function exported(): string {
  const people = ["하늘", "바다", "들꽃", "강"];
  const lines = ["오래된 방 4 카카오톡 대화", "저장한 날짜 : 2025년 12월 10일 오전 9:30", ""];
  let day = "";
  for (let i = 0; i < entries; i++) {
    const at = new Date(Date.UTC(2019, 0, 1) + i * 35 * 60_000 - (i % 4) * 34 * 60_000);
    const date = `${at.getUTCFullYear()}년 ${at.getUTCMonth() + 1}월 ${at.getUTCDate()}일`;
    const hour = at.getUTCHours();
    const time = `${hour < 12 ? "오전" : "오후"} ${hour % 12 || 12}:${String(at.getUTCMinutes()).padStart(2, "0")}`;
    if (date !== day) lines.push("", `${date} ${time}`);
    day = date;
    lines.push(`${date} ${time}, ${people[(i * 5 + (i >> 2)) % 4]} : ${textOf(i)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Makes people and rooms on a new server. */
export async function makeScene(server: Server): Promise<Scene> {
  const users = await server.users(rooms + 3);
  const [me, ben, cat, ...others] = users;
  if (me === undefined || ben === undefined || cat === undefined) throw new Error("no users");
  const names = ["하늘", "바다", "들꽃"];
  for (const [i, u] of users.entries()) {
    await server.rest(u.access_token, "PATCH", "/v1/me", { name: names[i] ?? `친구 ${i}`, language: "ko" });
  }
  await Promise.all(
    [ben, cat, ...others].map((u) => server.rest(me.access_token, "PUT", `/v1/friends/${u.id}`, {})),
  );
  // Side by side, because each message waits for the disk.
  await Promise.all(
    others.map(async (u, i) => {
      const direct = await server.rest<Room>(u.access_token, "POST", "/v1/rooms", { member_ids: [me.id] });
      for (let n = 0; n < 60; n++) await say(server, n % 3 === 0 ? me : u, direct.id, textOf(i * 60 + n));
    }),
  );
  const file = join(tmpdir(), `madang-bench-${process.pid}.txt`);
  await writeFile(file, exported());
  await server.command("import", "kakaotalk", file, "--owner", me.phone, "--me", "하늘");
  const group = await server.rest<Room>(me.access_token, "POST", "/v1/rooms", {
    member_ids: [ben.id, cat.id],
    title: "주말 산책",
  });
  for (let n = 0; n < 60; n++) await say(server, n % 2 === 0 ? ben : cat, group.id, textOf(n));
  const list = await server.rest<{ rooms: Room[] }>(me.access_token, "GET", "/v1/rooms?limit=100");
  const big = list.rooms.find((r) => r.head_seq >= entries);
  if (big === undefined) throw new Error("the long conversation did not come in");
  return { server, me, ben, cat, big, group };
}

export function say(server: Server, from: User, room: string, text: string): Promise<{ seq: number }> {
  const client_id = crypto.randomUUID();
  const body = { client_id, type: "text", text };
  return server.rest(from.access_token, "POST", `/v1/rooms/${room}/messages`, body);
}

/** A browser of its own with the person signed in, its processor slowed down. */
export async function signedIn(browser: Browser, scene: Scene, slow: number): Promise<Page> {
  const context = await browser.newContext({ locale: "ko-KR", timezoneId: "Asia/Seoul", viewport: desktop });
  const page = await context.newPage();
  await page.goto(scene.server.url);
  await enterAs(scene.server, page, scene.me.phone);
  await slowDown(page, slow);
  return page;
}

export async function slowDown(page: Page, rate: number): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate });
}

export function closeAll(contexts: readonly BrowserContext[]): Promise<unknown> {
  return Promise.all(contexts.map((c) => c.close()));
}
