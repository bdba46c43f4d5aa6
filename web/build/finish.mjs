// The last step of the build: measures the first load against its budget, builds the
// service worker, which knows all files by name, and writes the compressed forms of
// every file beside it, which the server sends.
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { writeManifests } from "./manifests.mjs";
import { buildWorker } from "./worker.mjs";

/** The first load: page, styles, scripts and texts that are needed to see the first screen. */
const budgetBytes = 100_000;
/** Below this a compressed form is not worth a file. */
const smallBytes = 512;

const dist = new URL("../dist/", import.meta.url).pathname;
const manifest = JSON.parse(await readFile(join(dist, ".vite/manifest.json"), "utf8"));

const first = new Set(["index.html"]);
take("index.html");
const texts = textFiles();
const sizes = await sizesOfTexts();
const [longest = 0] = [...sizes.values()].toSorted((a, b) => b - a);

await rm(join(dist, ".vite"), { recursive: true }); // nobody loads it

/** A chunk with its styles and everything that it imports at once. */
function take(name) {
  const chunk = manifest[name];
  if (chunk === undefined || first.has(chunk.file)) return;
  first.add(chunk.file);
  for (const css of chunk.css ?? []) first.add(css);
  for (const other of chunk.imports ?? []) take(other);
}

/** The file of each language's texts. */
function textFiles() {
  const found = new Map();
  for (const [name, chunk] of Object.entries(manifest)) {
    const language = /^src\/text\/([\w-]+)\.json$/.exec(name)?.[1];
    if (language !== undefined) found.set(language, chunk.file);
  }
  return found;
}

/** What the texts of each language weigh; a browser loads those of one. */
async function sizesOfTexts() {
  const found = new Map();
  for (const [language, file] of texts) found.set(language, await compressed(file));
  return found;
}

async function compressed(file) {
  return gzipSync(await readFile(join(dist, file)), { level: 9 }).length;
}

let total = longest;
for (const file of [...first].toSorted()) {
  const size = await compressed(file);
  total += size;
  process.stdout.write(`${String(size).padStart(8)}  ${file}\n`);
}
for (const [language, size] of sizes)
  process.stdout.write(`${String(size).padStart(8)}  texts: ${language}\n`);
process.stdout.write(
  `${String(total).padStart(8)}  first load, gzip, with the longest texts (budget ${budgetBytes})\n`,
);
if (total > budgetBytes) {
  process.stderr.write(
    "The first load is over its budget: load what is not needed at once when it is needed.\n",
  );
  process.exit(1);
}

await writeManifests(dist, texts.keys());
await buildWorker(dist, texts.keys());

for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !/\.(html|js|css|json|svg|webmanifest)$/.test(entry.name)) continue;
  const plain = await readFile(path);
  if (plain.length < smallBytes) continue;
  await writeFile(`${path}.gz`, gzipSync(plain, { level: 9 }));
  await writeFile(
    `${path}.br`,
    brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  );
}
await writeFile(join(dist, ".keep"), "");
