import { isJsonObject, setKey } from "../../../lib/json/json-value.ts";
import { UserError } from "../../../lib/user-error.ts";
import { yamlText } from "../../../lib/yaml/yaml-text.ts";
import { type FieldSpec, withFieldsChanged } from "../field-spec.ts";
import type { Resources } from "../resource-list.ts";

/** Labels or annotations in every map that the specs mean. */
export function withEntries(
  resources: Resources,
  entries: Readonly<Record<string, string>>,
  specs: readonly FieldSpec[],
): Resources {
  if (Object.keys(entries).length === 0) return resources;
  return resources.map((resource) =>
    withFieldsChanged(
      resource,
      specs,
      ({ value, set }) => {
        const map = value === null ? {} : value;
        if (!isJsonObject(map))
          throw new UserError(
            `wrong node kind: expected MappingNode but got ${Array.isArray(map) ? "SequenceNode" : "ScalarNode"}: node contents:\n${yamlText(map)}`,
          );
        for (const [key, text] of Object.entries(entries)) setKey(map, key, text);
        set(map);
      },
      "map",
    ),
  );
}
