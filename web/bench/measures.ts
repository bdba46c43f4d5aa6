import type { Browser, CDPSession, Page } from "playwright-core";
import { desktop } from "../e2e/browser";
import { type Figure, median, quantile, shown, spread } from "./figures";
import { install } from "./probe";
import { type Scene, entries, say, signedIn, slowDown } from "./scene";
import { aboutTasks, tasksDuring } from "./trace";

const row = "a[href^='/rooms/'] time";
const message = "[role=log] article";

/** What a browser that was never here loads until the first screen, as it comes over the line. */
export async function firstLoad(browser: Browser, scene: Scene): Promise<Figure[]> {
  const context = await browser.newContext({ locale: "ko-KR", serviceWorkers: "block" });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  let bytes = 0;
  cdp.on("Network.loadingFinished", (e) => {
    bytes += e.encodedDataLength;
  });
  await page.goto(scene.server.url);
  await page.locator("input[type=tel]").waitFor();
  await page.waitForLoadState("networkidle");
  await context.close();
  return [{ what: "first load, compressed", value: bytes / 1000, unit: "kB", wanted: 100 }];
}

/** From a reload to the list of rooms as it was. */
export async function firstPaint(page: Page, scene: Scene, runs: number): Promise<Figure[]> {
  const times: number[] = [];
  await page.goto(`${scene.server.url}/rooms`);
  await page.locator(row).first().waitFor();
  for (let i = 0; i < runs; i++) {
    await settle(page);
    await page.reload({ waitUntil: "commit" });
    times.push(await page.evaluate((s) => probe.painted(s), row));
  }
  const value = median(times);
  return [
    {
      what: "first paint of the last state, after a reload",
      value,
      unit: "ms",
      wanted: 1200,
      more: spread(times),
    },
  ];
}

/** From the press on a room in the list to its messages. */
export async function openRoom(page: Page, scene: Scene, runs: number): Promise<Figure[]> {
  await page.goto(`${scene.server.url}/rooms`);
  await page.locator(row).first().waitFor();
  const links = page.locator("a[href^='/rooms/']:has(time)");
  await links.nth(0).click(); // the code of rooms is loaded with the first one
  await page.locator(message).first().waitFor();
  const times: Record<"first" | "again", number[]> = { first: [], again: [] };
  for (const kind of ["first", "again"] as const) {
    for (let i = 1; i <= runs; i++) {
      await settle(page);
      times[kind].push(await links.nth(i).evaluate(open, message));
    }
  }
  return [
    {
      what: "opening a room",
      value: median(times.first),
      unit: "ms",
      wanted: 100,
      more: spread(times.first),
    },
    {
      what: "opening a room again",
      value: median(times.again),
      unit: "ms",
      wanted: 100,
      more: spread(times.again),
    },
  ];
}

/** Presses a link of the list; answers how long it took until other messages were painted. */
async function open(link: Element, articles: string): Promise<number> {
  const before = document.querySelector(articles)?.textContent;
  const from = performance.now();
  (link as HTMLElement).click();
  while (document.querySelector(articles)?.textContent === before) {
    await new Promise((next) => requestAnimationFrame(next));
  }
  return (await probe.painted(articles)) - from;
}

/** From the frame that brings somebody's message to the message on the screen. */
export async function arrival(page: Page, scene: Scene, runs: number): Promise<Figure[]> {
  await page.goto(`${scene.server.url}/rooms/${scene.group.id}`);
  await page.locator(message).first().waitFor();
  await settle(page);
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const mark = `mark-${Date.now()}${i}`;
    const shownAt = page.evaluate(
      async ([s, m]) => (await probe.painted(s, m)) - (probe.frames.get(m) ?? Number.NaN),
      [message, mark] as const,
    );
    await say(scene.server, scene.ben, scene.group.id, `안녕하세요 ${mark}`);
    times.push(await shownAt);
  }
  const more = `p99 ${shown(quantile(times, 0.99))}; ${spread(times)}`;
  return [
    { what: "a message on the screen after its frame", value: median(times), unit: "ms", wanted: 50, more },
  ];
}

