import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { complaints, desktop, launch, phone } from "./browser";
import { type Scene, drawFiles, enter, scene, speaking } from "./scene";
import { Server } from "./server";
import { Guide, type Stop, leave, stops } from "./tour";
import { sayer } from "./words";

// Every screen of the tour, light and dark: nothing that axe finds, nothing too small for a finger, nothing
// that stands out where the page is as narrow as it may get.

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let server: Server;
let browser: Browser;
let here: Scene;

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  await drawFiles(browser);
  here = await scene(server, "ko", { spread: false });
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

interface Axe {
  run(
    root: Document,
    options: { runOnly: string[] },
  ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/** Everything that is wrong with the screen that is open. */
async function look(page: Page, screen: string): Promise<string[]> {
  // Colours are judged as they end, not on their way.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((a) => a.finished.catch(() => undefined))),
  );
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 200)).join("\n")}`);
  });
  const all = [...found, ...(await small(page)), ...(await wide(page))];
  return all.map((fault) => `${screen}: ${fault}`);
}

/** What can be pressed and is smaller than a fingertip. */
function small(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll(
        "button, a[href], select, input:not([type=checkbox], [type=radio]), textarea",
      ),
    ]
      .filter((e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      // Behind a window nothing can be pressed; links in sentences are free of it, and so is what only listeners find.
      .filter((e) => document.querySelector("dialog[open]") === null || e.closest("dialog[open]") !== null)
      .filter((e) => !(e instanceof HTMLAnchorElement && e.closest("p") !== null))
      .filter((e) => getComputedStyle(e).clipPath === "none")
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
}

/** What stands out to the side where the page is as narrow as it may get (WCAG 2.2, 1.4.10). */
async function wide(page: Page): Promise<string[]> {
  const size = page.viewportSize() ?? phone;
  await page.setViewportSize({ width: 320, height: size.height });
  const found = await page.evaluate(() => {
    // What scrolls to the side inside of a box of its own, as a row of choices, is in nobody's way.
    const scrolls = (e: Element | null): boolean =>
      e !== null &&
      e !== document.body &&
      (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
    return [...document.querySelectorAll("body *")]
      .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 0.5)
      .filter((e) => !scrolls(e.parentElement))
      .map((e) => `at 320 px: ${e.outerHTML.slice(0, 100)}`);
  });
  await page.setViewportSize(size);
  return found;
}

/** A page with axe in it. */
async function withAxe(colorScheme: "light" | "dark"): Promise<Page> {
  const page = await speaking(browser, server, "ko", { colorScheme });
  await page.context().addInitScript({ path: axe });
  await page.reload();
  return page;
}

/** The tour in parts, each of which begins with a screen of its own. */
const begins = ["friends", "rooms", "room", "emoticons", "room-things", "plus"];
const parts = begins.map((name, i): [string, readonly Stop[]] => {
  const from = stops.findIndex((s) => s.name === name);
  const next = begins[i + 1];
  return [name, stops.slice(from, next === undefined ? undefined : stops.findIndex((s) => s.name === next))];
});

test("the parts are the whole tour", () => {
  expect(parts.flatMap(([, some]) => some.map((s) => s.name))).toEqual(stops.map((s) => s.name));
});

describe.each(["light", "dark"] as const)(
  "everybody can use, in the %s",
  { timeout: 180_000 },
  (colorScheme) => {
    test("signing up", async () => {
      const say = sayer("ko");
      const page = await withAxe(colorScheme);
      const number = colorScheme === "light" ? "+821050000001" : "+821050000002";
      await page.getByLabel(say("sign-in.phone")).waitFor();
      const found = await look(page, "phone number");
      await page.getByLabel(say("sign-in.phone")).fill(number);
      await page.getByRole("button", { name: say("sign-in.send-code") }).click();
      const code = page.locator("input[name=code]");
      await code.waitFor();
      found.push(...(await look(page, "code")));
      await code.fill(await server.code(number));
      await page.locator("input[name=name]").waitFor();
      found.push(...(await look(page, "name")));
      await page.locator("input[name=name]").fill("하늘");
      await page.locator("form button[type=submit]").click();
      await page.getByText(say("rooms.none"), { exact: true }).waitFor();
      found.push(...(await look(page, "no rooms")));
      await page.locator("a[href='/friends']").first().click();
      await page.getByText(say("friends.none"), { exact: true }).waitFor();
      found.push(...(await look(page, "no friends")));
      await page.context().close();
      expect(found).toEqual([]);
    });

    test.each(parts)("from %s on", async (name, some) => {
      const page = await withAxe(colorScheme);
      await enter(page, here);
      const guide = new Guide(page, here);
      if (name === "emoticons") await stops.find((s) => s.name === "room")?.open(guide);
      const found: string[] = [];
      for (const stop of some) {
        await stop.open(guide);
        found.push(...(await look(page, stop.name)));
        await leave(guide, stop);
      }
      await page.context().close();
      expect(found).toEqual([]);
    });

    test("two panes and three", async () => {
      const page = await withAxe(colorScheme);
      await page.setViewportSize(desktop);
      await enter(page, here);
      const guide = new Guide(page, here);
      const found: string[] = [];
      await stops.find((s) => s.name === "room")?.open(guide);
      found.push(...(await look(page, "two panes")));
      await page.setViewportSize({ width: 1500, height: 900 });
      await guide.button("room.about").first().click();
      await page.getByRole("button", { name: guide.say("room.invite"), exact: true }).waitFor();
      found.push(...(await look(page, "three panes")));
      await page.context().close();
      expect(found).toEqual([]);
    });
  },
);
