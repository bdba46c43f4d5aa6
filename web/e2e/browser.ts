import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export const phone = { width: 360, height: 740 };
export const desktop = { width: 1280, height: 800 };

/** Starts the distribution's Chromium, without a window and without talking to anybody. */
export function launch(more: readonly string[] = []): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `there is no ${executablePath}; install it: apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji`,
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      "--disable-gpu",
      "--disable-quic",
      ...more,
    ],
  });
}

/** What went wrong in a page: nothing is allowed to. */
export const complaints: string[] = [];

/** A page of a browser of its own: cookies and all else belong to it alone. */
export async function open(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    locale: "ko-KR",
    timezoneId: "Asia/Seoul",
    viewport: phone,
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    // A refused policy is an error of ours; a status that was asked for and a server that is away are not.
    const expected = /^Failed to load resource|ERR_CONNECTION_REFUSED/;
    if (message.type() === "error" && !expected.test(message.text())) {
      complaints.push(`${page.url()}: ${message.text()}`);
    }
  });
  await page.goto(url);
  return page;
}
