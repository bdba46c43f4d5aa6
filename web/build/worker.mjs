// Builds the service worker, which carries the names of all files that the client needs without network.
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "vite";

/** Files beside the assets that the client itself shows. */
const others = ["icon.svg", "icons/icon-192.png", "icons/badge-96.png"];

/** Writes sw.js into `dist`. What is made of one language has its tag and a hash as its name. */
export async function buildWorker(dist, languages) {
  const assets = (await readdir(join(dist, "assets"))).filter((name) => /\.(js|css)$/.test(name));
  const texts = Object.fromEntries(
    [...languages].map((language) => {
      const own = assets.filter(
        (name) => name.startsWith(`${language}-`) && name.length <= language.length + 12,
      );
      return [language, own.map((name) => `assets/${name}`)];
    }),
  );
  const ofOneLanguage = new Set(Object.values(texts).flat());
  const files = [
    ...others,
    ...assets.map((name) => `assets/${name}`).filter((file) => !ofOneLanguage.has(file)),
  ];
  const hash = createHash("sha256");
  for (const file of ["index.html", ...files, ...ofOneLanguage].toSorted())
    hash.update(file).update(await readFile(join(dist, file)));
  const shell = {
    version: hash.digest("hex").slice(0, 16),
    files: ["/", ...files.map((file) => `/${file}`)],
    texts: Object.fromEntries(
      Object.entries(texts).map(([language, own]) => [language, own.map((file) => `/${file}`)]),
    ),
  };
  await build({
    configFile: false,
    logLevel: "warn",
    define: { builtShell: JSON.stringify(shell) },
    build: {
      target: "es2022",
      outDir: dist,
      emptyOutDir: false,
      copyPublicDir: false,
      rolldownOptions: {
        input: new URL("../src/sw/sw.ts", import.meta.url).pathname,
        output: { format: "iife", entryFileNames: "sw.js" },
      },
    },
  });
}
