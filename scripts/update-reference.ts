/**
 * Writes src/apiserver/testdata/reference.txt, by which tests compare our answers with those of a real Kubernetes.
 *
 *     bun scripts/update-reference.ts path/to/answers
 *
 * The folder has what a real API server answered: discovery/, table/, aggregated_api.json, aggregated_apis.json, paths.json and
 * swagger.json.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { aggregatedFacts, discoveryFacts, openApiFacts, pathFacts, tableFacts } from "../src/testing/served-facts.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("Usage: bun scripts/update-reference.ts path/to/answers");
  process.exit(64);
}
const answer = async (...path: readonly string[]) => (await Bun.file(join(folder, ...path)).json()) as never;

const facts: string[] = [];
for (const name of await readdir(join(folder, "discovery")))
  facts.push(...discoveryFacts(await answer("discovery", name)));
for (const name of await readdir(join(folder, "table"))) {
  const [group = "", version = "", resource = ""] = name.replace(".json", "").split("_");
  facts.push(...tableFacts(group === "core" ? version : `${group}/${version}`, resource, await answer("table", name)));
}
facts.push(
  ...aggregatedFacts(await answer("aggregated_api.json")),
  ...aggregatedFacts(await answer("aggregated_apis.json")),
);
facts.push(...pathFacts((await answer("paths.json"))["paths"]), ...openApiFacts(await answer("swagger.json")));
const file = join(import.meta.dir, "..", "src", "apiserver", "testdata", "reference.txt");
await Bun.write(file, `${facts.toSorted().join("\n")}\n`);
console.log(`${facts.length} facts`);
