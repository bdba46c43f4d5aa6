import { writeFile } from "node:fs/promises";
import { codeOf } from "../src/ui/qr";

const width = 640;
const height = 480;
const pixels = 10;

/** Writes a film of one picture that shows a QR code, as Chromium takes it in place of a camera (YUV4MPEG2). */
export async function qrVideo(path: string, text: string): Promise<void> {
  const { path: drawn, size } = codeOf(text);
  const light = Buffer.alloc(width * height, 235);
  const left = Math.floor((width - size * pixels) / 2);
  const top = Math.floor((height - size * pixels) / 2);
  for (const [, x, y, w] of drawn.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let row = 0; row < pixels; row++) {
      const from = (top + Number(y) * pixels + row) * width + left + Number(x) * pixels;
      light.fill(16, from, from + Number(w) * pixels);
    }
  }
  const colours = Buffer.alloc((width * height) / 2, 128);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), light, colours]);
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  await writeFile(path, Buffer.concat([head, frame, frame]));
}
