import { execFileSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { launch } from "../e2e/browser";
import { Server } from "../e2e/server";
import { type Figure, median, shown, table } from "./figures";
import {
  arrival,
  firstLoad,
  firstPaint,
  floor,
  memory,
  openRoom,
  pageFor,
  scrolling,
  typing,
} from "./measures";
import { makeScene } from "./scene";

const usage = `How fast the web client is, in Chromium with a slowed processor.

  make bench-web ARGS="--minutes 10"

  --minutes N   how long messages come in for the memory (1)
  --slow N      how much slower the processor is made (4)
  --only A,B    of: load paint open arrival floor typing scrolling memory
`;

/** Measures, prints a table and ends. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: "string", default: "1" },
      slow: { type: "string", default: "4" },
      only: { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const slow = Number(values.slow);
  const only = values.only === "" ? undefined : new Set(values.only.split(","));
  const browser = await launch();
  const server = await Server.start();
  try {
    tell("making a room of 100,000 entries");
    const scene = await makeScene(server);
    const page = await pageFor(browser, scene, slow);
    const measures: Record<string, () => Promise<Figure[]>> = {
      load: () => firstLoad(browser, scene),
      paint: () => firstPaint(page, scene, 9),
      open: () => openRoom(page, scene, 12),
      arrival: () => arrival(page, scene, 60),
      floor: () => floor(browser, slow),
      typing: () => typing(browser, page, scene),
      scrolling: () => scrolling(browser, page, scene, 15),
      memory: () => memory(page, scene, Number(values.minutes), 60),
    };
    const figures: Figure[] = [];
    for (const [name, measure] of Object.entries(measures)) {
      if (only !== undefined && !only.has(name)) continue;
      tell(`measuring: ${name}`);
      const some = await measure();
      for (const f of some) tell(`  ${f.what}: ${shown(f.value)} ${f.unit}; ${f.more ?? ""}`);
      figures.push(...some);
    }
    const work = await aPieceOfWork(page);
    process.stdout.write(`
Commit ${commit()}, Chromium ${browser.version()}, ${cpus().length} processors, ${slow} times slowed, load ${loadavg()[0]?.toFixed(1)}.
4,000,000 steps of a random number generator take ${shown(work)} ms in the page.

${table(figures)}
`);
  } finally {
    await browser.close();
    await server.remove();
  }
}

/** How slow the page is at this moment, to compare runs. */
async function aPieceOfWork(page: Page): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 9; i++) {
    times.push(
      await page.evaluate(() => {
        const from = performance.now();
        let x = 1;
        for (let k = 0; k < 4_000_000; k++) x = (x * 16807) % 2147483647;
        return x === 0 ? 0 : performance.now() - from;
      }),
    );
  }
  return median(times);
}

function commit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}

function tell(what: string): void {
  process.stderr.write(`${what}\n`);
}
