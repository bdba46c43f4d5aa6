import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";

const source = new URL("..", import.meta.url).pathname;

test("styles tell light from dark by light-dark(), which follows the person's own choice too", () => {
  const names = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((n) => n.endsWith(".css"));
  expect(names.length).toBeGreaterThan(20);
  const asking = names.filter((n) => readFileSync(source + n, "utf8").includes("prefers-color-scheme"));
  expect(asking).toEqual([]);
});
