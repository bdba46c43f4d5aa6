import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { complaints, launch, open, phone } from "./browser";
import { signUp } from "./people";
import { Server } from "./server";

// Choosing the photo that others see. Pictures are fields of 100 px, each in a colour that tells its column and
// row, so that what the server gives back says which part of them it is.

let server: Server;
let browser: Browser;
let page: Page;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "madang-photo-"));
  browser = await launch();
  server = await Server.start();
  page = await open(browser, server.url, { viewport: phone });
  await signUp(server, page, "+821090000011", "김미나");
  await page.goto(`${server.url}/more/profile`);
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Waits longer than a moment: pictures are on their way. */
const poll = <T>(see: () => T) => expect.poll(see, { timeout: 10_000 });
const dialog = (): Locator => page.getByRole("dialog", { name: "사진 조정" });
const stage = (): Locator => dialog().getByRole("application");
const slider = (): Locator => dialog().getByRole("slider", { name: "확대" });
const button = (name: string): Locator => page.getByRole("button", { name, exact: true });

interface File {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** A picture of so many fields. */
async function fields(columns: number, rows: number, type: "image/png" | "image/jpeg"): Promise<File> {
  const url = await page.evaluate(
    ([across, down, mime]) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [across * 100, down * 100];
      const pen = canvas.getContext("2d");
      if (pen === null) throw new Error("no canvas");
      for (let x = 0; x < across; x++) {
        for (let y = 0; y < down; y++) {
          pen.fillStyle = `rgb(${x * 30} ${y * 30} 128)`;
          pen.fillRect(x * 100, y * 100, 100, 100);
        }
      }
      return canvas.toDataURL(mime, 1);
    },
    [columns, rows, type] as const,
  );
  const buffer = Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
  return { name: `fields.${type.slice(6)}`, mimeType: type, buffer };
}

