import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import type { Kind, ScaleSubresource, SelectableFields, Subresource } from "../kind.ts";
import { customDefinitions } from "../openapi/custom-definitions.ts";
import type { KubeObject } from "../resource-type.ts";
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionVersion,
} from "../types/apiextensions-v1.ts";
import { customSchema, type CustomSchema } from "./custom-schema.ts";
import { customStrategy, customStatus } from "./custom-strategy.ts";
import { deprecationWarning } from "./deprecation-warning.ts";
import { parsedPath, printerColumns, valueAt } from "./printer-columns.ts";
import { fieldText, specifiedPath } from "./simple-path.ts";
import { structuralProblems } from "./structural-problems.ts";

/** A kind that a CustomResourceDefinition defines, in one of its versions. */
export interface CustomKind extends Kind {
  readonly schema: CustomSchema;
  readonly custom: CustomFacts;
}

interface CustomFacts {
  /** Metadata.uid of the definition: objects of another definition of that name are other objects. */
  readonly definitionUid: string;
  readonly isStorage: boolean;
  readonly isServed: boolean;
  readonly version: CustomResourceDefinitionVersion;
}

const VERBS = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

/** The kinds of a definition whose names were accepted, one for each version that is served or stored. */
export function customKinds(definition: CustomResourceDefinition): readonly CustomKind[] {
  const names = definition.status?.acceptedNames;
  if (!names?.plural || !names.kind || !names.listKind || !names.singular) return [];
  return definition.spec.versions
    .filter(({ served, storage }) => served || storage)
    .map((version) => customKind(definition, names, version));
}

function customKind(
  { metadata, spec, status }: CustomResourceDefinition,
  names: CustomResourceDefinitionNames,
  version: CustomResourceDefinitionVersion,
): CustomKind {
  const schema = customSchema(version.schema?.openAPIV3Schema, spec.preserveUnknownFields === true);
  const type = {
    group: spec.group,
    version: version.name,
    resource: names.plural,
    kind: names.kind,
    namespaced: spec.scope === "Namespaced",
  };
  const isTerminating = status?.conditions?.some((each) => each.type === "Terminating" && each.status === "True");
  return {
    type,
    listKind: names.listKind ?? `${names.kind}List`,
    singular: names.singular ?? "",
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    definition: definitionName(type),
    storedVersion: spec.versions.find(({ storage }) => storage)?.name,
    schema,
    published: publication(type, names, version, spec.preserveUnknownFields === true),
    verbs: VERBS,
    columns: printerColumns(version.additionalPrinterColumns),
    selectableFields: selectableFields(version),
    // Objects of this kind are JSON.
    defaults: (draft) => schema.fillIn(draft as unknown as JsonObject),
    strategy: {
      ...customStrategy(type, version, schema),
      refusesCreation: isTerminating ? "create not allowed while custom resource definition is terminating" : undefined,
    },
    deprecationWarning: deprecationWarning(spec, version),
    subresources: subresources(version, schema),
    custom: {
      definitionUid: metadata.uid ?? "",
      isStorage: version.storage,
      isServed: version.served,
      version,
    },
  };
}

/** Definitions are made when a document is: few clients ask for one. */
function publication(
  type: Kind["type"],
  { listKind = `${type.kind}List` }: CustomResourceDefinitionNames,
  version: CustomResourceDefinitionVersion,
  preservesAll: boolean,
): NonNullable<Kind["published"]> {
  const root = version.schema?.openAPIV3Schema;
  const isStructural = root !== undefined && structuralProblems(root, "").length === 0;
  const schema = isStructural ? root : undefined;
  const selectable = (version.selectableFields ?? []).map(({ jsonPath }) => jsonPath.replace(/^\./, ""));
  return (form) => customDefinitions({ type, listKind, schema, preservesAll, selectableFields: selectable }, form);
}

/** `com.example.stable.v1.CronTab`: how OpenAPI documents call it. */
function definitionName({ group, version, kind }: Kind["type"]): string {
  return [...group.split(".").toReversed(), version, kind].join(".");
}

function selectableFields({
  selectableFields: selectable = [],
}: CustomResourceDefinitionVersion): SelectableFields<KubeObject> {
  const fields = Object.fromEntries(
    selectable.map(({ jsonPath }) => {
      const path = parsedPath(jsonPath);
      return [jsonPath.replace(/^\./, ""), (object: KubeObject) => (path ? fieldText(valueAt(path, object)) : "")];
    }),
  );
  return { fields, refusal: (label) => `field label not supported: ${label}` };
}

function subresources(version: CustomResourceDefinitionVersion, schema: CustomSchema): readonly Subresource[] {
  const { status, scale } = version.subresources ?? {};
  return [...(status ? [customStatus(version, schema)] : []), ...(scale ? [customScale(scale)] : [])];
}

function customScale(
  scale: NonNullable<NonNullable<CustomResourceDefinitionVersion["subresources"]>["scale"]>,
): ScaleSubresource<KubeObject> {
  const spec = specifiedPath(scale.specReplicasPath);
  const status = specifiedPath(scale.statusReplicasPath);
  const selector = scale.labelSelectorPath ? specifiedPath(scale.labelSelectorPath) : undefined;
  const count = (value: JsonValue | undefined): number | undefined => (typeof value === "number" ? value : undefined);
  return {
    name: "scale",
    // Custom resources have no default: without the field there is no scale to speak of.
    replicas: (object) => count(spec.read(object)),
    withReplicas: (object, replicas) => spec.written(object, replicas),
    statusReplicas: (object) => count(status.read(object)) ?? 0,
    selector(object) {
      const text = selector?.read(object);
      return typeof text === "string" ? text : "";
    },
    missingReplicas: `the spec replicas field ${JSON.stringify(scale.specReplicasPath)} does not exist`,
  };
}
