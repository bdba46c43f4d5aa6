import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { complaints, desktop, launch, open } from "./browser";
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

/** Waits until the page has written what it knows to the device. */
async function written(page: Page, words: string): Promise<void> {
  await page.waitForFunction(
    async (text) => {
      const person = localStorage.getItem("madang.person") ?? "";
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const asked = indexedDB.open(`madang-${person}`);
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error ?? new Error("no database"));
      });
      const logs = await new Promise<unknown>((resolve) => {
        const asked = db.transaction("logs").objectStore("logs").getAll();
        asked.onsuccess = () => resolve(asked.result);
      });
      db.close();
      return JSON.stringify(logs).includes(text);
    },
    words,
    { polling: 100 },
  );
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
  await written(mina, "안녕 미나");
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
