import { expect, test } from "vitest";
import { extensionOf, sortOf } from "./files";

test("files are sorted by name, else by type", () => {
  expect(sortOf("일정표.pdf")).toBe("pdf");
  expect(sortOf("report.HWPX", "application/octet-stream")).toBe("words");
  expect(sortOf("backup.tar.gz")).toBe("archive");
  expect(sortOf("noname", "video/mp4")).toBe("film");
  expect(sortOf("noname")).toBe("other");
  expect(sortOf("a.constructor")).toBe("other");
});

test("what stands on the icon is short", () => {
  expect(["a.pdf", "b.jpeg", "c.numbers", "d", ".gz", "e.한글"].map(extensionOf)).toEqual([
    "PDF",
    "JPEG",
    "",
    "",
    "GZ",
    "",
  ]);
});
