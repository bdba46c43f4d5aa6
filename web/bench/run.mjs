// Starts bench.ts through Vite, which knows TypeScript: make bench-web.
import { runnerImport } from "vite";

const path = new URL("./bench.ts", import.meta.url).pathname;
const { module } = await runnerImport(path, { configFile: false, logLevel: "error" });
await module.main(process.argv.slice(2));
