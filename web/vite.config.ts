import { execFileSync } from "node:child_process";
import { defineConfig } from "vitest/config";
import { emoji } from "./build/emoji.ts";
import { layers } from "./build/layers.ts";
import { texts } from "./build/texts.ts";

// Where `vite dev` finds a running server.
const server = process.env["MADANG_ADDRESS"] ?? "http://127.0.0.1:8080";

/** As the server calls itself (Makefile); outside a working copy there is only the name of what was fetched. */
function version(): string {
  try {
    return execFileSync("git", ["describe", "--tags", "--always", "--dirty"], { encoding: "utf8" }).trim();
  } catch {
    return "0";
  }
}

export default defineConfig({
  define: { clientVersion: JSON.stringify(version()) },
  // MADANG_PSEUDO=1 npm run dev shows every text longer and strange, in place of English.
  plugins: [layers(), emoji(), texts({ pseudo: process.env["MADANG_PSEUDO"] === "1" })],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: {
    alias: [
      { find: /^react$/, replacement: "preact/compat" },
      { find: /^react-dom$/, replacement: "preact/compat" },
      { find: /^react-dom\/client$/, replacement: "preact/compat/client" },
      { find: /^react\/jsx-runtime$/, replacement: "preact/jsx-runtime" },
    ],
  },
  build: {
    target: "es2022",
    // The oldest with web push on an iPhone; light-dark() is written out for them.
    cssTarget: ["safari16.4", "chrome111", "firefox114"],
    // The policy forbids inline content, and data URLs in styles cannot be cached.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
    rolldownOptions: {
      onwarn(warning, tell) {
        // "use client" means something to servers that render React; there is none here.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") tell(warning);
      },
    },
  },
  server: {
    proxy: {
      "/v1": { target: server, ws: true },
      "/files": { target: server },
      "/sandbox": { target: server },
    },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    environment: "node",
    restoreMocks: true,
    // It imports React, which is Preact here.
    server: { deps: { inline: ["virtua"] } },
  },
});
