import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { desktop, launch, phone } from "./browser";
import { drawFiles, enter, scene, speaking, wordsOf } from "./scene";
import { Server } from "./server";
import { small } from "./small";
import { Guide, leave, stops } from "./tour";
import { sayer } from "./words";

// Takes the pictures of docs/screens anew: every screen in Korean and English, on a phone and on a desktop,
// light and dark, as LANGUAGE-SIZE-THEME-SCREEN.png.

const folder = new URL("../../docs/screens/", import.meta.url).pathname;

let browser: Browser;
let server: Server;

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  await drawFiles(browser);
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) if (/^(ko|en)-.*\.png$/.test(name)) await rm(folder + name);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** A time zone in which it is afternoon now. */
function afternoon(): string {
  const hours = 15 - new Date().getUTCHours();
  return hours === 0 ? "UTC" : `Etc/GMT${hours > 0 ? "-" : "+"}${Math.abs(hours)}`;
}

/** What a phone and a desktop are to a browser. */
const sizes = {
  phone: { viewport: phone, deviceScaleFactor: 1.5 },
  desktop: { viewport: desktop, deviceScaleFactor: 1 },
} as const satisfies Record<string, BrowserContextOptions>;

const themes = ["light", "dark"] as const;

/** Takes a picture of a page that has come to rest. */
async function take(page: Page, path: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await writeFile(path, small(await page.screenshot({ animations: "disabled", caret: "hide" })));
}

let number = 0;

/** The steps of somebody new. */
async function newcomer(page: Page, language: "ko" | "en", path: (screen: string) => string): Promise<void> {
  const say = sayer(language);
  const mobile = `+8210${60_000_000 + ++number}`;
  await page.getByLabel(say("sign-in.phone")).waitFor();
  await take(page, path("sign-in-phone"));
  await page.getByLabel(say("sign-in.phone")).fill(mobile);
  await page.getByRole("button", { name: say("sign-in.send-code") }).click();
  const code = page.locator("input[name=code]");
  await code.waitFor();
  await take(page, path("sign-in-code"));
  await code.fill(await server.code(mobile));
  await page.locator("input[name=name]").waitFor();
  await take(page, path("sign-in-name"));
  await page.locator("input[name=name]").fill(wordsOf(language).me);
  await page.locator("form button[type=submit]").click();
  await page.getByText(say("rooms.none"), { exact: true }).waitFor();
  await take(page, path("rooms-none"));
  await page.locator("a[href='/friends']").first().click();
  await page.getByText(say("friends.none"), { exact: true }).waitFor();
  await take(page, path("friends-none"));
}

describe.each(["ko", "en"] as const)("%s", (language) => {
  describe.each(["phone", "desktop"] as const)("%s", (size) => {
    test.each(themes)("%s", { timeout: 600_000 }, async (colorScheme) => {
      const options = { ...sizes[size], colorScheme, timezoneId: afternoon() };
      const path = (screen: string): string => `${folder}${language}-${size}-${colorScheme}-${screen}.png`;
      const fresh = await speaking(browser, server, language, options);
      await newcomer(fresh, language, path);
      await fresh.context().close();

      const here = await scene(server, language, { spread: true });
      const page = await speaking(browser, server, language, options);
      await enter(page, here);
      const guide = new Guide(page, here);
      for (const stop of stops) {
        await stop.open(guide);
        await page.mouse.move(0, 0);
        await take(page, path(stop.name));
        await leave(guide, stop);
      }
      await page.context().close();
    });
  });
});

test("the picture of the README", { timeout: 120_000 }, async () => {
  const page = await speaking(browser, server, "en", {
    viewport: desktop,
    colorScheme: "light",
    deviceScaleFactor: 1.5,
    timezoneId: afternoon(),
  });
  const here = await scene(server, "en", { spread: true });
  await enter(page, here);
  const room = stops.find((stop) => stop.name === "room");
  await room?.open(new Guide(page, here));
  await page.mouse.move(0, 0);
  await take(page, `${folder}readme.png`);
  await page.context().close();
});
