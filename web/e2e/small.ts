import { decode, encode, toRGBA8 } from "upng-js";

/** So many colours show a screen and the photos on it. */
const colours = 256;

/** A picture with a palette, a third of the size: docs/screens holds hundreds of them. */
export function small(png: Buffer): Buffer {
  const image = decode(asArrayBuffer(png));
  return Buffer.from(encode(toRGBA8(image), image.width, image.height, colours));
}

function asArrayBuffer(buffer: Buffer): ArrayBuffer {
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer;
}
