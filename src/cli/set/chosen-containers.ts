import type { JsonObject } from "../../lib/json/json-value.ts";
import { objectsIn, textIn } from "../objects/api-object.ts";

/** Changes the containers whose name fits the pattern (`*` stands for any text); undefined when none does. */
export function withChosenContainers(
  spec: JsonObject,
  pattern: string,
  change: (container: JsonObject) => JsonObject,
): JsonObject | undefined {
  const expression = new RegExp(
    `^${pattern
      .split("*")
      .map((part) => RegExp.escape(part))
      .join(".*")}$`,
  );
  let hasFound = false;
  const changed: JsonObject = { ...spec };
  for (const list of ["initContainers", "containers"]) {
    if (spec[list] === undefined) continue;
    changed[list] = objectsIn(spec, list).map((container) => {
      if (!expression.test(textIn(container, "name"))) return container;
      hasFound = true;
      return change(container);
    });
  }
  return hasFound ? changed : undefined;
}
