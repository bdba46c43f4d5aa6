import type { Page } from "playwright-core";
import type { Server } from "./server";

/** Signs up through the page, with the code that the sandbox's phone got. */
export async function signUp(server: Server, page: Page, number: string, name: string): Promise<void> {
  await page.getByLabel("전화번호").fill(number);
  await page.getByRole("button", { name: "인증번호 받기" }).click();
  const code = page.getByLabel("인증번호", { exact: true });
  await code.waitFor();
  await code.fill(await server.code(number));
  await page.getByLabel("이름").fill(name);
  await page.getByRole("button", { name: "시작하기" }).click();
  await page.getByRole("navigation", { name: "주 메뉴" }).waitFor();
}

/** Chooses a handle in the profile, and comes back to the list of settings. */
export async function takeHandle(page: Page, handle: string): Promise<void> {
  await page.getByRole("link", { name: "더보기" }).click();
  await page.getByRole("link", { name: "프로필" }).click();
  await page.getByLabel("아이디").fill(handle);
  await page.locator("form").getByRole("button", { name: "저장" }).click();
  await page.getByText("저장했습니다").waitFor();
  await page.goBack();
}

/** Finds somebody by handle and makes them a friend. */
export async function befriend(page: Page, handle: string): Promise<void> {
  await page.getByRole("link", { name: "친구", exact: true }).click();
  await page.getByRole("button", { name: "친구 추가" }).first().click();
  await page.getByRole("textbox", { name: "아이디", exact: true }).fill(handle);
  await page.getByRole("button", { name: "찾기" }).click();
  await page.getByRole("button", { name: "추가", exact: true }).click();
  await page.getByText("친구로 추가했습니다").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

/** Opens the direct room with a friend. */
export async function openRoomWith(page: Page, friend: string): Promise<void> {
  await page.getByRole("link", { name: "친구", exact: true }).click();
  await page.getByRole("button", { name: friend }).first().click();
  await page.getByRole("button", { name: "1:1 채팅" }).click();
  await page.getByRole("log").waitFor();
}

/** Writes into the open room and sends by Enter. */
export async function say(page: Page, words: string): Promise<void> {
  const area = page.getByLabel("메시지 입력");
  await area.fill(words);
  await area.press("Enter");
}

/** Signs in through the page as somebody whom the server knows, with the code that the sandbox's phone got. */
export async function enterAs(server: Server, page: Page, number: string): Promise<void> {
  await page.locator("input[type=tel]").fill(number);
  await page.locator("form button[type=submit]").click();
  const code = page.locator("input[name=code]");
  await code.waitFor();
  await code.fill(await server.code(number));
  await page.locator("nav").first().waitFor({ state: "attached" });
}

/** Signs in somebody who is there already, through the page. */
export async function signIn(server: Server, page: Page, number: string): Promise<void> {
  await page.getByLabel("전화번호").fill(number);
  await page.getByRole("button", { name: "인증번호 받기" }).click();
  const code = page.getByLabel("인증번호", { exact: true });
  await code.waitFor();
  await code.fill(await server.code(number));
  await page.getByRole("navigation", { name: "주 메뉴" }).waitFor();
}
