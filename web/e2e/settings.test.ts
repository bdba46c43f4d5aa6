import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Room } from "../src/wire/types";
import { complaints, desktop, launch, open } from "./browser";
import { signUp } from "./people";
import { Server } from "./server";

type User = Awaited<ReturnType<Server["users"]>>[number];

const number = "+821090000001";

let server: Server;
let browser: Browser;
let page: Page;
let friends: User[];

/** Calls the server as the person of the page. */
function call<T>(path: string, verb = "GET", body?: unknown): Promise<T> {
  return page.evaluate(
    async ([p, v, b]) => {
      const answer = await fetch(p, {
        method: v,
        headers: { "Content-Type": "application/json" },
        ...(b === undefined ? {} : { body: JSON.stringify(b) }),
      });
      return answer.status === 204 ? {} : answer.json();
    },
    [path, verb, body] as const,
  ) as Promise<T>;
}

/** Asks for a code on another device; the page is where the code is to be written. */
async function signInElsewhere(phone: string): Promise<Page> {
  const other = await open(browser, server.url);
  await other.getByLabel("전화번호").fill(phone);
  await other.getByRole("button", { name: "인증번호 받기" }).click();
  const code = other.getByLabel("인증번호", { exact: true });
  await code.waitFor();
  await code.fill(await server.code(phone));
  return other;
}

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  page = await open(browser, server.url, { viewport: desktop });
  await signUp(server, page, number, "김미나");
  friends = await server.users(2);
  for (const [i, f] of friends.entries()) {
    await server.rest(f.access_token, "PATCH", "/v1/me", { name: ["이서준", "박하은"][i] });
    await call(`/v1/friends/${f.id}`, "PUT", {});
  }
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

test("quiet hours and previews are kept", async () => {
  await page.goto(`${server.url}/more/notifications`);
  await page.getByRole("button", { name: "시간 추가" }).click();
  const hours = page.getByRole("group", { name: "방해 금지 시간 1" });
  await hours.getByLabel("시작").fill("23:30");
  const day = (name: string) => hours.getByRole("checkbox", { name });
  const week = ["월", "화", "수", "목", "금", "토", "일"].map((d) => `${d}요일`);
  for (const name of week) await day(name).uncheck({ force: true });
  await page.getByRole("button", { name: "저장" }).click();
  await page.getByText("요일을 하나 이상 고르고").waitFor();
  for (const name of week.slice(0, 5)) await day(name).check({ force: true });
  await hours.getByLabel("끝").fill("06:30");
  await page.getByRole("button", { name: "저장" }).click();
  await page.getByText("저장했습니다").waitFor();
  await page.getByRole("switch", { name: /보낸 사람과 내용 표시/ }).click();
  await expect
    .poll(() => call("/v1/push/settings"))
    .toEqual({ preview: false, quiet: [{ days: [1, 2, 3, 4, 5], from: "23:30", to: "06:30" }] });

  await page.reload();
  expect(await hours.getByLabel("시작").inputValue()).toBe("23:30");
  await hours.getByRole("button", { name: "삭제" }).click();
  await page.getByRole("button", { name: "저장" }).click();
  await expect.poll(() => call("/v1/push/settings")).toEqual({ preview: false, quiet: [] });
});

test("muted rooms stand in a list and are turned on from there", async () => {
  const room = await call<Room>("/v1/rooms", "POST", { member_ids: [friends[0]?.id] });
  await call(`/v1/rooms/${room.id}`, "PATCH", { mute: "always" });
  const unmute = page.getByRole("button", { name: "이서준 알림 켜기" });
  await unmute.click();
  await unmute.waitFor({ state: "detached" });
  await page.getByText("알림을 끈 채팅방이 없습니다.").waitFor();
});

test("people who were blocked or hidden come back from one place", async () => {
  await call(`/v1/friends/${friends[0]?.id}`, "PATCH", { hidden: true });
  await call(`/v1/blocks/${friends[1]?.id}`, "PUT", {});
  await page.goto(`${server.url}/more/privacy`);
  await page.getByRole("button", { name: "이서준 목록에 보이기" }).click();
  await page.getByText("숨긴 친구가 없습니다.").waitFor();
  await page.getByRole("button", { name: "박하은 차단 해제" }).click();
  await page.getByText("차단한 사람이 없습니다.").waitFor();
  expect((await call<{ users: unknown[] }>("/v1/blocks")).users).toEqual([]);
});

