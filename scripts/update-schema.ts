/**
 * Writes src/api/types/*.ts, src/api/resources.ts and src/api/schema/definitions.jsonl.
 *
 *     bun scripts/update-schema.ts path/to/api-facts.json path/to/kubernetes
 *
 * The facts name every definition of a Kubernetes version with its fields. The Go sources of the same version add what
 * only they know: the name of each field's Go type, which error messages show.
 */
import { join } from "node:path";

import type { ApiFacts } from "./schema/api-facts.ts";
import { writeDefinitions } from "./schema/definitions.ts";
import { goFieldTypes } from "./schema/go-types.ts";
import { writeResources } from "./schema/resources.ts";
import { writeTypes } from "./schema/types.ts";

const [factsPath, sourcePath] = process.argv.slice(2);
if (factsPath === undefined || sourcePath === undefined) {
  console.error("Usage: bun scripts/update-schema.ts path/to/api-facts.json path/to/kubernetes");
  process.exit(64);
}
const facts = (await Bun.file(factsPath).json()) as ApiFacts;
const api = join(import.meta.dir, "..", "src", "api");
const types = await writeTypes(facts, join(api, "types"));
const resources = await writeResources(facts, join(api, "resources.ts"));
const definitions = await writeDefinitions(
  facts,
  await goFieldTypes(sourcePath),
  join(api, "schema", "definitions.jsonl"),
);
console.log(`${types} files of types, ${resources} resources, ${definitions} definitions`);
