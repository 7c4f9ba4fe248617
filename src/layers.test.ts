import { expect, test } from "bun:test";
import { dirname, join, relative } from "node:path";

import { Glob } from "bun";

/** Who may import whom. `src/README.md` says why. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  lib: [],
  api: ["lib"],
  store: ["lib"],
  registry: ["lib"],
  apiserver: ["api", "store", "lib"],
  client: ["api", "lib"],
  controllers: ["client", "api", "lib"],
  scheduler: ["client", "api", "lib"],
  node: ["client", "api", "lib"],
  network: ["client", "api", "lib"],
  insight: ["client", "api", "lib"],
  feeds: ["client", "api", "lib"],
  tui: ["feeds", "insight", "client", "api", "lib"],
  web: ["feeds", "insight", "client", "api", "lib"],
  cluster: ["apiserver", "store", "registry", "controllers", "scheduler", "node", "network", "client", "api", "lib"],
  cli: ["cluster", "insight", "client", "api", "lib"],
  testing: ["cluster", "apiserver", "store", "controllers", "scheduler", "node", "network", "client", "api", "lib"],
  "main.ts": ["cli"],
};

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g;
const LAZY_IMPORT = /\bimport\s*\(\s*"(\.[^"]+)"/g;

test("imports follow the table of layers", async () => {
  const violations: string[] = [];
  for await (const file of new Glob("**/*.{ts,tsx}").scan(import.meta.dir)) {
    const layer = file.split("/")[0] ?? "";
    const isTest = /\.(test|conformance)\.tsx?$/.test(file);
    const source = await Bun.file(join(import.meta.dir, file)).text();
    const lazy = new Set([...source.matchAll(LAZY_IMPORT)].map((match) => match[1]));
    for (const [, specifier = ""] of source.matchAll(IMPORT)) {
      const target = relative(import.meta.dir, join(import.meta.dir, dirname(file), specifier)).split("/")[0] ?? "";
      const isAllowed =
        target === layer ||
        MAY_IMPORT[layer]?.includes(target) ||
        (isTest && target === "testing") ||
        (layer === "cli" && (target === "tui" || target === "web") && lazy.has(specifier)) ||
        file === "layers.test.ts";
      if (!isAllowed) violations.push(`${file} imports ${specifier}`);
    }
  }
  expect(violations).toEqual([]);
});
