import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { complaints, desktop, launch, open } from "./browser";
import { signUp, takeHandle } from "./people";
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

test("the set-up link makes the first administrator", async () => {
  const printed = /http:\/\/\S+\/setup#\S+/;
  await expect.poll(() => server.printed).toMatch(printed);
  const link = printed.exec(server.printed)?.[0];
  const page = await open(browser, link ?? "");
  await page.getByText("첫 관리자가 됩니다").waitFor();
  await signUp(server, page, "+821020000001", "관리자");
  await page.getByRole("link", { name: "더보기" }).click();
  await page.getByText("관리자", { exact: true }).first().waitFor();

  const late = await open(browser, link ?? "");
  await late.getByLabel("전화번호").fill("010-2000-0002");
  await late.getByRole("button", { name: "인증번호 받기" }).click();
  await late.getByLabel("인증번호", { exact: true }).waitFor();
  await late.getByLabel("인증번호", { exact: true }).fill(await server.code("+821020000002"));
  await late.getByText("이미 쓴 링크이거나").waitFor();
});

test("a wrong number and a wrong code are said, and the right code signs in", async () => {
  const page = await open(browser, server.url);
  await page.getByLabel("전화번호").fill("12");
  await page.getByRole("button", { name: "인증번호 받기" }).click();
  await page.getByText("전화번호가 아닙니다").waitFor();

  await page.getByLabel("전화번호").fill("010-2000-0003");
  await page.getByRole("button", { name: "인증번호 받기" }).click();
  const code = page.getByLabel("인증번호", { exact: true });
  await code.waitFor();
  const right = await server.code("+821020000003");
  await code.fill(right === "000000" ? "111111" : "000000");
  await page.getByText("인증번호가 다릅니다").waitFor();
  await code.fill(right);
  await page.getByLabel("이름").fill("하은");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "아직 채팅이 없습니다" }).waitFor();

  await page.reload();
  await page.getByRole("heading", { name: "아직 채팅이 없습니다" }).waitFor();
});

test("everything can be done by keyboard, in English too", async () => {
  const page = await open(browser, server.url, { locale: "en-US", viewport: desktop });
  await page.getByRole("combobox", { name: "Country" }).focus();
  await page.keyboard.type("South Korea");
  await page.keyboard.press("Tab");
  await page.keyboard.type("01020000004");
  await page.keyboard.press("Enter");
  await page.getByLabel("Code", { exact: true }).waitFor();
  await page.keyboard.type(await server.code("+821020000004"));
  await page.getByLabel("Name").focus();
  await page.keyboard.type("Emma Wilson");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "No chats yet" }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("en");
  // Friends: the add button, the way by handle, Escape and back.
  await page.getByRole("link", { name: "Friends", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Add friends" }).first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Add friends" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Add friends");
});

test("a profile, a language and devices are one's own to change", async () => {
  const page = await open(browser, server.url);
  await signUp(server, page, "+821020000005", "도윤");
  await takeHandle(page, "doyun");
  await page.getByText("@doyun").waitFor();
  await page.getByRole("link", { name: "프로필" }).click();
  await page.getByLabel("상태 메시지").fill("여행 중 ✈️");
  await page.locator("form").getByRole("button", { name: "저장" }).click();
  await page.getByText("저장했습니다").waitFor();

  const other = await open(browser, server.url);
  await other.getByLabel("전화번호").fill("010-2000-0005");
  await other.getByRole("button", { name: "인증번호 받기" }).click();
  await other.getByLabel("인증번호", { exact: true }).waitFor();
  await other.getByLabel("인증번호", { exact: true }).fill(await server.code("+821020000005"));
  await other.getByRole("navigation", { name: "주 메뉴" }).waitFor();

  // The first device hears of the second, and signs it out.
  await page.getByText("새 기기가 내 계정에 로그인했습니다").waitFor();
  await page.getByRole("link", { name: "확인하기" }).click();
  await page.locator("li").filter({ hasText: "마지막 사용" }).getByRole("button").click();
  await other.getByLabel("전화번호").waitFor();

  await page.getByRole("link", { name: "뒤로" }).click();
  await page.getByRole("link", { name: "언어" }).click();
  await page.getByRole("radio", { name: "English" }).check();
  await page.getByRole("heading", { name: "Language" }).waitFor();
  const kept = (): Promise<string> =>
    page.evaluate(async () => ((await (await fetch("/v1/me")).json()) as { language: string }).language);
  await expect.poll(kept).toBe("en");
  await page.goto(`${server.url}/more/profile`);
  await page.getByRole("heading", { name: "Profile" }).waitFor();
  expect(await page.getByLabel("Status message").inputValue()).toBe("여행 중 ✈️");

  await page.goto(`${server.url}/more/account`);
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByLabel("Phone number").waitFor();
  await page.reload();
  await page.getByLabel("Phone number").waitFor();
});

test("an address that leads nowhere says so", async () => {
  const page = await open(browser, `${server.url}/nothing/here`);
  await page.getByRole("heading", { name: "여기에는 아무것도 없습니다" }).waitFor();
  await page.getByRole("link", { name: "채팅으로" }).click();
  await page.getByLabel("전화번호").waitFor();
});
