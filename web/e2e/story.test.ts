import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { complaints, desktop, launch, open } from "./browser";
import { picture } from "./files";
import { Net } from "./net";
import { say, signUp } from "./people";
import { Server } from "./server";

// The first sixty seconds of somebody new, as they would go through them: the page, a code from the phone, a
// friend from the phone book, a talk both ways, a photo, a tunnel without network, and everything there once.

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

const minaPhone = "+821080000001";
const junPhone = "+821080000002";

const log = (page: Page): Locator => page.getByRole("log");

/** A message in the open room. */
function message(page: Page, words: string): Locator {
  return log(page).getByRole("article").filter({ hasText: words });
}

/** Reads the code off the page that shows what the phones of the sandbox got, in a tab of its own. */
async function codeFromPhone(page: Page): Promise<string> {
  const phone = await page.context().newPage();
  await phone.goto(`${server.url}/sandbox/?phone=${encodeURIComponent(minaPhone)}`);
  const code = (await phone.locator("#messages strong").first().textContent()) ?? "";
  await phone.close();
  return code;
}

test("the first minute of somebody new", async () => {
  // A friend is here already, on a computer.
  const jun = await open(browser, server.url, { viewport: desktop });
  await signUp(server, jun, junPhone, "박준");

  const mina = await open(browser, server.url);
  const started = Date.now();

  // A number, the code from the phone, a name: in.
  await mina.getByLabel("전화번호").fill("010-8000-0001");
  await mina.getByRole("button", { name: "인증번호 받기" }).click();
  await mina.getByLabel("인증번호", { exact: true }).waitFor();
  await mina.getByLabel("인증번호", { exact: true }).fill(await codeFromPhone(mina));
  await mina.getByLabel("이름").fill("김미나");
  await mina.getByRole("button", { name: "시작하기" }).click();
  await mina.getByRole("heading", { name: "아직 채팅이 없습니다" }).waitFor();

  // A friend from the contacts, as a phone book writes the number.
  await mina.getByRole("link", { name: "친구", exact: true }).click();
  await mina.getByRole("button", { name: "친구 추가" }).first().click();
  await mina.getByRole("tab", { name: "연락처" }).click();
  await mina.getByLabel("또는 전화번호 붙여 넣기").fill("010-8000-0002\n010-8000-9999");
  await mina.getByRole("button", { name: "찾기" }).click();
  await mina.getByText("새 친구 1명").waitFor();
  await mina.keyboard.press("Escape");

  // A talk both ways, and the number beside the message falls when it is read.
  await mina.getByRole("button", { name: "박준" }).first().click();
  await mina.getByRole("button", { name: "1:1 채팅" }).click();
  await say(mina, "준아, 나 미나야!");
  await message(mina, "나 미나야").getByText("1명이 읽지 않음").waitFor({ state: "attached" });
  const row = jun.getByRole("link", { name: /김미나/ }).first();
  await jun.getByRole("link", { name: /^채팅/ }).click();
  await row.getByText("읽지 않은 메시지 1개").waitFor({ state: "attached" });
  await row.click();
  await message(jun, "나 미나야").waitFor();
  await message(mina, "나 미나야").getByText("1명이 읽지 않음").waitFor({ state: "detached" });
  await row.getByText("읽지 않은 메시지").waitFor({ state: "detached" });
  await say(jun, "반가워! 여기서 보네");
  await message(mina, "여기서 보네").waitFor();

  // A photo with words under it.
  const asked = mina.waitForEvent("filechooser");
  await mina.getByRole("button", { name: "사진, 파일 등 보내기" }).click();
  await mina.getByRole("dialog").getByRole("button", { name: "사진·동영상" }).click();
  await (
    await asked
  ).setFiles([{ name: "lake.jpg", mimeType: "image/jpeg", buffer: await picture(mina, 1, 800, 600) }]);
  await mina.getByRole("dialog").getByLabel("설명 추가").fill("어제 호수");
  await mina.getByRole("dialog").getByRole("button", { name: "1개 보내기" }).click();
  await message(jun, "어제 호수").getByRole("button", { name: "사진 열기" }).waitFor();
  await message(mina, "어제 호수").getByRole("button", { name: "사진 열기" }).waitFor();

  // A tunnel: what is written waits, and the page can even be loaded anew.
  const net = new Net();
  await net.of(mina);
  await message(mina, "어제 호수").waitFor();
  await net.cut();
  await mina.getByText("연결이 끊겼습니다").filter({ visible: true }).waitFor();
  await say(mina, "터널이야, 들려?");
  await message(mina, "들려").waitFor();
  await say(jun, "안 들려!");
  expect(await message(jun, "들려?").count()).toBe(0);

  // Out of it: everything is there once, in one order, on both sides.
  net.mend();
  await message(jun, "터널이야, 들려?").waitFor();
  await message(mina, "안 들려!").waitFor();
  const words = ["준아, 나 미나야!", "반가워! 여기서 보네", "어제 호수", "안 들려!", "터널이야, 들려?"];
  for (const page of [mina, jun]) {
    await message(page, "터널이야").getByText("보내는 중").waitFor({ state: "detached" });
    const all = (await log(page).getByRole("article").allInnerTexts()).join("\n");
    const places = words.map((w) => all.indexOf(w));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    for (const w of words) expect(all.split(w).length - 1, w).toBe(1);
  }
  await mina.reload();
  await message(mina, "터널이야, 들려?").waitFor();
  expect(await message(mina, "터널이야, 들려?").count()).toBe(1);
  expect(Date.now() - started).toBeLessThan(60_000);
});
