import { encode } from "uqr";

/** Light modules around a code, without which readers do not find it (ISO/IEC 18004, 6.3.8). */
const quietZone = 4;

/** A QR code as one path in a field of size by size. */
export interface Code {
  path: string;
  size: number;
}

/** The code of a text, with a quarter of it redundant in the middle correction level. */
export function codeOf(text: string): Code {
  const { data, size } = encode(text, { ecc: "M", border: quietZone });
  let path = "";
  data.forEach((row, y) => {
    for (let x = 0; x < size; x++) {
      if (row[x] !== true) continue;
      const from = x;
      while (row[x + 1] === true) x++;
      const width = x + 1 - from;
      path += `M${from} ${y}h${width}v1h-${width}z`;
    }
  });
  return { path, size };
}

/** Pixels of a module in a picture that is saved or sent. */
const modulePixels = 24;

/** The code as a picture with lines of words below it. */
export async function codePicture(text: string, words: readonly string[]): Promise<Blob> {
  const { path, size } = codeOf(text);
  const side = size * modulePixels;
  const line = side / 14;
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side + line * 1.5 * words.length + (words.length === 0 ? 0 : line);
  const to = canvas.getContext("2d");
  if (to === null) throw new Error("this browser does not draw");
  to.fillStyle = "#fff";
  to.fillRect(0, 0, canvas.width, canvas.height);
  to.fillStyle = "#000";
  to.textAlign = "center";
  words.forEach((word, i) => {
    to.font = `${i === 0 ? 700 : 400} ${line}px ${getComputedStyle(document.body).fontFamily}`;
    to.fillText(word, side / 2, side + line * (1.5 * i + 0.7), side * 0.9);
  });
  to.scale(modulePixels, modulePixels);
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- no array, a drawing
  to.fill(new Path2D(path));
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error("the picture could not be made"));
      else resolve(blob);
    }, "image/png");
  });
}
