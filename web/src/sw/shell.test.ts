import { expect, test } from "vitest";
import { isPage, isShell, languagesIn, otherShells } from "./shell";

test("pages of the client are told from calls, files and pages of the server", () => {
  for (const path of ["/", "/rooms", "/rooms/0190", "/more/about", "/@mina.kim", "/nothing"])
    expect(isPage(path), path).toBe(true);
  for (const path of [
    "/v1/me",
    "/files/abc",
    "/sandbox/",
    "/docs",
    "/openapi.json",
    "/icon.svg",
    "/assets/a.js",
  ])
    expect(isPage(path), path).toBe(false);
});

test("the shell is what the build made, and never a call", () => {
  const files = ["/", "/icon.svg"];
  expect(["/assets/x-1.js", "/icon.svg"].every((path) => isShell(path, files))).toBe(true);
  expect(["/", "/v1/me", "/files/a", "/other.svg"].some((path) => isShell(path, files))).toBe(false);
});

test("a new version brings the texts of the languages that the one before had", () => {
  const texts = { ko: ["/assets/ko-2.js"], en: ["/assets/en-2.js"], "zh-Hans": ["/assets/zh-Hans-2.js"] };
  expect(languagesIn(["/assets/ko-1.js", "/assets/index-1.js", "/assets/en-1.css"], texts)).toEqual(["ko"]);
  expect(languagesIn(["/assets/zh-Hans-1.js"], texts)).toEqual(["zh-Hans"]);
});

test("caches of other kinds are left alone", () => {
  expect(otherShells(["shell-1", "shared", "shell-2", "words"], "2")).toEqual(["shell-1"]);
});
