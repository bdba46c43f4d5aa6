/** Photos that a bubble shows at most; the viewer shows all. */
export const maxTiles = 9;

/** Longest sides of a single picture in a bubble, and the least that a finger finds; in rem. */
const most = { width: 17, height: 20 };
const least = 6;

/** The box of a single picture, in rem. Pictures that are very long or very wide are cut. */
export function boxOf(width = 0, height = 0): { width: number; height: number } {
  if (width <= 0 || height <= 0) return { width: most.width, height: most.width * 0.75 };
  const scale = Math.min(most.width / width, most.height / height);
  return {
    width: clamp(round(width * scale), least, most.width),
    height: clamp(round(height * scale), least, most.height),
  };
}

/**
 * How many tiles each row of a collage has, from the top: two or three of
 * them, except for the first of three photos.
 */
export function rowsOf(photos: number): number[] {
  const n = Math.min(photos, maxTiles);
  if (n <= 2) return n <= 0 ? [] : [n];
  if (n === 3) return [1, 2];
  const twos = n % 3 === 0 ? 0 : n % 3 === 2 ? 1 : 2;
  return [...Array<number>(twos).fill(2), ...Array<number>((n - twos * 2) / 3).fill(3)];
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

function round(rem: number): number {
  return Math.round(rem * 100) / 100;
}
