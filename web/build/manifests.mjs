// Writes a manifest for each language beside the English one, so that an installed
// client has its name and its shortcuts in the language of the person.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const source = new URL("../src/text/", import.meta.url);

/** What is said in a manifest, by the names of our texts; the shortcuts in their order. */
const shortcuts = ["rooms.new", "friends.title"];

export async function writeManifests(dist, languages) {
  const base = JSON.parse(await readFile(join(dist, "manifest.webmanifest"), "utf8"));
  const english = await textsOf("en");
  for (const language of languages) {
    const texts = { ...english, ...(await textsOf(language)) };
    const manifest = {
      ...base,
      lang: language,
      name: texts["app.name"],
      short_name: texts["app.name"],
      description: texts["about.text"],
      shortcuts: base.shortcuts.map((s, i) => ({ ...s, name: texts[shortcuts[i]] })),
    };
    await writeFile(join(dist, `manifest.${language}.webmanifest`), JSON.stringify(manifest));
  }
}

async function textsOf(language) {
  return JSON.parse(await readFile(new URL(`${language}.json`, source), "utf8"));
}