/** Tasks of the main thread of a page with nothing in it but a dot that moves: what a frame takes by itself. */
export async function floor(browser: Browser, slow: number): Promise<Figure[]> {
  const context = await browser.newContext({ viewport: desktop });
  const page = await context.newPage();
  await page.setContent("<body style='background:#fff'><i style='position:fixed;width:5px;height:5px'>");
  await slowDown(page, slow);
  const tasks = await tasksDuring(browser, page, async () => {
    for (let i = 0; i < 200; i++) {
      await page.evaluate((left) => {
        const dot = document.querySelector("i");
        if (dot !== null) Object.assign(dot.style, { left, background: "#000" });
      }, `${i}px`);
      await page.waitForTimeout(33);
    }
  });
  await context.close();
  return [
    {
      what: "p99 of main-thread tasks of an empty page in which a dot moves",
      value: quantile(tasks, 0.99),
      unit: "ms",
      more: aboutTasks(tasks),
    },
  ];
}

/** Tasks of the main thread while somebody writes. */
export async function typing(browser: Browser, page: Page, scene: Scene): Promise<Figure[]> {
  await page.goto(`${scene.server.url}/rooms/${scene.group.id}`);
  const area = page.locator("form textarea");
  await area.waitFor();
  await settle(page);
  const tasks = await tasksDuring(browser, page, async () => {
    for (let i = 0; i < 4; i++) {
      await area.pressSequentially("the quick brown fox jumps over the lazy dog, twice. ", { delay: 45 });
      await area.press("Enter");
    }
  });
  return [
    {
      what: "p99 of main-thread tasks while writing",
      value: quantile(tasks, 0.99),
      unit: "ms",
      wanted: 16,
      more: aboutTasks(tasks),
    },
  ];
}

/** Tasks of the main thread while somebody scrolls back through years. */
export async function scrolling(
  browser: Browser,
  page: Page,
  scene: Scene,
  seconds: number,
): Promise<Figure[]> {
  await page.goto(`${scene.server.url}/rooms/${scene.big.id}`);
  const log = page.getByRole("log");
  await page.locator(message).first().waitFor();
  await settle(page);
  const box = await log.boundingBox();
  if (box === null) throw new Error("the room is not in the page");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const seen = await watch(page);
  const tasks = await tasksDuring(browser, page, async () => {
    const until = Date.now() + seconds * 1000;
    let turn = 0;
    while (Date.now() < until) {
      // Mostly back, now and then a little forth, as people do: four screens a second.
      await page.mouse.wheel(0, turn++ % 20 > 16 ? 120 : -120);
      await page.waitForTimeout(33);
    }
  });
  const jumps = await seen();
  return [
    {
      what: `p99 of main-thread tasks while scrolling a room of ${entries.toLocaleString("en")}`,
      value: quantile(tasks, 0.99),
      unit: "ms",
      wanted: 16,
      more: aboutTasks(tasks),
    },
    {
      what: "jumps of what was in view",
      value: jumps.jumps,
      unit: "",
      wanted: 1,
      more: `${jumps.frames} frames, ${jumps.passed} messages passed, ${jumps.rows} rows in the page at most`,
    },
  ];
}

/**
 * Watches each frame as it is shown: a message that is on the screen moves by what was scrolled, and by nothing
 * else. Before a frame is laid out, rows that have come new lie where they are expected to.
 */
