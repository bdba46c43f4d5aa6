import type { Plugin } from "vite";

/** As ui/base.css has it. */
const order = "@layer tokens,base,parts;";

/**
 * Begins every style sheet with the order of the layers. The build splits
 * styles into several files, and a browser takes the order from the first that
 * it meets, which need not be the one with base.css.
 */
export function layers(): Plugin {
  return {
    name: "layers",
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === "asset" && file.fileName.endsWith(".css"))
          file.source = order + String(file.source);
      }
    },
  };
}
