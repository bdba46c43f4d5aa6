import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { complaints, desktop, launch, open } from "./browser";
import { picture } from "./files";
import { Net } from "./net";
import { befriend, openRoomWith, say, signUp, takeHandle } from "./people";
import { Server } from "./server";

let server: Server;
let browser: Browser;
let mina: Page;
let jun: Page;
let net: Net;

/** A message in the open room. */
function message(page: Page, words: string): Locator {
  return page.getByRole("log").getByRole("article").filter({ hasText: words });
}

/** What lies in a store of the page's database on this device. */
function stored(page: Page, store: string): Promise<unknown[]> {
  return page.evaluate(async (name) => {
    const person = localStorage.getItem("madang.person") ?? "";
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const asked = indexedDB.open(`madang-${person}`);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error ?? new Error("no database"));
    });
    const all = await new Promise<unknown[]>((resolve) => {
      const asked = db.transaction(name).objectStore(name).getAll();
      asked.onsuccess = () => resolve(asked.result as unknown[]);
    });
    db.close();
    return all;
  }, store);
}

/** Whether these words are in the entries that the page keeps on the device. */
async function kept(page: Page, words: string): Promise<boolean> {
  return JSON.stringify(await stored(page, "logs")).includes(words);
}

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  mina = await open(browser, server.url);
  jun = await open(browser, server.url, { viewport: desktop });
  await signUp(server, mina, "+821050000001", "김미나");
  await signUp(server, jun, "+821050000002", "박준");
  await takeHandle(mina, "mina.kim");
  await befriend(jun, "mina.kim");
  await openRoomWith(jun, "김미나");
  await say(jun, "안녕 미나");
  net = new Net();
  await net.of(mina);
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

test("without a network a page that is loaded anew shows rooms, entries and friends", async () => {
  await mina.getByRole("link", { name: /^채팅/ }).click();
  await mina.getByRole("link", { name: /박준/ }).click();
  await message(mina, "안녕 미나").waitFor();
  await expect.poll(() => kept(mina, "안녕 미나"), { timeout: 10_000 }).toBe(true);
  await net.cut();

  await mina.reload();
  await message(mina, "안녕 미나").waitFor();
  await mina.getByText("연결이 끊겼습니다").filter({ visible: true }).waitFor();
  await mina.goto(`${server.url}/rooms`);
  await mina.getByRole("link", { name: /박준/ }).waitFor();
  await mina.getByRole("link", { name: "친구", exact: true }).click();
  await mina.getByText("김미나").first().waitFor();

  // What was written meanwhile comes by number as soon as there is a line.
  await say(jun, "아직 거기 있어?");
  net.mend();
  await mina.goto(`${server.url}/rooms`);
  await mina.getByRole("link", { name: /아직 거기 있어/ }).click();
  await message(mina, "아직 거기 있어?").waitFor();
  expect(await message(mina, "안녕 미나").count()).toBe(1);
});

