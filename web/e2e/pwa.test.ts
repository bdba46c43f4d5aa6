import { readFile } from "node:fs/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Between } from "./between";
import { complaints, launch, open } from "./browser";
import { signUp } from "./people";
import { Server } from "./server";

let server: Server;
let browser: Browser;
let page: Page;
let context: BrowserContext;

/** Waits until the service worker answers for the page and has everything. */
async function controlled(p: Page): Promise<void> {
  await p.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller === null) {
      await new Promise((resolve) =>
        navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }),
      );
    }
  });
}

/** The paths that the worker keeps. */
function kept(p: Page): Promise<string[]> {
  return p.evaluate(async () => {
    const paths: string[] = [];
    for (const name of await caches.keys())
      for (const r of await (await caches.open(name)).keys()) paths.push(new URL(r.url).pathname);
    return paths;
  });
}

async function signUpInEnglish(p: Page): Promise<void> {
  await p.getByLabel("Phone number").fill("+821070000002");
  await p.getByRole("button", { name: "Get a code" }).click();
  await p.getByLabel("Code", { exact: true }).waitFor();
  await p.getByLabel("Code", { exact: true }).fill(await server.code("+821070000002"));
  await p.getByLabel("Name").fill("Emma");
  await p.getByRole("button", { name: "Start" }).click();
  await p.getByRole("navigation", { name: "Main menu" }).waitFor();
}

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  page = await open(browser, server.url);
  context = page.context();
  await signUp(server, page, "+821070000001", "김미나");
  await controlled(page);
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

