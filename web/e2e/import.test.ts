import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { complaints, launch, open } from "./browser";
import { signUp } from "./people";
import { Server } from "./server";

let server: Server;
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

test("a conversation from KakaoTalk appears in the open page and can be read and gone on with", async () => {
  const page = await open(browser, server.url);
  await signUp(server, page, "+821060000001", "하늘");
  const file = new URL("fixtures/kakaotalk.txt", import.meta.url).pathname;
  await server.command("import", "kakaotalk", file, "--owner", "+821060000001", "--me", "하늘");

  await page.getByRole("link", { name: /강가 산책 모임/ }).click();
  const log = page.getByRole("log");
  await log.getByText("다음 주에도 봐요").waitFor();
  const said = (words: string) => log.getByRole("article").filter({ hasText: words });
  await log.getByText("2024년 12월 8일 일요일").waitFor();
  await log.getByText("2024년 12월 9일 월요일").waitFor();
  await log.getByText("하늘님이 바다, 들, 강님을 초대했습니다.").waitFor();
  await log.getByText("강님이 나갔습니다.").waitFor();
  expect(await said("여섯 시에").getAttribute("aria-label")).toMatch(/^나: /);
  expect(await said("따뜻하게").locator("p").last().innerText()).toBe("네!\n따뜻하게 입고 오세요");
  expect(await said("따뜻하게").getAttribute("aria-label")).toMatch(/^바다: /);
  await said("따뜻하게").getByText("오후 9:02").waitFor();
  await log.getByText("사진", { exact: true }).waitFor();
  await log.getByText("이모티콘").first().waitFor();

  await page.getByLabel("메시지 입력").fill("여기서 이어 갈게요");
  await page.getByLabel("메시지 입력").press("Enter");
  await said("여기서 이어").getByRole("time").waitFor();
});
