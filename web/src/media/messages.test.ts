import { expect, test } from "vitest";
import { type Item, messagesOf } from "./messages";

const blob = new Blob(["12345"], { type: "text/plain" });

function item(sort: Item["sort"], name: string, more: Partial<Item> = {}): Item {
  return { key: name, sort, name, blob, ...more };
}

test("photos go together, the rest alone, and the words with the first", () => {
  const messages = messagesOf(
    [
      item("photo", "a.jpg", { width: 40, height: 30 }),
      item("file", "plan.txt"),
      item("photo", "b.jpg"),
      item("video", "c.mp4", { width: 4, height: 3, duration_ms: 900, poster: new Blob(["p"]) }),
    ],
    "  look  ",
  );
  expect(messages.map((m) => m.content.type)).toEqual(["photo", "file", "video"]);
  const [photos, file, film] = messages;
  expect(photos?.content.text).toBe("look");
  expect(photos?.content.photos).toEqual([
    { media_id: photos?.files[0]?.id, width: 40, height: 30 },
    { media_id: photos?.files[1]?.id },
  ]);
  expect(file?.content).toEqual({
    type: "file",
    file: { media_id: file?.files[0]?.id, name: "plan.txt", size: 5, mime: "text/plain" },
  });
  expect(film?.files.map((f) => f.kind)).toEqual(["photo", "video"]);
  expect(film?.content.video).toEqual({
    media_id: film?.files[1]?.id,
    poster_id: film?.files[0]?.id,
    width: 4,
    height: 3,
    duration_ms: 900,
  });
});

test("more photos than a message holds make more messages", () => {
  const items = Array.from({ length: 65 }, (_, i) => item("photo", `${i}.jpg`));
  expect(messagesOf(items, "").map((m) => m.files.length)).toEqual([30, 30, 5]);
});

test("names have no path and keep their end", () => {
  const [message] = messagesOf([item("file", `../${"길".repeat(300)}.pdf`)], "");
  const name = message?.content.file?.name ?? "";
  expect(name.length).toBe(200);
  expect(name.endsWith("길.pdf")).toBe(true);
  expect(messagesOf([item("file", " ")], "")[0]?.content.file?.name).toBe("file");
});
