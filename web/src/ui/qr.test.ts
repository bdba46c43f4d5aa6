import { decodeQR } from "qr/decode.js";
import { expect, test } from "vitest";
import { codeOf } from "./qr";

/** Draws a path of codeOf with so many pixels a module. */
function pixels(
  path: string,
  size: number,
  scale: number,
): { data: Uint8Array; width: number; height: number } {
  const side = size * scale;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [, x, y, w] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let py = Number(y) * scale; py < (Number(y) + 1) * scale; py++)
      for (let px = Number(x) * scale; px < (Number(x) + Number(w)) * scale; px++)
        data.fill(0, (py * side + px) * 4, (py * side + px) * 4 + 3);
  }
  return { data, width: side, height: side };
}

test("what is drawn can be read, whatever script it is in", () => {
  for (const text of ["https://talk.example.com/@mina.kim", "https://마당.example/@a_1", "x".repeat(300)]) {
    const { path, size } = codeOf(text);
    expect(decodeQR(pixels(path, size, 4), { timeLimit: 2000 })).toBe(text);
  }
});

test("four light modules lie around it", () => {
  const { path, size } = codeOf("madang");
  const xs = [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)].map(([, x, y, w]) => [x, y, w].map(Number));
  expect(Math.min(...xs.map(([x]) => x ?? 0))).toBe(4);
  expect(Math.min(...xs.map(([, y]) => y ?? 0))).toBe(4);
  expect(Math.max(...xs.map(([x, , w]) => (x ?? 0) + (w ?? 0)))).toBe(size - 4);
});
