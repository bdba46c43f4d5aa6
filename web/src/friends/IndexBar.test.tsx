// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { speak } from "../text";
import { IndexBar, fitting } from "./IndexBar";

afterEach(cleanup);

const words = (labels: string, room: number): string =>
  fitting([...labels], room)
    .map((s) => s.text)
    .join("");

test("letters that do not fit are points between others, and the ends stay", () => {
  expect(words("ABCDEFG", 7)).toBe("ABCDEFG");
  expect(words("ABCDEFG", 5)).toBe("A·D·G");
  expect(words("ABCDEFG", 0)).toBe("A·G");
});

test("keys move along the letters and stop at the ends", async () => {
  await speak("en");
  const onLetter = vi.fn<(n: number) => void>();
  render(<IndexBar labels={["A", "B", "C"]} current={1} onLetter={onLetter} />);
  const slider = screen.getByRole("slider", { name: "Go to a letter" });
  expect(slider.getAttribute("aria-valuetext")).toBe("B");
  for (const key of ["ArrowUp", "ArrowDown", "PageDown", "Home", "x"]) fireEvent.keyDown(slider, { key });
  expect(onLetter.mock.calls.flat()).toEqual([0, 2, 2, 0]);
});
