/** Reads the QR code in a picture; undefined when there is none. `hard` takes the time that a still picture is worth. */
export type Read = (picture: CanvasImageSource, width: number, height: number, hard: boolean) => Promise<string | undefined>; // prettier-ignore

/** The part of the Barcode Detection API that is used (WICG Shape Detection). Chromium has it on some systems. */
interface Detector {
  detect(source: ImageBitmapSource): Promise<{ rawValue: string }[]>;
}
interface Detectors {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

/** Codes are found in far smaller pictures than cameras give. */
const frameSide = 720;
const pictureSide = 1800;
/** Milliseconds that are worth a still picture. */
const hardMs = 2000;

/** Gives the browser's own reader of codes where there is one, else ours. */
export async function reader(): Promise<Read> {
  return (await theirs()) ?? ours();
}

async function theirs(): Promise<Read | undefined> {
  const detectors = (globalThis as { BarcodeDetector?: Detectors }).BarcodeDetector;
  if (detectors === undefined) return undefined;
  try {
    if (!(await detectors.getSupportedFormats()).includes("qr_code")) return undefined;
    const detector = new detectors({ formats: ["qr_code"] });
    return async (picture) => (await detector.detect(picture as ImageBitmapSource))[0]?.rawValue;
  } catch {
    return undefined;
  }
}

async function ours(): Promise<Read> {
  const { decodeQR } = await import("qr/decode.js");
  const canvas = document.createElement("canvas");
  const to = canvas.getContext("2d", { willReadFrequently: true });
  return (picture, width, height, hard) => {
    const scale = Math.min(1, (hard ? pictureSide : frameSide) / Math.max(width, height));
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    if (to === null) return Promise.resolve(undefined);
    to.fillStyle = "#fff"; // under pictures without a ground of their own
    to.fillRect(0, 0, canvas.width, canvas.height);
    to.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const { data } = to.getImageData(0, 0, canvas.width, canvas.height);
    try {
      const size = { width: canvas.width, height: canvas.height };
      return Promise.resolve(decodeQR({ data, ...size }, hard ? { timeLimit: hardMs } : {}));
    } catch {
      return Promise.resolve(undefined); // there is none, or it cannot be read
    }
  };
}

/** Reads the code in a file; undefined when it is no picture or has none. */
export async function readFile(file: Blob): Promise<string | undefined> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return undefined;
  }
  const read = await reader();
  const text = await read(picture, picture.width, picture.height, true);
  picture.close();
  return text;
}
