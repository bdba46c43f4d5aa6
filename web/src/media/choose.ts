import { uuid } from "../net/uuid";
import type { Item } from "./messages";

/** What the server takes as a photo; everything else that a browser can show is drawn anew as JPEG. */
const photoTypes = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

/** Limits of photos on the server: pixels and bytes. */
const maxPixels = 50_000_000;
const maxPhotoBytes = 64 << 20;
/** Longest side of what is drawn anew, and of a picture of a film. */
const maxSide = 6000;
const posterSide = 1280;
/** A film that tells nothing of itself for so long is one that this browser cannot read. */
const patienceMs = 8000;

/** Looks at a file that was chosen: whether it can go as a photo or a film, and how large that is. */
export async function itemOf(file: File): Promise<Item> {
  const item: Item = { key: uuid(), sort: "file", name: file.name, blob: file };
  try {
    if (file.type.startsWith("image/")) return await photoOf(item, file);
    if (file.type.startsWith("video/")) return await filmOf(item, file);
  } catch {
    return { ...item, unread: true };
  }
  return item;
}

async function photoOf(item: Item, file: File): Promise<Item> {
  const image = await decoded(file);
  const { naturalWidth: width, naturalHeight: height } = image;
  if (width === 0 || height === 0) throw new Error("a picture without a size");
  const fits = photoTypes.has(file.type) && width * height <= maxPixels && file.size <= maxPhotoBytes;
  if (fits) return { ...item, sort: "photo", width, height };
  const drawn = await draw(image, width, height, maxSide);
  return { ...item, ...drawn, sort: "photo", name: file.name.replace(/\.[^.]*$/, "") + ".jpg" };
}

/** The picture of a file as this browser shows it, the right way up. */
async function decoded(file: Blob): Promise<HTMLImageElement> {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function filmOf(item: Item, file: File): Promise<Item> {
  const url = URL.createObjectURL(file);
  const video = document.createElement("video");
  try {
    video.muted = true;
    video.preload = "auto";
    video.playsInline = true;
    video.src = url;
    await once(video, "loadeddata");
    const { videoWidth: width, videoHeight: height, duration } = video;
    if (width === 0 || height === 0) throw new Error("a film without pictures");
    const length = Number.isFinite(duration) ? { duration_ms: Math.round(duration * 1000) } : {};
    const found: Item = { ...item, sort: "video", width, height, ...length };
    // The very first picture is often black.
    if (Number.isFinite(duration)) {
      video.currentTime = Math.min(1, duration / 3);
      await once(video, "seeked");
    }
    return { ...found, poster: (await draw(video, width, height, posterSide)).blob };
  } finally {
    video.removeAttribute("src");
    video.load();
    URL.revokeObjectURL(url);
  }
}

function once(video: HTMLVideoElement, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(event)), patienceMs);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    video.addEventListener(event, done, { once: true });
    video.addEventListener("error", () => reject(new Error("unreadable")), { once: true });
  });
}

/** Draws a picture as JPEG, no side longer than `side`. */
export async function draw(
  source: CanvasImageSource,
  width: number,
  height: number,
  side: number,
): Promise<{ blob: Blob; width: number; height: number }> {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("no canvas");
  // JPEG has no holes: what could be seen through becomes white.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return { blob: await jpegOf(canvas), width: canvas.width, height: canvas.height };
}

/** What a canvas shows, as JPEG. */
export function jpegOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error("no picture")) : resolve(blob)),
      "image/jpeg",
      0.88,
    );
  });
}
