import { defineConfig } from "vitest/config";

// Takes the pictures of docs/screens anew: npm run screens
export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["e2e/screens.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // As long as a page waits for an element (browser.ts).
    expect: { poll: { timeout: 10_000 } },
  },
});
