import { expect, test } from "vitest";
import { pixelsOf } from "./blurhash";

/** The mean of one colour (0 red, 1 green, 2 blue) in some rows. */
function mean(pixels: ArrayLike<number>, colour: number, rows: number[]): number {
  const values = rows.flatMap((y) => Array.from({ length: 32 }, (_, x) => pixels[(y * 32 + x) * 4 + colour]));
  return values.reduce((sum: number, v) => sum + (v ?? 0), 0) / values.length;
}

test("a placeholder has the light and the dark of its picture", () => {
  // The example of the algorithm's page: pale sky above, sand and water below.
  const pixels = pixelsOf("LEHV6nWB2yk8pyo0adR*.7kCMdnj", 32, 32) ?? [];
  expect(pixels.length).toBe(32 * 32 * 4);
  expect(pixels[3]).toBe(255);
  const [top, bottom] = [
    [0, 1, 2],
    [29, 30, 31],
  ].map((rows) => mean(pixels, 2, rows));
  expect(top).toBeGreaterThan(100);
  expect(top).not.toBeCloseTo(bottom ?? 0, 0);
});

test("one colour fills the whole", () => {
  // One wave of one colour: "00" is no detail, then the average in four digits; 0xFF0000 is TI:j there.
  const pixels = pixelsOf("00TI:j", 2, 2);
  expect([...(pixels ?? [])]).toEqual(Array.from({ length: 4 }, () => [255, 0, 0, 255]).flat());
});

test("what is no placeholder is none", () => {
  expect(pixelsOf("", 4, 4)).toBeUndefined();
  expect(pixelsOf("LEHV6nWB2yk8pyo0adR*.7kCMdn", 4, 4)).toBeUndefined();
  expect(pixelsOf('"EHV6nWB2yk8pyo0adR*.7kCMdnj', 4, 4)).toBeUndefined();
});
