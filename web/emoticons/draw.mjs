// Draws the emoticon pack of the project into public/emoticons/madang: npm run emoticons.
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { drawings } from "./madang.mjs";

const folder = new URL("../public/emoticons/madang/", import.meta.url).pathname;

await mkdir(folder, { recursive: true });
for (const name of await readdir(folder)) if (name.endsWith(".svg")) await rm(folder + name);
for (const [id, parts] of Object.entries(drawings)) {
  const drawing = parts.flat(3).join("").replaceAll(/\s+/g, " ").replaceAll(" />", "/>");
  await writeFile(
    `${folder}${id}.svg`,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" width="240" height="240">${drawing}</svg>\n`,
  );
}
process.stdout.write(`${Object.keys(drawings).length} emoticons\n`);
