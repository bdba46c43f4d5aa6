import { expect, test } from "vitest";
import { type Crop, type Point, cutSide, held, lying, middle, mostOf, moved, turned, zoomed } from "./crop";

/** Numbers that look random and are the same in every run: a failure can be seen again (mulberry32). */
function numbers(seed: number): (from: number, to: number) => number {
  let state = seed;
  return (from, to) => {
    state = (state + 0x6d2b79f5) | 0;
    let n = Math.imul(state ^ (state >>> 15), 1 | state);
    n = (n + Math.imul(n ^ (n >>> 7), 61 | n)) ^ n;
    return from + (((n ^ (n >>> 14)) >>> 0) / 2 ** 32) * (to - from);
  };
}

type Draw = ReturnType<typeof numbers>;

/** Tries something with many pictures, each lying somewhere after many steps. */
function many(see: (sides: { width: number; height: number }, crop: Crop, draw: Draw) => void): void {
  for (let seed = 1; seed <= 300; seed++) {
    const draw = numbers(seed);
    const sides = { width: Math.round(draw(1, 6000)), height: Math.round(draw(1, 6000)) };
    let crop = middle;
    for (let n = 0; n < 12; n++) crop = step(sides, crop, draw);
    see(sides, crop, draw);
  }
}

const pointOf = (draw: Draw): Point => ({ x: draw(-1, 1), y: draw(-1, 1) });

function step(sides: { width: number; height: number }, crop: Crop, draw: Draw): Crop {
  const way = draw(0, 4);
  if (way < 1) return moved(sides, crop, pointOf(draw));
  if (way < 2) return zoomed(sides, crop, draw(0, 15), pointOf(draw));
  if (way < 3) return turned(crop);
  return held(sides, crop, [pointOf(draw), pointOf(draw)], [pointOf(draw), pointOf(draw)]);
}

/** Which point of the picture lies at a place of the window: in pixels from its middle, as it was taken. */
function below(sides: { width: number; height: number }, crop: Crop, at: Point): Point {
  const scale = Math.min(sides.width, sides.height) / crop.zoom;
  let point = { x: (at.x - crop.x) * scale, y: (at.y - crop.y) * scale };
  for (let n = 0; n < crop.turns; n++) point = { x: point.y, y: -point.x };
  return point;
}

const apart = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

const tiny = 1e-9;

test("whatever is done, the picture fills the window and is not larger than it may be", () => {
  many((sides, crop) => {
    const { width, height } = lying(sides, crop);
    expect(Math.abs(crop.x) + 0.5).toBeLessThanOrEqual(width / 2 + tiny);
    expect(Math.abs(crop.y) + 0.5).toBeLessThanOrEqual(height / 2 + tiny);
    expect(crop.zoom).toBeGreaterThanOrEqual(1);
    expect(crop.zoom).toBeLessThanOrEqual(mostOf(sides));
    expect([0, 1, 2, 3]).toContain(crop.turns);
  });
});

test("zooming in keeps what lies at the place, and back out again nothing has moved", () => {
  many((sides, crop, draw) => {
    const at = { x: draw(-0.5, 0.5), y: draw(-0.5, 0.5) };
    const larger = zoomed(sides, crop, draw(crop.zoom, mostOf(sides)), at);
    expect(apart(below(sides, crop, at), below(sides, larger, at))).toBeLessThan(1e-6);
    const back = zoomed(sides, larger, crop.zoom, at);
    expect(apart(crop, back)).toBeLessThan(tiny);
  });
});

test("turning keeps what lies in the middle, and four turns are none", () => {
  many((sides, crop) => {
    const here = { x: 0, y: 0 };
    expect(apart(below(sides, crop, here), below(sides, turned(crop), here))).toBeLessThan(1e-6);
    // What was at the top is at the right.
    expect(
      apart(below(sides, crop, { x: 0, y: -0.5 }), below(sides, turned(crop), { x: 0.5, y: 0 })),
    ).toBeLessThan(1e-6);
    const round = turned(turned(turned(turned(crop))));
    expect(round.turns).toBe(crop.turns);
    expect(apart(crop, round)).toBeLessThan(tiny);
  });
});

test("moving a way and back changes nothing where there is room for it", () => {
  many((sides, crop, draw) => {
    const { width, height } = lying(sides, crop);
    const goal = { x: draw(-1, 1) * ((width - 1) / 2), y: draw(-1, 1) * ((height - 1) / 2) };
    const by = { x: goal.x - crop.x, y: goal.y - crop.y };
    const there = moved(sides, crop, by);
    expect(apart(there, goal)).toBeLessThan(tiny);
    expect(apart(moved(sides, there, { x: -by.x, y: -by.y }), crop)).toBeLessThan(tiny);
  });
});

test("what lies under fingers stays under them", () => {
  const square = { width: 1600, height: 1600 };
  const crop = zoomed(square, middle, 4);
  const from = [
    { x: -0.2, y: 0 },
    { x: 0.2, y: 0.1 },
  ];
  const to = [
    { x: -0.3, y: 0.1 },
    { x: 0.3, y: 0.25 },
  ];
  const there = held(square, crop, from, to);
  expect(there.zoom).toBeCloseTo(6);
  for (const [i, finger] of to.entries())
    expect(apart(below(square, crop, from[i] ?? finger), below(square, there, finger))).toBeLessThan(1e-6);
  // A single finger only moves.
  expect(held(square, crop, [{ x: 0, y: 0 }], [{ x: 0.1, y: -0.2 }])).toEqual({ ...crop, x: 0.1, y: -0.2 });
});

test("a picture that is too wide lies in its middle and moves to the sides only", () => {
  const wide = { width: 900, height: 300 };
  expect(lying(wide, middle)).toEqual({ width: 3, height: 1 });
  expect(moved(wide, middle, { x: -7, y: 7 })).toEqual({ ...middle, x: -1, y: 0 });
  expect(lying(wide, turned(middle))).toEqual({ width: 1, height: 3 });
});

test("the cut has the pixels that the picture has there", () => {
  const sides = { width: 4000, height: 3000 };
  expect(cutSide(sides, middle)).toBe(3000);
  expect(cutSide(sides, zoomed(sides, middle, 4))).toBe(750);
  expect(cutSide(sides, zoomed(sides, middle, 99))).toBe(300);
  expect(mostOf({ width: 640, height: 480 })).toBe(3);
  expect(mostOf({ width: 10, height: 10 })).toBe(2);
  expect(cutSide({ width: 1, height: 9 }, zoomed({ width: 1, height: 9 }, middle, 2))).toBe(1);
});
