// Draws the icons of the installed client from public/icon.svg, with Chromium: npm run icons.
// What it writes to public/icons is committed.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const folder = new URL("../public/", import.meta.url).pathname;
const source = await readFile(`${folder}icon.svg`, "utf8");
/** The drawing without its ground. */
const drawing = source
  .replace(/^<svg[^>]*>/, "")
  .replace(/<rect[^>]*>/, "")
  .replace("</svg>", "");
const yellow = "#fee500";

/** The drawing on a ground that fills the square, at a part of its size; systems cut their own shapes out of it. */
function filled(scale) {
  const at = 32 * (1 - scale);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="${yellow}"/><g transform="translate(${at} ${at}) scale(${scale})">${drawing}</g></svg>`;
}

/** White where the drawing is, nothing elsewhere: the mark in a phone's status bar. */
const mark = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="8 10 48 48"><defs><mask id="m"><g fill="#fff" stroke="#fff">${drawing
  .replaceAll("#191600", "#fff")
  .replaceAll(
    "#fee500",
    "#000",
  )}</g></mask></defs><rect width="64" height="64" fill="#fff" mask="url(#m)"/></svg>`;

const icons = [
  ["icon-192", 192, source],
  ["icon-512", 512, source],
  // A circle of 80 percent is what every system keeps (W3C, Web Application Manifest, icon masks).
  ["maskable-192", 192, filled(0.86)],
  ["maskable-512", 512, filled(0.86)],
  ["apple-touch-icon", 180, filled(1)],
  ["badge-96", 96, mark],
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
await mkdir(`${folder}icons`, { recursive: true });
for (const [name, size, svg] of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const sized = svg.replace("<svg ", `<svg width="${size}" height="${size}" `);
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${sized}`);
  await writeFile(`${folder}icons/${name}.png`, await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
