import { createRequire } from "node:module";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { complaints, launch, open, phone } from "./browser";
import { picture } from "./files";
import { befriend, openRoomWith, say, signUp, takeHandle } from "./people";
import { Server } from "./server";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let server: Server;
let browser: Browser;
let mina: Page;
let jun: Page;

beforeAll(async () => {
  browser = await launch(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]);
  server = await Server.start();
  const options = {
    permissions: ["microphone", "geolocation"],
    geolocation: { latitude: 37.5271, longitude: 126.9328 },
  };
  mina = await open(browser, server.url, options);
  jun = await open(browser, server.url, { colorScheme: "dark" });
  await mina.context().addInitScript({ path: axe });
  await mina.reload();
  await signUp(server, mina, "+821060000001", "김미나");
  await signUp(server, jun, "+821060000002", "박준");
  await takeHandle(mina, "mina.media");
  await takeHandle(jun, "jun.media");
  await befriend(jun, "mina.media");
  await befriend(mina, "jun.media");
  await openRoomWith(jun, "김미나");
  await say(jun, "사진 보내 줘");
  await openRoomWith(mina, "박준");
  await log(mina).getByText("사진 보내 줘").waitFor();
});
afterEach(async () => {
  expect(complaints).toEqual([]);
  // What one test left open is not in the way of the next.
  for (const page of [mina, jun])
    while ((await sheet(page).count()) > 0) {
      await page.keyboard.press("Escape");
      await sheet(page).first().waitFor({ state: "detached" });
    }
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** Waits longer than a moment: pictures are on their way. */
const poll = <T>(look: () => T) => expect.poll(look, { timeout: 10_000 });
const log = (page: Page): Locator => page.getByRole("log");
const messages = (page: Page): Locator => log(page).getByRole("article");
const sheet = (page: Page): Locator => page.getByRole("dialog");
const sending = (page: Page): Locator => log(page).getByRole("progressbar");
const jpeg = (name: string, buffer: Buffer) => ({ name, mimeType: "image/jpeg", buffer });

/** Opens the panel and chooses what to send. */
async function attach(page: Page, what: string): Promise<void> {
  await page.getByRole("button", { name: "사진, 파일 등 보내기" }).click();
  await sheet(page).getByRole("button", { name: what }).click();
}

/** Chooses files where the browser asks for some. */
async function chooseFiles(
  page: Page,
  what: string,
  files: { name: string; mimeType: string; buffer: Buffer }[],
): Promise<void> {
  const asked = page.waitForEvent("filechooser");
  await attach(page, what);
  await (await asked).setFiles(files);
}

/** Whether every picture inside is there, with pixels. */
async function seen(within: Locator, n: number): Promise<void> {
  await poll(() =>
    within
      .locator("img")
      .evaluateAll(
        (all) =>
          all.filter((img) => img instanceof HTMLImageElement && img.complete && img.naturalWidth > 0).length,
      ),
  ).toBe(n);
}

/** Everything that axe finds against WCAG 2.2 A and AA. */
async function check(page: Page, screen: string): Promise<void> {
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .map((a) =>
          a.effect?.getTiming().iterations === Infinity ? undefined : a.finished.catch(() => undefined),
        ),
    ),
  );
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join("\n")}`);
  });
  expect(found, screen).toEqual([]);
  // Nothing stands out to the side where the page is as narrow as it may get (WCAG 2.2, 1.4.10).
  await page.setViewportSize({ width: 320, height: phone.height });
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll("dialog *, [role=log] *")]
      .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 0.5)
      .map((e) => e.outerHTML.slice(0, 100)),
  );
  expect(wide, `${screen}, 320 px wide`).toEqual([]);
  await page.setViewportSize(phone);
}

interface Axe {
  run(
    root: Document,
    options: { runOnly: string[] },
  ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

test("a photo is chosen, looked at, and sent with words; the other sees it", async () => {
  await mina.getByRole("button", { name: "사진, 파일 등 보내기" }).click();
  await check(mina, "panel");
  await mina.keyboard.press("Escape");
  await chooseFiles(mina, "사진·동영상", [jpeg("lake.jpg", await picture(mina, 1))]);
  await seen(sheet(mina), 1);
  await check(mina, "files to send");
  await sheet(mina).getByLabel("설명 추가").fill("호수야");
  await sheet(mina).getByRole("button", { name: "1개 보내기" }).click();
  const theirs = messages(jun).filter({ hasText: "호수야" });
  await theirs.getByRole("button", { name: "사진 열기" }).waitFor();
  await seen(theirs, 1);
  // A message with a picture answers nothing else than one without.
  expect(await messages(mina).filter({ hasText: "호수야" }).count()).toBe(1);
  await sending(mina).waitFor({ state: "detached" });
});

test("several photos are put in order, one is taken out, and they stand as a collage", async () => {
  const files = [];
  for (let n = 2; n < 7; n++) files.push(jpeg(`p${n}.jpg`, await picture(mina, n, 800, 600)));
  await chooseFiles(mina, "사진·동영상", files);
  await seen(sheet(mina), 5);
  await sheet(mina).getByRole("button", { name: "p6.jpg 빼기" }).click();
  await sheet(mina).getByRole("button", { name: "1번째: p2.jpg" }).click();
  await sheet(mina).getByRole("button", { name: "뒤로", exact: true }).click();
  await sheet(mina).getByRole("button", { name: "2번째: p2.jpg" }).waitFor();
  await sheet(mina).getByRole("button", { name: "4개 보내기" }).click();
  const collage = messages(jun).getByRole("group", { name: "사진 4장" });
  await seen(collage, 4);
  const boxes = await Promise.all(
    (await collage.getByRole("button").all()).map((tile) => tile.boundingBox()),
  );
  // Two rows of two, all of one size.
  expect(new Set(boxes.map((b) => Math.round(b?.y ?? 0))).size).toBe(2);
  expect(new Set(boxes.map((b) => Math.round(b?.width ?? 0))).size).toBe(1);
});

test("the viewer zooms, goes on, closes by key and by the way back, and the focus returns", async () => {
  const tile = messages(mina).getByRole("group", { name: "사진 4장" }).getByRole("button").first();
  await tile.click();
  const viewer = mina.getByRole("dialog", { name: "사진 보기" });
  await viewer.getByText("1 / 4").waitFor();
  const image = viewer.locator("img.pswp__img:not(.pswp__img--placeholder)").first();
  await image.waitFor();
  await check(mina, "viewer");
  const small = (await image.boundingBox())?.width ?? 0;
  await viewer.getByRole("button", { name: "확대" }).click();
  await poll(async () => (await image.boundingBox())?.width ?? 0).toBeGreaterThan(small * 1.3);
  await mina.keyboard.press("ArrowRight");
  await viewer.getByText("2 / 4").waitFor();
  const saved = mina.waitForEvent("download");
  await viewer.getByRole("link", { name: "사진 저장" }).click();
  expect((await saved).suggestedFilename()).toMatch(/\.jpg$/);
  await mina.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
  await poll(() => tile.evaluate((el) => el === document.activeElement)).toBe(true);
  await tile.click();
  await viewer.waitFor();
  await viewer.getByText("1 / 4").waitFor();
  await mina.goBack();
  await viewer.waitFor({ state: "detached" });
  await mina.getByLabel("메시지 입력").waitFor();
  await tile.click();
  await viewer.getByRole("button", { name: "전달" }).click();
  await viewer.waitFor({ state: "detached" });
  await sheet(mina).getByRole("heading", { name: "전달" }).waitFor();
  await mina.keyboard.press("Escape");
  await sheet(mina).waitFor({ state: "detached" });
});

test("a picture that is pasted and a file that is dropped are shown before they leave", async () => {
  const data = [...(await picture(mina, 20, 400, 300))];
  await mina.getByLabel("메시지 입력").focus();
  await mina.evaluate((bytes) => {
    const all = new DataTransfer();
    all.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/jpeg" }));
    document.activeElement?.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: all, bubbles: true, cancelable: true }),
    );
  }, data);
  await seen(sheet(mina), 1);
  await mina.keyboard.press("Escape");
  await sheet(mina).waitFor({ state: "detached" });

  await mina.evaluate(() => {
    const all = new DataTransfer();
    all.items.add(new File(["할 일"], "할 일.txt", { type: "text/plain" }));
    for (const type of ["dragenter", "dragover"])
      document.body.dispatchEvent(
        new DragEvent(type, { dataTransfer: all, bubbles: true, cancelable: true }),
      );
    (globalThis as unknown as { held: DataTransfer }).held = all;
  });
  await mina.getByText("여기에 놓으면").waitFor();
  await mina.evaluate(() => {
    const { held } = globalThis as unknown as { held: DataTransfer };
    document.body.dispatchEvent(
      new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true }),
    );
  });
  await sheet(mina).getByText("할 일.txt").waitFor();
  await mina.getByText("여기에 놓으면").waitFor({ state: "detached" });
  await sheet(mina).getByRole("button", { name: "1개 보내기" }).click();
  const link = messages(jun).getByRole("link", { name: /할 일\.txt.*저장/ });
  await link.waitFor();
  const saved = jun.waitForEvent("download");
  await link.click();
  expect((await saved).suggestedFilename()).toBe("할 일.txt");
});

test("a picture of a kind that the server does not take is drawn anew; what nobody can read goes as a file", async () => {
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="300" height="200" fill="teal"/></svg>',
  );
  await chooseFiles(mina, "사진·동영상", [
    { name: "drawing.svg", mimeType: "image/svg+xml", buffer: svg },
    { name: "phone.heic", mimeType: "image/heic", buffer: Buffer.from("not a picture") },
  ]);
  await seen(sheet(mina), 1);
  await sheet(mina).getByText("파일로 전송").waitFor();
  await sheet(mina).getByRole("button", { name: "2개 보내기" }).click();
  await messages(jun)
    .getByRole("link", { name: /phone\.heic.*저장/ })
    .waitFor();
  await seen(messages(jun).nth(-2), 1);
});

test("a voice message is recorded, heard and sent; the other hears it, faster and from another place", async () => {
  await attach(mina, "음성 메시지");
  await check(mina, "recorder");
  await sheet(mina).getByRole("button", { name: "녹음 시작" }).click();
  const time = sheet(mina).getByRole("timer");
  await time.getByText("0:02").waitFor();
  await sheet(mina).getByRole("button", { name: "일시 정지" }).click();
  const paused = await time.innerText();
  await sheet(mina).getByRole("button", { name: "계속 녹음" }).click();
  await poll(() => time.innerText()).not.toBe(paused);
  await sheet(mina).getByRole("button", { name: "완료" }).click();
  await sheet(mina).getByRole("button", { name: "재생" }).click();
  await sheet(mina).getByRole("button", { name: "일시 정지" }).waitFor();
  await check(mina, "recording");
  await sheet(mina).getByRole("button", { name: "보내기", exact: true }).click();
  const voice = messages(jun).getByRole("group", { name: "음성 메시지" }).last();
  await voice.getByRole("button", { name: "재생" }).click();
  await voice.getByRole("button", { name: "재생 속도 1×" }).click();
  await voice.getByRole("button", { name: "재생 속도 1.5×" }).waitFor();
  await voice.getByRole("button", { name: "재생 속도 1.5×" }).click();
  await voice.getByRole("slider", { name: "재생 위치" }).focus();
  await jun.keyboard.press("ArrowRight");
  await poll(async () => Number(await voice.getByRole("slider").inputValue())).toBeGreaterThan(900);
  // It ends by itself and can be heard again.
  await voice.getByRole("button", { name: "재생", exact: true }).waitFor();
});

test("without a microphone the recorder says what to do", async () => {
  await attach(jun, "음성 메시지");
  await jun.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await sheet(jun).getByRole("button", { name: "녹음 시작" }).click();
  await sheet(jun).getByText("마이크를 사용할 수 없습니다").waitFor();
  await jun.keyboard.press("Escape");
  await sheet(jun).waitFor({ state: "detached" });
});

test("a place and a contact become cards", async () => {
  await attach(mina, "장소");
  await sheet(mina).getByRole("button", { name: "현재 위치 가져오기" }).click();
  await sheet(mina).getByText("37.52710, 126.93280").waitFor();
  await sheet(mina).getByLabel("장소 이름").fill("여의나루역");
  await check(mina, "place");
  await sheet(mina).getByRole("button", { name: "보내기", exact: true }).click();
  const place = messages(jun).getByRole("link", { name: /여의나루역/ });
  expect(await place.getAttribute("href")).toContain("openstreetmap.org/?mlat=37.5271");
  await attach(mina, "연락처");
  await check(mina, "contact");
  await sheet(mina)
    .getByRole("button", { name: /김미나/ })
    .click();
  const card = messages(jun).filter({ hasText: "김미나" }).last();
  await card.getByRole("button", { name: "1:1 채팅" }).waitFor();
});

test("an upload that loses its line goes on when it is back, and after a reload", async () => {
  // The server's answers to the bytes are held back, so that the line breaks in the middle.
  let hold = true;
  await mina.route("**/v1/media/uploads/*", (route) =>
    hold && route.request().method() === "PATCH" ? route.abort() : route.continue(),
  );
  await chooseFiles(mina, "파일", [
    { name: "long.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(3_000_000, 7) },
  ]);
  await sheet(mina).getByRole("button", { name: "1개 보내기" }).click();
  await sending(mina).waitFor();
  // Words that are written meanwhile do not wait for it.
  await say(mina, "파일은 곧 가");
  await messages(jun).filter({ hasText: "파일은 곧 가" }).waitFor();
  await log(mina).getByRole("progressbar", { name: "연결을 기다리는 중" }).waitFor({ timeout: 20_000 });
  await mina.reload();
  await messages(mina)
    .getByRole("link", { name: /long\.bin.*저장/ })
    .waitFor();
  await sending(mina).waitFor();
  hold = false;
  await mina.unrouteAll();
  await messages(jun)
    .getByRole("link", { name: /long\.bin.*저장/ })
    .waitFor({ timeout: 30_000 });
  await sending(mina).waitFor({ state: "detached" });
  expect(
    await messages(jun)
      .getByRole("link", { name: /long\.bin.*저장/ })
      .count(),
  ).toBe(1);
});

test("an upload can be stopped, and nothing of it is left", async () => {
  await mina.route("**/v1/media/uploads/*", (route) =>
    route.request().method() === "PATCH" ? route.abort() : route.continue(),
  );
  await chooseFiles(mina, "파일", [
    { name: "never.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(1000) },
  ]);
  await sheet(mina).getByRole("button", { name: "1개 보내기" }).click();
  await sending(mina).waitFor();
  await log(mina).getByRole("button", { name: "보내기 취소" }).click();
  await messages(mina).getByText("never.bin").waitFor({ state: "detached" });
  await mina.unrouteAll();
  await mina.reload();
  await messages(mina).first().waitFor();
  expect(await log(mina).getByText("never.bin").count()).toBe(0);
});

test("what the server refuses says why and can be discarded; what is too large is not tried", async () => {
  const broken = Buffer.concat([(await picture(mina, 30, 800, 600)).subarray(0, 9000)]);
  await chooseFiles(mina, "사진·동영상", [jpeg("cut.jpg", broken)]);
  await sheet(mina).getByRole("button", { name: "1개 보내기" }).click();
  const failed = messages(mina).filter({ hasText: "보내지 못했습니다" }).last();
  await failed.getByText("파일이 손상되었거나").waitFor();
  await failed.getByRole("button", { name: "메시지 버리기" }).click();
  await failed.waitFor({ state: "detached" });

  await mina.route("**/v1/media/uploads", (route) =>
    route.request().method() === "OPTIONS"
      ? route.fulfill({ status: 204, headers: { "Tus-Max-Size": "1000" } })
      : route.continue(),
  );
  await mina.reload();
  await chooseFiles(mina, "파일", [
    { name: "big.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(2000) },
  ]);
  await sheet(mina).getByText("보다 커서 보낼 수 없습니다").waitFor();
  expect(await sheet(mina).getByRole("button", { name: "보내기", exact: true }).isDisabled()).toBe(true);
  await mina.keyboard.press("Escape");
  await mina.unrouteAll();
});

test("what is behind an address is shown below it", async () => {
  const pixel = await picture(jun, 3, 64, 64);
  await jun.route("**/preview", (route) =>
    route.fulfill({
      json: {
        url: "https://example.com/river",
        site: "한강 소식",
        title: "강가에서 보낸 하루",
        description: "물새와 자전거",
        picture: { jpeg: pixel.toString("base64"), width: 64, height: 64 },
      },
    }),
  );
  await say(mina, "https://example.com/river 이거 봐");
  const preview = messages(jun)
    .filter({ hasText: "이거 봐" })
    .getByRole("link", { name: /강가에서 보낸 하루/ });
  await preview.waitFor();
  await seen(preview, 1);
  expect(await preview.getAttribute("rel")).toContain("noopener");
  await jun.unrouteAll();
});
