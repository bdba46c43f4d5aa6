// BlurHash: a picture as a few cosine waves in 20 to 100 characters.
// https://github.com/woltapp/blurhash/blob/master/Algorithm.md

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

type Colour = [red: number, green: number, blue: number];

/** The pixels (RGBA) of a placeholder, or undefined when it is none. */
export function pixelsOf(
  hash: string,
  width: number,
  height: number,
): Uint8ClampedArray<ArrayBuffer> | undefined {
  const colours = coloursOf(hash);
  if (colours === undefined) return undefined;
  const across = (number(hash, 0, 1) % 9) + 1;
  const waves = { x: cosines(width, across), y: cosines(height, colours.length / across) };
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sum: Colour = [0, 0, 0];
      for (const [i, [r, g, b]] of colours.entries()) {
        const basis = (waves.x[x]?.[i % across] ?? 0) * (waves.y[y]?.[Math.floor(i / across)] ?? 0);
        sum[0] += r * basis;
        sum[1] += g * basis;
        sum[2] += b * basis;
      }
      pixels.set([...sum.map(toScreen), 255], (y * width + x) * 4);
    }
  }
  return pixels;
}

/** The colours of the waves, the average first. */
function coloursOf(hash: string): Colour[] | undefined {
  if (hash.length < 6 || [...hash].some((c) => !digits.includes(c))) return undefined;
  const size = number(hash, 0, 1);
  const count = ((size % 9) + 1) * (Math.floor(size / 9) + 1);
  if (hash.length !== 4 + 2 * count) return undefined;
  const most = (number(hash, 1, 2) + 1) / 166;
  const average = number(hash, 2, 6);
  const colours: Colour[] = [[toLight(average >> 16), toLight((average >> 8) & 255), toLight(average & 255)]];
  for (let i = 1; i < count; i++) {
    const v = number(hash, 4 + i * 2, 6 + i * 2);
    colours.push([wave(Math.floor(v / 361), most), wave(Math.floor(v / 19) % 19, most), wave(v % 19, most)]);
  }
  return colours;
}

function number(hash: string, from: number, to: number): number {
  let n = 0;
  for (const c of hash.slice(from, to)) n = n * 83 + digits.indexOf(c);
  return n;
}

function wave(quantised: number, most: number): number {
  const v = (quantised - 9) / 9;
  return Math.sign(v) * v * v * most;
}

function cosines(length: number, count: number): number[][] {
  return Array.from({ length }, (_, at) =>
    Array.from({ length: count }, (__, n) => Math.cos((Math.PI * n * at) / length)),
  );
}

/** sRGB of 0 to 255 as linear light. */
function toLight(v: number): number {
  const c = v / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function toScreen(light: number): number {
  const c = Math.min(1, Math.max(0, light));
  return Math.round((c <= 0.0031308 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055) * 255);
}
