import { isJsonObject, type JsonObject } from "../../../lib/json/json-value.ts";
import { UserError } from "../../../lib/user-error.ts";
import { yamlText } from "../../../lib/yaml/yaml-text.ts";
import type { FieldSpec, Slot } from "../field-spec.ts";
import { withFieldsChanged } from "../field-spec.ts";
import { idText } from "../resource-id.ts";
import { type Resources, withId } from "../resource-list.ts";
import { currentId, kindOf, type Resource, textOf } from "../resource.ts";
import { isScalar } from "../scalar-text.ts";
import { remembered } from "./names.ts";

const ROLE_BINDINGS = ["RoleBinding", "ClusterRoleBinding"];

export interface NamespaceOptions {
  /** Keep a namespace that is there. */
  readonly unsetOnly?: boolean;
  readonly setRoleBindingSubjects?: "defaultOnly" | "allServiceAccounts" | "none";
}

/** Everything in one namespace, with the accounts that bindings name. */
export function inNamespace(
  resources: Resources,
  namespace: string,
  specs: readonly FieldSpec[],
  options: NamespaceOptions = {},
): Resources {
  const moved = [...resources];
  for (const [index, resource] of resources.entries()) {
    const next = withNamespace(remembered(resource), namespace, specs, options);
    moved[index] = next;
    const same = withId(moved, currentId(next));
    if (same.length !== 1)
      throw new UserError(
        `namespace transformation produces ID conflict: ${same.map((each) => idText(currentId(each))).join(", ")}`,
      );
  }
  return moved;
}

function withNamespace(
  resource: Resource,
  namespace: string,
  specs: readonly FieldSpec[],
  options: NamespaceOptions,
): Resource {
  const isBinding = ROLE_BINDINGS.includes(kindOf(resource));
  const own = specs.filter(
    ({ path, kind = "" }) =>
      path !== "metadata/namespace" &&
      (path !== "metadata/name" || resource.value["apiVersion"] === "v1") &&
      !(isBinding && ROLE_BINDINGS.includes(kind) && path === "subjects/namespace"),
  );
  const set = (slot: Slot): void => {
    if (slot.value !== null && !isScalar(slot.value))
      throw new UserError(`namespace field specs must target scalar nodes: ${yamlText(slot.value)}`);
    if (!options.unsetOnly || slot.value === null || slot.value === "") slot.set(namespace);
  };
  const metadata: readonly FieldSpec[] = currentId(resource).isClusterScoped
    ? []
    : [{ path: "metadata/namespace", create: true }];
  const placed = withFieldsChanged(resource, metadata, set, "scalar");
  return withFieldsChanged(isBinding ? withSubjects(placed, namespace, options) : placed, own, set, "scalar");
}

function withSubjects(resource: Resource, namespace: string, options: NamespaceOptions): Resource {
  const { subjects } = resource.value;
  const mode = options.setRoleBindingSubjects ?? "defaultOnly";
  if (mode === "none" || !Array.isArray(subjects)) return resource;
  const isMeant = (subject: JsonObject): boolean =>
    mode === "allServiceAccounts"
      ? textOf(subject, "kind") === "ServiceAccount"
      : textOf(subject, "name") === "default";
  const moved = subjects.map((subject) => {
    if (!isJsonObject(subject) || !isMeant(subject)) return subject;
    return options.unsetOnly && textOf(subject, "namespace") !== "" ? subject : { ...subject, namespace };
  });
  return { ...resource, value: { ...resource.value, subjects: moved } };
}