test("a PIN is set, changed, asked for on a new device, and removed", async () => {
  const sheet = page.getByRole("dialog");
  await page.getByRole("button", { name: "PIN 정하기" }).click();
  await sheet.getByLabel("새 PIN", { exact: true }).fill("1234");
  await sheet.getByLabel("새 PIN 다시 입력").fill("1235");
  await sheet.getByText("두 PIN이 다릅니다.").waitFor();
  await sheet.getByLabel("새 PIN 다시 입력").fill("1234");
  await sheet.getByRole("button", { name: "저장" }).click();
  await page.getByText("PIN을 저장했습니다.").waitFor();

  const other = await signInElsewhere(number);
  await other.getByLabel("PIN").fill("1234");
  await other.getByRole("button", { name: "다음" }).click();
  await other.getByRole("navigation", { name: "주 메뉴" }).waitFor();

  await page.getByRole("button", { name: "PIN 바꾸기" }).click();
  await sheet.getByLabel("현재 PIN").fill("9999");
  await sheet.getByLabel("새 PIN", { exact: true }).fill("5678");
  await sheet.getByLabel("새 PIN 다시 입력").fill("5678");
  await sheet.getByRole("button", { name: "저장" }).click();
  await sheet.getByText("PIN이 다릅니다.", { exact: true }).waitFor();
  await sheet.getByLabel("현재 PIN").fill("1234");
  await sheet.getByRole("button", { name: "저장" }).click();
  await sheet.waitFor({ state: "detached" });

  await page.getByRole("button", { name: "PIN 없애기" }).click();
  await sheet.getByLabel("현재 PIN").fill("5678");
  await sheet.getByRole("button", { name: "PIN 없애기" }).click();
  await page.getByText("PIN을 없앴습니다.").waitFor();
  await page.getByRole("button", { name: "PIN 정하기" }).waitFor();

  // The other device is still signed in, and is signed out from here.
  await page.getByRole("link", { name: "기기" }).click();
  await page.locator("li").filter({ hasText: "마지막 사용" }).getByRole("button").click();
  await other.getByLabel("전화번호").waitFor();
  await other.context().close();
});

test("light and dark are one's own choice, and stay", async () => {
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.getByRole("link", { name: "화면 모드" }).click();
  const light = await ground();
  await page.getByRole("radio", { name: "어둡게" }).check();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  await page.getByRole("radio", { name: "어둡게" }).waitFor();
  expect(await ground()).toBe(dark);
  await page.getByRole("radio", { name: "시스템 설정에 맞춤" }).check();
  expect(await ground()).toBe(light);
});

test("the account moves to another number", async () => {
  const next = "+821090000009";
  await page.getByRole("link", { name: "계정" }).click();
  await page.getByRole("button", { name: "번호 바꾸기" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("새 휴대폰 번호").fill("010-9000-0009");
  await sheet.getByRole("button", { name: "인증번호 받기" }).click();
  const code = sheet.getByLabel("인증번호", { exact: true });
  await code.waitFor();
  await code.fill(await server.code(next));
  await page.getByText("번호를 바꿨습니다.").waitFor();
  await page.getByRole("main").getByText("010-9000-0009").waitFor();
});

test("an account goes only when its person has written that they mean it", async () => {
  await page.getByRole("button", { name: "계정 삭제" }).click();
  const sheet = page.getByRole("dialog");
  const yes = sheet.getByRole("button", { name: "영구 삭제" });
  expect(await yes.isDisabled()).toBe(true);
  await sheet.getByLabel(/계속하려면/).fill("삭제");
  await yes.click();
  await page.getByLabel("전화번호").waitFor();
  const seen = await server.rest<{ deleted?: boolean }>(friends[0]?.access_token ?? "", "GET", "/v1/rooms");
  expect(JSON.stringify(seen)).not.toContain("김미나");
  await page.reload();
  await page.getByLabel("전화번호").waitFor();
});
