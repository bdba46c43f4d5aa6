import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { complaints, desktop, launch, open, phone } from "./browser";
import { befriend, openRoomWith, say, signUp, takeHandle } from "./people";
import { Server } from "./server";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

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

/** Everything that axe finds against WCAG 2.2 A and AA. */
async function check(page: Page, screen: string): Promise<void> {
  // Colours are judged as they end, not on their way.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((a) => a.finished.catch(() => undefined))),
  );
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join("\n")}`);
  });
  expect(found, screen).toEqual([]);
  await narrow(page, screen);
}

/** Nothing stands out to the side where the page is as narrow as it may get (WCAG 2.2, 1.4.10). */
async function narrow(page: Page, screen: string): Promise<void> {
  const size = page.viewportSize() ?? phone;
  await page.setViewportSize({ width: 320, height: size.height });
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll("body *")]
      .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 0.5)
      .map((e) => e.outerHTML.slice(0, 100)),
  );
  expect(wide, `${screen}, 320 px wide`).toEqual([]);
  await page.setViewportSize(size);
}

interface Axe {
  run(
    root: Document,
    options: { runOnly: string[] },
  ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/** Nothing that can be pressed is smaller than a fingertip. */
async function targets(page: Page, screen: string): Promise<void> {
  const small = await page.evaluate(() =>
    [
      ...document.querySelectorAll(
        "button, a[href], select, input:not([type=checkbox], [type=radio]), textarea",
      ),
    ]
      .filter((e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .filter((e) => !(e instanceof HTMLAnchorElement && e.closest("p") !== null)) // links in sentences are free of it
      .map((e) => {
        // A drawing may be smaller than the area around it that takes the finger.
        const { width, height } = e.getBoundingClientRect();
        const around = getComputedStyle(e, "::after");
        const box = {
          width: width - Math.min(0, Number.parseFloat(around.left) || 0) * 2,
          height: height - Math.min(0, Number.parseFloat(around.top) || 0) * 2,
        };
        return { html: e.outerHTML.slice(0, 120), box };
      })
      .filter(({ box }) => box.height < 43.5 || box.width < 43.5)
      .map(({ html, box }) => `${Math.round(box.width)}×${Math.round(box.height)} ${html}`),
  );
  expect(small, screen).toEqual([]);
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`every screen can be used by everybody (${colorScheme})`, async () => {
    const n = colorScheme === "light" ? 1 : 2;
    const options = { colorScheme };
    const page = await open(browser, server.url, options);
    const other = await open(browser, server.url, options);
    await page.context().addInitScript({ path: axe });
    await page.reload();
    await page.getByLabel("전화번호").waitFor();
    await check(page, "phone number");
    await targets(page, "phone number");
    await signUp(server, page, `+8210500000${n}1`, "김미나");
    await signUp(server, other, `+8210500000${n}2`, "박준");
    await check(page, "no rooms");
    await page.getByRole("link", { name: "친구", exact: true }).click();
    await page.getByRole("heading", { name: "아직 친구가 없습니다" }).waitFor();
    await check(page, "no friends");
    await takeHandle(other, `jun.${colorScheme}`);
    await takeHandle(page, `mina.${colorScheme}`);
    await check(page, "more");
    await targets(page, "more");
    for (const part of ["프로필", "알림", "개인정보와 보안", "기기", "계정", "화면 모드", "언어", "정보"]) {
      await page.getByRole("link", { name: part, exact: part !== "프로필" }).click();
      await page.getByRole("heading", { name: part }).first().waitFor();
      await check(page, part);
      await targets(page, part);
      await page.getByRole("link", { name: "뒤로" }).click();
    }
    await page.getByRole("link", { name: "플러스친구" }).click();
    await page.getByRole("heading", { name: "아직 플러스친구가 없습니다" }).waitFor();
    await check(page, "plus friends");
    await befriend(page, `jun.${colorScheme}`);
    await befriend(other, `mina.${colorScheme}`);
    await check(page, "friends");
    await targets(page, "friends");
    await page.getByRole("button", { name: "친구 추가" }).first().click();
    await page.getByRole("dialog").waitFor();
    await check(page, "add friends");
    await targets(page, "add friends");
    for (const way of ["전화번호", "연락처", "QR 코드", "스캔"]) {
      await page.getByRole("tab", { name: way, exact: true }).click();
      await page.getByRole("tabpanel", { name: way, exact: true }).locator("button, input").first().waitFor();
      await check(page, `add friends: ${way}`);
      await targets(page, `add friends: ${way}`);
    }
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "박준" }).first().click();
    await page.getByRole("button", { name: "차단", exact: true }).waitFor();
    await check(page, "profile");
    await targets(page, "profile");
    for (const view of ["이름 바꾸기", "차단"]) {
      await page.getByRole("button", { name: view, exact: true }).click();
      await page.getByRole("button", { name: "취소" }).waitFor();
      await check(page, `profile: ${view}`);
      await targets(page, `profile: ${view}`);
      await page.getByRole("button", { name: "취소" }).click();
    }
    await page.keyboard.press("Escape");
    await page.goto(`${server.url}/add/jun.${colorScheme}`);
    await page.getByRole("button", { name: "1:1 채팅" }).waitFor();
    await check(page, "a person's link");
    await targets(page, "a person's link");
    await page.getByRole("link", { name: "친구 보기" }).click();
    await openRoomWith(other, "김미나");
    await say(other, "안녕 👋 https://example.com/ 여기 봐");
    await openRoomWith(page, "박준");
    await say(page, "반가워");
    await page.getByRole("log").getByText("반가워").waitFor();
    await check(page, "room");
    await targets(page, "room");
    await page.getByRole("button", { name: "메시지 메뉴" }).last().click();
    await page.getByRole("button", { name: "❤️ 공감하기" }).waitFor();
    await check(page, "message menu");
    await targets(page, "message menu");
    await page.getByRole("button", { name: "❤️ 공감하기" }).click();
    await page.getByRole("button", { name: "❤️ 1명" }).waitFor();
    await check(page, "room with a reaction");
    await page.getByRole("button", { name: "채팅방 정보" }).click();
    await page.getByRole("dialog").waitFor();
    await check(page, "about the room");
    await targets(page, "about the room");
    await page.keyboard.press("Escape");
    await page.setViewportSize(desktop);
    await check(page, "two panes");
    await page.setViewportSize(phone);
    await page.goto(`${server.url}/rooms/new`);
    await page.getByText("박준").waitFor();
    await check(page, "new room");
    await page.goto(`${server.url}/nothing`);
    await page.getByRole("heading").waitFor();
    await check(page, "nowhere");
  });
}