async function watch(
  page: Page,
): Promise<() => Promise<{ jumps: number; frames: number; passed: number; rows: number }>> {
  await page.evaluate(() => {
    const log = document.querySelector<HTMLElement>("[role=log]");
    if (log === null) return;
    const found = {
      jumps: 0,
      frames: 0,
      passed: new Set<string>(),
      rows: 0,
      last: new Map<string, number>(),
      on: true,
    };
    Object.assign(globalThis, { watched: found });
    const step = (): void => {
      if (!found.on) return;
      found.frames++;
      const now = new Map<string, number>();
      const moves: number[] = [];
      const rows = log.querySelectorAll<HTMLElement>("article");
      found.rows = Math.max(found.rows, rows.length);
      for (const r of rows) {
        const key = r.dataset["seq"] ?? "";
        const y = r.getBoundingClientRect().top;
        if (y < 0 || y > innerHeight) continue;
        now.set(key, y);
        found.passed.add(key);
        const before = found.last.get(key);
        if (before !== undefined) moves.push(y - before);
      }
      // A frame may take a few turns of the wheel; messages move together.
      const spreadOf = Math.max(...moves) - Math.min(...moves);
      if (moves.length > 1 && (spreadOf > 2 || Math.abs(moves[0] ?? 0) > 3000)) found.jumps++;
      if (moves.length === 0 && found.last.size > 0 && now.size === 0) found.jumps++;
      found.last = now;
      probe.framed(step);
    };
    probe.framed(step);
  });
  return () =>
    page.evaluate(() => {
      const found = (
        globalThis as unknown as {
          watched: { jumps: number; frames: number; passed: Set<string>; rows: number; on: boolean };
        }
      ).watched;
      found.on = false;
      return { jumps: found.jumps, frames: found.frames, passed: found.passed.size, rows: found.rows };
    });
}

/** What the page holds while messages come in for minutes. */
export async function memory(page: Page, scene: Scene, minutes: number, rate: number): Promise<Figure[]> {
  await page.goto(`${scene.server.url}/rooms/${scene.group.id}`);
  await page.locator(message).first().waitFor();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  let sent = 0;
  const stop = new AbortController();
  const from = Date.now();
  const sender = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const due = Math.floor(((Date.now() - from) / 1000) * rate) - sent;
      const batch = Array.from({ length: Math.min(due, 30) }, (_, i) =>
        say(scene.server, i % 2 === 0 ? scene.ben : scene.cat, scene.group.id, `메시지 ${sent + i}`),
      );
      sent += batch.length;
      await Promise.all(batch);
      await new Promise((next) => setTimeout(next, 30));
    }
  };
  const sending = sender();
  // An error of either ends both.
  sending.catch(() => undefined);
  const heaps: number[] = [];
  const nodes: number[] = [];
  const samples = 13;
  const every = (minutes * 60_000) / samples;
  try {
    for (let i = 0; i < samples; i++) {
      await new Promise((next) => setTimeout(next, every));
      const { heap, count } = await held(cdp);
      heaps.push(heap / 1e6);
      nodes.push(count);
    }
  } finally {
    stop.abort();
  }
  await sending;
  const seconds = (Date.now() - from) / 1000;
  // The first ones fill what is bounded: the messages that are shown.
  const third = Math.floor(samples / 3);
  const early = median(heaps.slice(third, 2 * third));
  const late = median(heaps.slice(-third));
  return [
    {
      what: `growth of memory in ${minutes} min at ${shown(sent / seconds)} messages a second`,
      value: (late / early - 1) * 100,
      unit: "%",
      wanted: 10,
      more: `${heaps.map(shown).join(" ")} MB; nodes ${Math.min(...nodes)}–${Math.max(...nodes)}`,
    },
  ];
}

/** What is held when all that can be let go has been. */
async function held(cdp: CDPSession): Promise<{ heap: number; count: number }> {
  await cdp.send("HeapProfiler.collectGarbage");
  const { metrics } = await cdp.send("Performance.getMetrics");
  const metric = (name: string): number => metrics.find((m) => m.name === name)?.value ?? 0;
  return { heap: metric("JSHeapUsedSize"), count: metric("Nodes") };
}

/** Waits until the page has nothing to do. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((done) => setTimeout(() => requestIdleCallback(done, { timeout: 5000 }), 300)),
  );
}

/** A page for the measurements. */
export async function pageFor(browser: Browser, scene: Scene, slow: number): Promise<Page> {
  const page = await signedIn(browser, scene, 1);
  await install(page);
  await slowDown(page, slow);
  return page;
}
