// Says which texts each language misses or has too many of: npm run texts
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { runnerImport } from "vite";

const folder = new URL("../src/text/", import.meta.url).pathname;
const { module } = await runnerImport(new URL("texts.ts", import.meta.url).pathname);
const { readTexts, valuesOf } = module;

const english = readTexts(join(folder, "en.json"));
let found = 0;

for (const file of readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .toSorted()) {
  const texts = readTexts(join(folder, file));
  const lines = [
    ...Object.keys(english).filter((key) => !(key in texts)).map((key) => `misses ${key}: ${english[key]}`),
    ...Object.keys(texts).filter((key) => !(key in english)).map((key) => `has no use for ${key}`),
    ...Object.keys(texts)
      .filter((key) => key in english && valuesOf(texts[key]).join() !== valuesOf(english[key]).join())
      .map((key) => `takes other values in ${key}: ${english[key]}`),
  ]; // prettier-ignore
  found += lines.length;
  process.stdout.write(`${basename(file, ".json")}: ${lines.length === 0 ? "complete" : lines.length}\n`);
  for (const line of lines) process.stdout.write(`  ${line}\n`);
}
process.exitCode = found === 0 ? 0 : 1;
