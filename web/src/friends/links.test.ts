import { expect, test } from "vitest";
import { personLink, plainHandle, readLink } from "./links";

const here = "https://talk.example.com";

test("a link leads back to whom it was made for", () => {
  expect(readLink(personLink(here, "mina.kim"), here)).toEqual({ name: "person", handle: "mina.kim" });
  expect(readLink(`${here}/add/mina.kim`, here)).toEqual({ name: "person", handle: "mina.kim" });
  expect(readLink(` ${here}/@Mina.Kim/?x=1 `, here)).toEqual({ name: "person", handle: "mina.kim" });
  expect(readLink(`${here}/invite/abc_1`, here)).toEqual({ name: "invite", token: "abc_1" });
});

test("what is of another server, or of none, is no link", () => {
  for (const text of [
    "https://other.example.com/add/mina.kim",
    `${here}/add/`,
    `${here}/@`,
    `${here}/@a/b`,
    `${here}/add/a/b`,
    `${here}/rooms`,
    "mina.kim",
    "",
    "javascript:alert(1)",
  ])
    expect(readLink(text, here), text).toBeUndefined();
  expect(readLink(`${here}/invite/%E0%A4%A`, here)).toEqual({ name: "invite", token: "%E0%A4%A" });
});

test("handles are taken as people write them", () => {
  expect(plainHandle(" @Mina.Kim ")).toBe("mina.kim");
});