test("the shell and the texts of one language are kept, calls and files of people are not", async () => {
  await expect.poll(async () => (await kept(page)).some((path) => path.startsWith("/assets/ko-"))).toBe(true);
  const paths = await kept(page);
  expect(paths).toContain("/");
  expect(paths.filter((path) => path.startsWith("/assets/de-"))).toEqual([]);
  expect(paths.filter((path) => /^\/(v1|files|sandbox)\//.test(path))).toEqual([]);
});

test("without network the page opens at any of its addresses", async () => {
  await server.end();
  try {
    for (const path of ["/rooms", "/more/about"]) {
      await page.goto(server.url + path);
      await page.locator("#app main").waitFor();
      await expect.poll(() => page.title()).toContain("마당");
    }
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("ko");
    // Calls are not answered from anywhere else.
    expect(await page.evaluate(() => fetch("/v1/me").then(String, () => "refused"))).toBe("refused");
  } finally {
    await server.begin();
  }
  await page.goto(`${server.url}/more/about`);
  await page.getByRole("heading", { name: "정보", exact: true }).waitFor();
});

test("the server's own pages are not taken for the client's", async () => {
  const answer = await page.goto(`${server.url}/sandbox/`);
  expect(answer?.fromServiceWorker()).toBe(false);
  await page.goto(`${server.url}/rooms`);
});

test("a new version waits, is announced, and is used when the person says so", async () => {
  const between = await Between.start(server.url);
  try {
    const own = await open(browser, between.url);
    await own.getByRole("combobox", { name: "언어" }).selectOption("en");
    await signUpInEnglish(own);
    await controlled(own);
    await expect
      .poll(async () => (await kept(own)).some((path) => path.startsWith("/assets/en-")))
      .toBe(true);

    // The next look finds a worker that differs.
    const script = await readFile(new URL("../dist/sw.js", import.meta.url), "utf8");
    const next = script.replace(/version:`[0-9a-f]{16}`/, "version:`0123456789abcdef`");
    expect(next).not.toBe(script);
    between.scripts.set("/sw.js", next);
    await own.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    await own.getByText("A new version is ready.").waitFor();

    const reloaded = own.waitForEvent("load");
    await own.getByRole("button", { name: "Update" }).click();
    await reloaded;
    await own.getByRole("navigation", { name: "Main menu" }).waitFor();
    expect(await own.getByText("A new version is ready.").count()).toBe(0);
    // It brought the texts along that were in use.
    const paths = await own.evaluate(async () =>
      (await (await caches.open("shell-0123456789abcdef")).keys()).map((r) => new URL(r.url).pathname),
    );
    const languages = new Set(paths.map((path) => /^\/assets\/(ko|en|de)-[^/]{8}\.js$/.exec(path)?.[1]));
    expect([...languages].filter((l) => l !== undefined).toSorted()).toEqual(["en", "ko"]);
    await own.context().close();
  } finally {
    await between.stop();
  }
});

test("a browser finds nothing that keeps the client from being installed", async () => {
  const cdp = await context.newCDPSession(page);
  const { errors, url } = await cdp.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  expect(url).toBe(`${server.url}/manifest.ko.webmanifest`);
  const { installabilityErrors } = await cdp.send("Page.getInstallabilityErrors");
  // A test's browser keeps nothing, and then does not install.
  expect(installabilityErrors.map((e) => e.errorId).filter((id) => id !== "in-incognito")).toEqual([]);
  const manifest = (await page.evaluate(async () => (await fetch("/manifest.ko.webmanifest")).json())) as {
    name: string;
    lang: string;
    icons: { src: string; sizes: string; purpose: string }[];
    shortcuts: { name: string; url: string }[];
  };
  expect([manifest.name, manifest.lang, manifest.shortcuts[0]?.name]).toEqual(["마당", "ko", "새 채팅"]);
  for (const { src, sizes } of manifest.icons.filter((i) => i.sizes !== "any")) {
    const size = await page.evaluate(async (from) => {
      const picture = await createImageBitmap(await (await fetch(from)).blob());
      return `${picture.width}x${picture.height}`;
    }, src);
    expect(size, src).toBe(sizes);
  }
});

test("what another program shares goes into a room: words where one writes, files after a look", async () => {
  await page.goto(`${server.url}/friends`);
  await page.evaluate(() =>
    fetch("/v1/rooms", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ member_ids: [] }),
    }),
  );
  await page.goto(`${server.url}/rooms`);
  await page.getByRole("list", { name: "채팅" }).getByRole("listitem").first().waitFor();
  /** Posts the form that the system posts for the installed client. */
  const share = (file: boolean): Promise<void> =>
    page.evaluate((withFile) => {
      const form = document.createElement("form");
      form.method = "post";
      form.action = "/share";
      form.enctype = "multipart/form-data";
      for (const [name, value] of [
        ["title", "소식"],
        ["url", "https://example.com/news"],
      ] as const) {
        const input = document.createElement("input");
        [input.name, input.value] = [name, value];
        form.append(input);
      }
      if (withFile) {
        const input = document.createElement("input");
        [input.type, input.name] = ["file", "files"];
        const held = new DataTransfer();
        held.items.add(new File(["안녕"], "편지.txt", { type: "text/plain" }));
        input.files = held.files;
        form.append(input);
      }
      document.body.append(form);
      form.submit();
    }, file);

  await share(false);
  await page.waitForURL(`${server.url}/share`);
  await page.getByText("https://example.com/news").waitFor();
  await page.getByRole("list", { name: "채팅" }).getByRole("button").first().click();
  const area = page.getByLabel("메시지 입력");
  await area.waitFor();
  expect(await area.inputValue()).toBe("소식\nhttps://example.com/news");
  await area.press("Enter");
  await page.getByRole("log").getByText("소식").waitFor();

  await share(true);
  await page.waitForURL(`${server.url}/share`);
  await page.getByText("편지.txt").waitFor();
  await page.getByRole("list", { name: "채팅" }).getByRole("button").first().click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /보내기/ })
    .click();
  await page.getByRole("log").getByText("편지.txt").waitFor();

  // It is there once: another look finds nothing.
  await page.goto(`${server.url}/share`);
  await page.getByText("공유할 것이 없습니다").waitFor();
});
