import { expect, test } from "vitest";
import { barsOf, waveformOf, waveformValues } from "./waveform";

test("a waveform has 64 values whatever was measured, the loudest at the top", () => {
  const levels = Array.from({ length: 1000 }, (_, i) => (i === 500 ? 0.4 : 0.1));
  const waveform = waveformOf(levels);
  expect(waveform.length).toBe(waveformValues);
  expect(Math.max(...waveform)).toBe(255);
  expect(waveform[32]).toBe(255);
  expect(waveform.filter((v) => v === 64).length).toBe(63);
});

test("a short recording is stretched, silence is flat", () => {
  expect(waveformOf([0.5, 1])).toEqual([...Array<number>(32).fill(128), ...Array<number>(32).fill(255)]);
  expect(new Set(waveformOf([0.001, 0.002]))).toEqual(new Set([0]));
  expect(waveformOf([]).length).toBe(waveformValues);
});

test("bars show the loudest of their part", () => {
  expect(barsOf([1, 9, 2, 3], 2)).toEqual([9, 3]);
  expect(barsOf([5], 3)).toEqual([5, 5, 5]);
  expect(barsOf([], 2)).toEqual([0, 0]);
});
