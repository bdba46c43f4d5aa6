import { defineConfig } from "vitest/config";

// The browser journeys: the built program, a real Chromium.
export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["e2e/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As long as a page waits for an element (browser.ts).
    expect: { poll: { timeout: 10_000 } },
    // One browser and one server at a time: the machine may be small.
    fileParallelism: false,
    maxConcurrency: 2,
  },
});
