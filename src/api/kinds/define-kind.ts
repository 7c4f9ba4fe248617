import type { Kind, SelectableFields, Strategy } from "../kind.ts";
import type { KubeObject, ResourceType } from "../resource-type.ts";
import { defaultColumns } from "./columns.ts";

/** What a kind file says: only where its kind differs from most. */
interface KindFacts<T extends KubeObject> extends Partial<Omit<Kind<T>, "type" | "strategy">> {
  readonly type: ResourceType<T>;
  readonly strategy?: Partial<Strategy<T>>;
}

/** Fills in what most kinds have in common. */
export function defineKind<T extends KubeObject>({ type, strategy, ...facts }: KindFacts<T>): Kind<T> {
  return {
    type,
    listKind: `${type.kind}List`,
    singular: type.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    definition: definitionOf(type),
    verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
    columns: defaultColumns,
    subresources: [],
    selectableFields: ONLY_METADATA,
    ...facts,
    strategy: {
      nameFormat: "dns-subdomain",
      allowsUnconditionalUpdate: true,
      allowsCreateOnUpdate: false,
      ...strategy,
    },
  };
}

/** `io.k8s.api.rbac.v1.Role`: the package is named after the first part of the group. */
function definitionOf({ group, version, kind }: ResourceType): string {
  return `io.k8s.api.${group.split(".")[0] || "core"}.${version}.${kind}`;
}

/** Upstream's DefaultMetaV1FieldSelectorConversion. */
const ONLY_METADATA = {
  fields: {},
  refusal: (label: string) =>
    `${JSON.stringify(label)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
};

/** Fields of a kind that refuses other labels in the most common wording. */
export function selectable<T>(
  fields: SelectableFields<T>["fields"],
  aliases: Record<string, string> = {},
): SelectableFields<T> {
  return { fields, aliases, refusal: (label) => `field label not supported: ${label}` };
}
