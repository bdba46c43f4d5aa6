import { jpegOf } from "./choose";
import { type Crop, type Sides, cutSide } from "./crop";

/** Why a file cannot be cut: it is no picture, or more than this device should have to hold. */
export type Refusal = "unreadable" | "too-large";

/** A picture is held in memory as it is drawn, 4 bytes a pixel; what phones take has up to 50 megapixels. */
export const most = { bytes: 64_000_000, megapixels: 100 };

/** Pictures that are cut have at most so many pixels on a side; the server makes the small ones. */
const sidePx = 1024;

/** Reads a file as a picture, the way up in which it was taken. Whoever gets it closes it. */
export async function pictureOf(file: Blob): Promise<ImageBitmap | Refusal> {
  if (file.size > most.bytes) return "too-large";
  try {
    const { width, height } = await sidesOf(file);
    if (width * height > most.megapixels * 1_000_000) return "too-large";
    return await createImageBitmap(file);
  } catch {
    return "unreadable";
  }
}

/** The sides of a picture from the head of its file: nothing is drawn yet. */
async function sidesOf(file: Blob): Promise<Sides> {
  const url = URL.createObjectURL(file);
  try {
    return await new Promise((resolve, reject) => {
      const image = new Image();
      image.addEventListener("load", () =>
        resolve({ width: image.naturalWidth, height: image.naturalHeight }),
      );
      image.addEventListener("error", () => reject(new Error("no picture")));
      image.src = url;
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Draws a picture as it lies under a window of `side` pixels in the middle of a canvas. */
export function paint(canvas: HTMLCanvasElement, picture: ImageBitmap, crop: Crop, side: number): void {
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("no canvas");
  const { width, height } = picture;
  const scale = (crop.zoom * side) / Math.min(width, height);
  pen.resetTransform();
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.translate(canvas.width / 2 + crop.x * side, canvas.height / 2 + crop.y * side);
  pen.rotate((crop.turns * Math.PI) / 2);
  pen.scale(scale, scale);
  pen.fillStyle = "#fff"; // JPEG has nothing to see through
  pen.fillRect(-width / 2, -height / 2, width, height);
  pen.drawImage(picture, -width / 2, -height / 2);
}

/** What the window shows, as a square JPEG. */
export function cut(picture: ImageBitmap, crop: Crop): Promise<Blob> {
  const side = Math.min(sidePx, cutSide(picture, crop));
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const pen = canvas.getContext("2d");
  if (pen !== null) pen.imageSmoothingQuality = "high"; // a photo is several times as large
  paint(canvas, picture, crop, side);
  return jpegOf(canvas);
}
