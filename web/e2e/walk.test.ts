import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { complaints, desktop, launch, phone } from "./browser";
import { faultsOf } from "./layout";
import { drawFiles, enter, scene, speaking, wordsOf } from "./scene";
import { Server } from "./server";
import { Guide, leave, stops } from "./tour";
import { type Spoken, allSpoken, sayer } from "./words";

// Every screen in every language, narrow and wide: nothing is wider than its box, nothing is cut, no two
// targets overlap. The pseudo-locale stands for languages that nobody here speaks yet.

let server: Server;
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  await drawFiles(browser);
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const sizes = [phone, desktop];

/** What people wrote in a scene: it may be shortened, as our own texts may not. */
function written(spoken: Spoken): string[] {
  const { me, people, states, group, talk, direct, other, things } = wordsOf(spoken);
  const texts = [me, ...people, ...states, group, ...talk.map(([, text]) => text), ...direct, ...other];
  return [...texts, ...Object.values(things)].filter((text) => text !== "");
}

/** Each fault with the first screen on which it was seen. */
function once(found: readonly string[]): string[] {
  const first = new Map<string, string>();
  for (const line of found.toReversed()) first.set(line.slice(line.indexOf(": ")), line);
  return [...first.values()].toReversed();
}

/** Looks at the screen that is open, narrow and wide. */
async function look(page: Page, name: string, words: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const fault of await faultsOf(page, words)) found.push(`${name}, ${size.width} px: ${fault}`);
  }
  await page.setViewportSize(phone);
  return found;
}

describe.concurrent("nothing is cut and nothing overlaps", { timeout: 240_000 }, () => {
  test.for(allSpoken)("%s", async (spoken, { expect: expectHere }) => {
    const found: string[] = [];
    const page = await speaking(browser, server, spoken);
    found.push(...(await signIn(page, spoken)));
    await page.context().close();

    const here = await scene(server, spoken, { spread: false });
    const inside = await speaking(browser, server, spoken);
    await enter(inside, here);
    inside.setDefaultTimeout(5_000);
    const guide = new Guide(inside, here);
    for (const stop of stops) {
      try {
        await stop.open(guide);
        found.push(...(await look(inside, stop.name, written(spoken))));
        await leave(guide, stop);
      } catch (error) {
        found.push(`${stop.name} did not come or go: ${String(error).split("\n").slice(0, 4).join(" ")}`);
        await inside.goto(`${server.url}/friends`);
      }
    }
    await inside.context().close();
    expectHere(once(found)).toEqual([]);
  });
});

test("what is wrong is found", async () => {
  const page = await browser.newPage({ viewport: phone });
  await page.setContent(`
    <style>* { margin: 0; font: 16px/1.4 sans-serif; box-sizing: border-box }
      .box { width: 60px; overflow: hidden; white-space: nowrap } button { position: absolute; height: 44px }</style>
    <p class="box">much too long for it</p>
    <p class="box" data-shortens>much too long for it</p>
    <p class="box">Haneul, who wrote this</p>
    <p style="width: 60px; white-space: nowrap">much too long for it</p>
    <p style="height: 20px; width: 60px">two lines of it</p>
    <p class="box"><em>inside of a line it is as long</em></p>
    <input placeholder="a placeholder" style="width: 50px">
    <button style="left: 0; top: 300px; width: 60px">one</button>
    <button style="left: 50px; top: 310px; width: 60px">two</button>
    <button style="left: 0; top: 400px; width: 40px"><span>three</span></button>
    <button style="left: 330px; top: 500px; width: 60px">four</button>`);
  const found = await faultsOf(page, ["Haneul"]);
  expect(found.map((line) => line.replaceAll(/\d+/g, "#"))).toEqual([
    "<p box> “much too long for it” is # px wider than its box",
    "<p > “much too long for it” is # px wider than its box",
    "<p > “two lines of it” is # px higher than its box",
    "<em > “inside of a line it is as long” is # px wider than <p box> “inside of a line it is as long”",
    "<input > “”: “a placeholder” is # px wider than its field",
    "<button > “one” and <button > “two” overlap by # × # px",
    "the page is # px wider than the screen",
  ]);
  await page.close();
});

/** The steps of somebody new, with what is said when something is wrong. */
async function signIn(page: Page, spoken: Spoken): Promise<string[]> {
  const say = sayer(spoken);
  const found: string[] = [];
  const number = `+8210${String(70_000_000 + allSpoken.indexOf(spoken))}`;
  const see = async (name: string): Promise<number> => found.push(...(await look(page, name, [number])));
  await page.getByLabel(say("sign-in.phone")).waitFor();
  await see("phone");
  await page.getByText(say("sign-in.consent")).click();
  await see("terms");
  await page.getByLabel(say("sign-in.phone")).fill("12");
  await page.getByRole("button", { name: say("sign-in.send-code") }).click();
  await page.getByText(say("fault.phone_invalid")).waitFor();
  await see("wrong phone");
  await page.getByLabel(say("sign-in.phone")).fill(number);
  await page.getByRole("button", { name: say("sign-in.send-code") }).click();
  const code = page.locator("input[name=code]");
  await code.waitFor();
  await see("code");
  await code.fill("000000");
  await page.getByText(say("fault.code_invalid")).waitFor();
  await see("wrong code");
  await code.fill(await server.code(number));
  await page.locator("input[name=name]").waitFor();
  await see("name");
  await page.locator("input[name=name]").fill("Haneul");
  await page.locator("form button[type=submit]").click();
  await page.getByText(say("rooms.none"), { exact: true }).waitFor();
  await see("no rooms");
  await page.locator("a[href='/friends']").first().click();
  await page.getByText(say("friends.none"), { exact: true }).waitFor();
  await see("no friends");
  return found;
}