test("without a network the pictures that were seen are there", async () => {
  const drawn = await picture(mina, 3, 800, 600);
  const asked = jun.waitForEvent("filechooser");
  await jun.getByRole("button", { name: "사진, 파일 등 보내기" }).click();
  await jun.getByRole("dialog").getByRole("button", { name: "사진·동영상" }).click();
  await (await asked).setFiles({ name: "sea.jpg", mimeType: "image/jpeg", buffer: drawn });
  await jun.getByRole("dialog").getByRole("button", { name: "1개 보내기" }).click();
  const shown = mina.getByRole("log").locator("[data-state=shown] img");
  await shown.waitFor();
  await expect.poll(() => stored(mina, "pictures").then((all) => all.length), { timeout: 10_000 }).toBe(1);
  await expect.poll(() => kept(mina, '"type":"photo"'), { timeout: 10_000 }).toBe(true);
  await net.cut();
  await mina.reload();
  await shown.waitFor();
  expect(await shown.getAttribute("src")).toMatch(/^blob:/);
  // As soon as there is a line it is the server's again, which has it larger.
  net.mend();
  await expect.poll(() => shown.getAttribute("src"), { timeout: 20_000 }).toMatch(/\/files\//);
});

test("what is written without a network survives a reload and arrives once, in order", async () => {
  await net.cut();
  await mina.getByText("연결이 끊겼습니다").filter({ visible: true }).waitFor();
  await say(mina, "터널 안이야");
  await say(mina, "곧 나가");
  await say(mina, "이건 지울래");
  await message(mina, "이건 지울래").getByRole("button", { name: "메시지 버리기" }).click();
  await message(mina, "이건 지울래").waitFor({ state: "detached" });
  await mina.reload();
  await message(mina, "곧 나가").getByRole("img", { name: "연결을 기다리는 중" }).waitFor();
  expect(await message(mina, "이건 지울래").count()).toBe(0);

  net.mend();
  await mina.reload();
  await message(jun, "곧 나가").waitFor();
  await message(mina, "곧 나가").getByRole("img").waitFor({ state: "detached" });
  const words = (await jun.getByRole("log").getByRole("article").allInnerTexts()).join(" ");
  expect(words.match(/터널 안이야|곧 나가|이건 지울래/g)).toEqual(["터널 안이야", "곧 나가"]);
  for (const w of ["터널 안이야", "곧 나가"]) expect(await message(mina, w).count()).toBe(1);
});

test("two tabs have one line; when the tab that has it hangs or is closed the other goes on without a gap", async () => {
  const before = net.opened;
  const second = await mina.context().newPage();
  second.setDefaultTimeout(10_000);
  await second.goto(mina.url());
  await message(second, "곧 나가").waitFor();
  await say(jun, "둘 다 보이지?");
  await Promise.all([mina, second].map((page) => message(page, "둘 다 보이지?").waitFor()));
  await say(second, "응, 둘 다");
  await message(jun, "응, 둘 다").waitFor();
  await message(mina, "응, 둘 다").waitFor();
  await message(second, "응, 둘 다").getByRole("img").waitFor({ state: "detached" });
  expect(net.opened).toBe(before);

  // The tab with the line does not answer, as one that is frozen: the other takes the line within seconds.
  let hangs = true;
  const hang = mina
    .evaluate((ms) => {
      const until = performance.now() + ms;
      while (performance.now() < until);
    }, 12_000)
    .finally(() => {
      hangs = false;
    });
  await expect.poll(() => net.opened, { timeout: 10_000 }).toBe(before + 1);
  await say(jun, "아직 보여?");
  await message(second, "아직 보여?").waitFor();
  expect(hangs).toBe(true);
  await hang;
  await message(mina, "아직 보여?").waitFor();

  // Closed, it leaves the line to the next at once.
  await second.close();
  await expect.poll(() => net.opened).toBe(before + 2);
  await say(jun, "하나만 남았네");
  await message(mina, "하나만 남았네").waitFor();
  await say(mina, "그래도 잘 돼");
  await message(jun, "그래도 잘 돼").waitFor();
  expect(await message(mina, "응, 둘 다").count()).toBe(1);
});

test("signing out in one tab signs out the other, and nothing stays on the device", async () => {
  const second = await mina.context().newPage();
  second.setDefaultTimeout(10_000);
  await second.goto(`${server.url}/rooms`);
  await second.getByRole("link", { name: /박준/ }).waitFor();
  await second.goto(`${server.url}/more/account`);
  const person = await second.evaluate(() => localStorage.getItem("madang.person") ?? "nobody");
  await second.getByRole("button", { name: "로그아웃" }).click();
  await Promise.all([mina, second].map((page) => page.getByLabel("전화번호").waitFor()));
  const left = () =>
    second.evaluate(async (id) => {
      const all = await indexedDB.databases();
      return all.filter(({ name }) => name?.includes(id) === true).length;
    }, person);
  await expect.poll(left).toBe(0);
  await second.reload();
  await second.getByLabel("전화번호").waitFor();
});
