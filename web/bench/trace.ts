import type { Browser, Page } from "playwright-core";
import { quantile } from "./figures";

interface Event {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  dur?: number;
  /** Of the processor, without what other programs took meanwhile. */
  tdur?: number;
  ts: number;
  args?: { name?: string; data?: { frame?: string } };
}

/**
 * The durations in milliseconds of all tasks of the page's main thread while something goes on: processor
 * time, so that a machine with other work to do does not make them longer.
 */
export async function tasksDuring(
  browser: Browser,
  page: Page,
  work: () => Promise<void>,
): Promise<number[]> {
  // Whatever was begun before has nothing to do with it.
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 2000 })));
  await browser.startTracing(page, {
    categories: ["disabled-by-default-devtools.timeline", "devtools.timeline", "__metadata"],
  });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: Event[] };
  const mains = new Set(
    traceEvents
      .filter((e) => e.name === "thread_name" && e.args?.name === "CrRendererMain")
      .map((e) => `${e.pid} ${e.tid}`),
  );
  const byThread = new Map<string, number[]>();
  for (const e of traceEvents) {
    const thread = `${e.pid} ${e.tid}`;
    if (e.name !== "RunTask" || e.ph !== "X" || !mains.has(thread)) continue;
    const durations = byThread.get(thread) ?? [];
    durations.push((e.tdur ?? e.dur ?? 0) / 1000);
    byThread.set(thread, durations);
  }
  // Other pages' threads are idle.
  const busiest = [...byThread.values()].toSorted((a, b) => sum(b) - sum(a))[0];
  if (busiest === undefined) throw new Error("there is no main thread in the trace");
  return busiest;
}

export function aboutTasks(tasks: readonly number[]): string {
  const long = tasks.filter((t) => t > 16).length;
  // Most tasks do next to nothing; those that do something are told as well.
  const work = tasks.filter((t) => t >= 1);
  return `${tasks.length} tasks, ${long} over 16 ms, longest ${Math.max(...tasks).toFixed(1)}; p99 of those over 1 ms ${quantile(work, 0.99).toFixed(1)}`;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
