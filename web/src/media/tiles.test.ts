import { expect, test } from "vitest";
import { boxOf, maxTiles, rowsOf } from "./tiles";

test("rows of a collage hold every photo, up to nine, and no row is a lonely one", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30].map(rowsOf)).toEqual([
    [1],
    [2],
    [1, 2],
    [2, 2],
    [2, 3],
    [3, 3],
    [2, 2, 3],
    [2, 3, 3],
    [3, 3, 3],
    [3, 3, 3],
    [3, 3, 3],
  ]);
  expect(rowsOf(0)).toEqual([]);
  for (let n = 1; n <= 30; n++) expect(rowsOf(n).reduce((a, b) => a + b)).toBe(Math.min(n, maxTiles));
});

test("a single picture keeps its shape as far as a bubble has room", () => {
  expect(boxOf(4000, 3000)).toEqual({ width: 17, height: 12.75 });
  expect(boxOf(3000, 4000)).toEqual({ width: 15, height: 20 });
  // A small one is as large as others: it is looked at all the same.
  expect(boxOf(40, 30)).toEqual({ width: 17, height: 12.75 });
  // A long strip is cut to what can be touched.
  expect(boxOf(100, 5000)).toEqual({ width: 6, height: 20 });
  expect(boxOf(5000, 100)).toEqual({ width: 17, height: 6 });
  expect(boxOf()).toEqual({ width: 17, height: 12.75 });
});
