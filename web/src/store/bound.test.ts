import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { settle } from "../testing/script";
import { Stage, message, roomOf } from "../testing/stage";

let stage: Stage;

beforeEach(() => {
  vi.useFakeTimers();
  stage = new Stage();
});
afterEach(() => vi.useRealTimers());

const shown = (): number[] => {
  const entries = stage.room("yard").shown.value?.entries.value ?? [];
  return [entries[0]?.seq ?? 0, entries.at(-1)?.seq ?? 0];
};

test("a reader who goes back and forth through a long room holds a part of it, and misses nothing", async () => {
  stage.add(roomOf("yard", 2000));
  await stage.connect();
  const yard = stage.room("yard");
  await stage.session.open(yard);
  for (let i = 0; i < 30; i++) {
    await stage.session.older(yard);
    stage.session.bound(yard, "newer");
    const entries = yard.shown.value?.entries.value ?? [];
    expect(entries.length).toBeLessThanOrEqual(500);
    expect(entries.every((e, k) => k === 0 || e.seq === (entries[k - 1]?.seq ?? 0) + 1)).toBe(true);
  }
  expect(shown()[0]).toBe(451);
  expect(yard.part.value).toBeDefined();

  // What arrives meanwhile is there when the reader comes down again.
  stage.write("yard", message(2001, "ben"));
  await settle();
  expect(stage.seqs("yard").at(-1)).toBe(2001);
  for (let i = 0; i < 60 && yard.part.value !== undefined; i++) {
    await stage.session.newer(yard);
    stage.session.bound(yard, "older");
  }
  expect(yard.part.value).toBeUndefined();
  stage.session.bound(yard, "older");
  expect(shown()[1]).toBe(2001);
  expect(shown()[0]).toBeGreaterThan(1500);
  await stage.session.older(yard);
  expect(shown()[0]).toBeLessThan(1600);
});

test("a room that nobody looks at keeps the newest of what arrives", async () => {
  stage.add(roomOf("yard", 10));
  await stage.connect();
  await stage.session.open(stage.room("yard"));
  for (let seq = 11; seq <= 1500; seq++) stage.write("yard", message(seq, "ben"));
  await settle();
  expect(stage.seqs("yard").length).toBeLessThanOrEqual(1000);
  expect(stage.seqs("yard").at(-1)).toBe(1500);
});
