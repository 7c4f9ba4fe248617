import { UserError } from "../../../lib/user-error.ts";
import { type FieldSpec, withFieldsChanged } from "../field-spec.ts";
import { gvkText, isSelected, type ResourceId } from "../resource-id.ts";
import { type Resources, withAnyId } from "../resource-list.ts";

/** The number of replicas of the workloads of that name, whatever they are called by now. */
export function withReplicas(
  resources: Resources,
  { name, count }: { readonly name: string; readonly count: number },
  specs: readonly FieldSpec[],
): Resources {
  let result = resources;
  let isFound = false;
  for (const spec of specs) {
    const meant = new Set(withAnyId(result, (id: ResourceId) => id.name === name && isSelected(id, spec)));
    isFound ||= meant.size > 0;
    result = result.map((each) =>
      meant.has(each) ? withFieldsChanged(each, [spec], ({ set }) => set(count), "scalar") : each,
    );
  }
  if (isFound) return result;
  throw new UserError(
    `resource with name ${name} does not match a config with the following GVK [${specs.map(gvkText).join(" ")}]`,
  );
}
