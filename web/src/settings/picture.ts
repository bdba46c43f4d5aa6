/** Photos of people are shown at most this large; the server makes the small ones. */
const sizePx = 1024;
const quality = 0.9;

/** The middle of a picture, as a square, in the direction in which it was taken. Fails for what is no picture. */
export async function square(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const side = Math.min(picture.width, picture.height);
  const size = Math.min(side, sizePx);
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const x = (picture.width - side) / 2;
  const y = (picture.height - side) / 2;
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("no canvas");
  pen.fillStyle = "#fff"; // JPEG has nothing to see through
  pen.fillRect(0, 0, size, size);
  pen.drawImage(picture, x, y, side, side, 0, 0, size, size);
  picture.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (made) => (made === null ? reject(new Error("no picture")) : resolve(made)),
      "image/jpeg",
      quality,
    );
  });
}