/** A JPEG as a camera writes it that was held on its side: to be seen, it is turned to the right. */
async function heldOnItsSide(columns: number, rows: number): Promise<File> {
  const plain = await fields(columns, rows, "image/jpeg");
  // Exif 2.32: a TIFF header, then one field: orientation (0x0112), a short, once, 6.
  const tiff = Buffer.from("4d4d002a00000008000101120003000000010006000000000000", "hex");
  const exif = Buffer.concat([Buffer.from("Exif\0\0"), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  const start = plain.buffer.subarray(0, 2);
  return { ...plain, buffer: Buffer.concat([start, head, exif, plain.buffer.subarray(2)]) };
}

/** Chooses a file where the browser asks for one. */
async function choose(file: File | string): Promise<void> {
  const asked = page.waitForEvent("filechooser");
  await button("사진 고르기").click();
  await (await asked).setFiles(file);
}

/** Chooses a picture and waits until it lies under the window. */
async function lay(file: File): Promise<void> {
  await choose(file);
  await slider().and(page.locator(":enabled")).waitFor();
}

/** Saves what the window shows and waits until others see it. */
async function save(): Promise<void> {
  const before = await photo();
  await dialog().getByRole("button", { name: "저장" }).click();
  await poll(photo).not.toBe(before);
  await page.getByText("사진을 바꿨습니다.").waitFor();
}

/** The id of the photo that others see. */
async function photo(): Promise<string | undefined> {
  const me = await page.evaluate(async () => (await fetch("/v1/me")).json());
  return (me as { photo_id?: string }).photo_id;
}

/** What the server has for the photo: its sides, and of n by n places the fields that they are of, as "column,row". */
async function stored(n: number): Promise<{ sides: number[]; places: string[][] }> {
  const id = await photo();
  return page.evaluate(
    async ([of, count]) => {
      const file = (await (await fetch(`/v1/media/${of}`)).json()) as { links: { original: string } };
      const picture = await createImageBitmap(await (await fetch(file.links.original)).blob());
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [picture.width, picture.height];
      const pen = canvas.getContext("2d");
      if (pen === null) throw new Error("no canvas");
      pen.drawImage(picture, 0, 0);
      const at = (i: number, side: number): number => Math.floor(((i + 0.5) / count) * side);
      const places = Array.from({ length: count }, (_, y) =>
        Array.from({ length: count }, (__, x) => {
          const [red = 0, green = 0] = pen.getImageData(at(x, canvas.width), at(y, canvas.height), 1, 1).data;
          return `${Math.round(red / 30)},${Math.round(green / 30)}`;
        }),
      );
      return { sides: [canvas.width, canvas.height], places };
    },
    [id ?? "", n] as const,
  );
}

/** The middle of the window on the screen, and its side. */
async function windowOf(): Promise<{ x: number; y: number; side: number }> {
  const box = await stage().boundingBox();
  if (box === null) throw new Error("no stage");
  const side = Math.min(box.width, box.height) - 32;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, side };
}

test("untouched, the middle is taken, as a square", async () => {
  await lay(await fields(8, 4, "image/png"));
  // Where a person begins are the arrows.
  expect(await stage().evaluate((e) => e === document.activeElement)).toBe(true);
  expect(await button("초기화").isDisabled()).toBe(true);
  await save();
  expect(await stored(4)).toEqual({
    sides: [400, 400],
    places: [0, 1, 2, 3].map((y) => [2, 3, 4, 5].map((x) => `${x},${y}`)),
  });
  await page.getByRole("main").locator("img[src]").first().waitFor();
});

test("dragged to its edge, zoomed and turned, it is what the window showed", async () => {
  await lay(await fields(8, 4, "image/png"));
  const { x, y, side } = await windowOf();
  await page.mouse.move(x, y);
  await page.mouse.down();
  // Farther than the picture goes, and let go outside of the window: that closes nothing.
  await page.mouse.move(x + side, y, { steps: 5 });
  await page.mouse.move(x + side, 10, { steps: 5 });
  await page.mouse.up();
  // Nor do words that are marked beyond it.
  await dialog().getByText("끌어서 옮기고").hover();
  await page.mouse.down();
  await page.mouse.move(x, 10, { steps: 5 });
  await page.mouse.up();
  await dialog().waitFor();
  await slider().fill("0.76"); // 2.5 ** 0.76 is twice as large
  await button("90° 회전").click();
  await save();
  const { sides, places } = await stored(2);
  expect(sides).toEqual([199, 199]);
  // Columns and rows 1 and 2, turned to the right.
  expect(places).toEqual([
    ["1,2", "1,1"],
    ["2,2", "2,1"],
  ]);
});

test("keys move and zoom it, Escape leaves everything as it is", async () => {
  await lay(await fields(8, 4, "image/png"));
  const before = await photo();
  await page.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
  expect(await photo()).toBe(before);
  await poll(() => button("사진 고르기").evaluate((e) => e === document.activeElement)).toBe(true);

  await lay(await fields(8, 4, "image/png"));
  for (let n = 0; n < 12; n++) await page.keyboard.press("ArrowLeft");
  for (let n = 0; n < 7; n++) await page.keyboard.press("+"); // 1.1 ** 7 is 1.95
  await slider().and(page.locator("[aria-valuetext='195%']")).waitFor();
  await page.keyboard.press("-");
  for (let n = 0; n < 40; n++) await page.keyboard.press("ArrowDown");
  await dialog().getByRole("button", { name: "저장" }).focus();
  await page.keyboard.press("Enter");
  await poll(photo).not.toBe(before);
  // 226 px: it was moved to the right half and zoomed about its middle; the upper edge is the end.
  expect((await stored(2)).sides).toEqual([226, 226]);
  expect((await stored(2)).places).toEqual([
    ["5,0", "6,0"],
    ["5,1", "6,1"],
  ]);
});

test("a tap brings a place to the middle; a wheel and two fingers zoom; all of it can be reset", async () => {
  await lay(await fields(8, 4, "image/png"));
  const { x, y, side } = await windowOf();
  await page.mouse.click(x - side * 0.4, y);
  expect(await button("초기화").isEnabled()).toBe(true);
  await page.mouse.wheel(0, -200);
  await poll(() => slider().getAttribute("aria-valuetext")).toBe("149%");
  await button("초기화").click();
  await slider().and(page.locator("[aria-valuetext='100%']")).waitFor();

  const fingers = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", apart: number): Promise<unknown> =>
    fingers.send("Input.dispatchTouchEvent", {
      type,
      touchPoints:
        apart === 0
          ? []
          : [
              { x: x - apart, y, id: 1 },
              { x: x + apart, y, id: 2 },
            ],
    });
  await touch("touchStart", 40);
  for (const apart of [50, 60, 70, 80]) await touch("touchMove", apart);
  await touch("touchEnd", 0);
  await poll(() => slider().getAttribute("aria-valuetext")).toBe("200%");
  await page.mouse.click(x - side * 0.45, y - side * 0.45);
  await save();
  // From columns 3 and 4, rows 1 and 2, nearly one up and one to the left.
  expect((await stored(2)).places).toEqual([
    ["2,0", "3,0"],
    ["2,1", "3,1"],
  ]);
});

test("a photo lies as it was taken, not as its bytes do, and is made small enough", async () => {
  await lay(await heldOnItsSide(6, 3));
  await save();
  // Six rows of three are seen; the middle three are taken.
  expect(await stored(3)).toEqual({
    sides: [300, 300],
    places: [
      ["2,2", "2,1", "2,0"],
      ["3,2", "3,1", "3,0"],
      ["4,2", "4,1", "4,0"],
    ],
  });
  await lay(await fields(13, 12, "image/png"));
  await save();
  expect((await stored(1)).sides).toEqual([1024, 1024]);
});

test("what was changed can be taken back", async () => {
  const before = await photo();
  await lay(await fields(4, 4, "image/png"));
  await save();
  expect(await photo()).not.toBe(before);
  await button("되돌리기").click();
  await poll(photo).toBe(before);
  await button("사진 지우기").click();
  await button("사진 지우기").waitFor({ state: "detached" });
  expect(await photo()).toBeUndefined();
  await button("되돌리기").click();
  await poll(photo).toBe(before);
});

test("on its way it can be stopped; what failed is tried again", async () => {
  const before = await photo();
  const uploads = "**/v1/media/uploads";
  const picture = await fields(4, 4, "image/png");
  await page.route(uploads, () => undefined); // no answer comes
  await lay(picture);
  await dialog().getByRole("button", { name: "저장" }).click();
  await page.getByRole("progressbar", { name: "사진 올리는 중" }).waitFor();
  await button("취소").click();
  await page.getByRole("progressbar").waitFor({ state: "detached" });
  expect(await button("사진 고르기").evaluate((e) => e === document.activeElement)).toBe(true);
  expect(await page.getByRole("alert").count()).toBe(0);
  expect(await photo()).toBe(before);

  await page.unroute(uploads);
  await page.route(uploads, (route) => route.abort());
  await lay(picture);
  await dialog().getByRole("button", { name: "저장" }).click();
  await page.getByRole("alert").waitFor();
  await page.unroute(uploads);
  await button("다시 시도").click();
  await poll(photo).not.toBe(before);
  expect(await page.getByRole("alert").count()).toBe(0);
});

test("a file that is no picture, or too large a one, is said to be so", async () => {
  const alert = page.getByRole("main").getByRole("alert");
  await choose({ name: "me.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
  await alert.getByText("사진으로 열 수 없는 파일입니다.").waitFor();
  await dialog().waitFor({ state: "detached" });
  const wide = '<svg xmlns="http://www.w3.org/2000/svg" width="20000" height="20000"/>';
  await choose({ name: "wide.svg", mimeType: "image/svg+xml", buffer: Buffer.from(wide) });
  await alert.getByText("사진이 너무 큽니다. 64MB, 100메가픽셀").waitFor();
  const heavy = join(folder, "heavy.jpg");
  await writeFile(heavy, "");
  await truncate(heavy, 64_000_001);
  await lay(await fields(4, 4, "image/png"));
  expect(await alert.count()).toBe(0);
  await page.keyboard.press("Escape");
  await choose(heavy);
  await alert.getByText("사진이 너무 큽니다.").waitFor();
});

test("others see it large, in the viewer of all photos, and are then back where they were", async () => {
  await page.goto(`${server.url}/friends`);
  await page.getByRole("button", { name: "김미나" }).first().click();
  const shown = page.getByRole("button", { name: "김미나님의 사진 크게 보기" });
  await shown.click();
  const viewer = page.getByRole("dialog", { name: "사진 보기" });
  await viewer.getByText("김미나").waitFor();
  await page.keyboard.press("Escape"); // also while it opens
  await viewer.waitFor({ state: "detached" });
  await shown.waitFor();
  await shown.click();
  const image = viewer.locator("img.pswp__img:not(.pswp__img--placeholder)").first();
  await image.waitFor();
  const width = async (): Promise<number> => (await image.boundingBox())?.width ?? 0;
  const small = await width();
  await viewer.getByRole("button", { name: "확대" }).click();
  await poll(width).toBeGreaterThan(small * 1.05);
  await page.goBack();
  await viewer.waitFor({ state: "detached" });
  await shown.waitFor();
});
