import { JsonPathError, type Segment, type Step } from "../../lib/jsonpath/jsonpath-node.ts";
import { parseJsonPath } from "../../lib/jsonpath/parse-jsonpath.ts";
import { UserError } from "../../lib/user-error.ts";
import type { Discovery } from "../discovery/discovery.ts";
import { NoResourceTypeError, preferredResources, type ResourceMapper } from "../discovery/resource-mapper.ts";
import { groupResource, type ResourceMapping } from "../discovery/resource-mapping.ts";

/** A resource, and the names that lead from its kind to one of its fields. */
export interface ExplainedPath {
  readonly mapping: ResourceMapping;
  readonly fields: readonly string[];
}

/** Reads `pods.spec.containers` or `deployments.apps.spec`: groups have dots as well, so the server's are tried first. */
export function explainedPath(argument: string, mapper: ResourceMapper): ExplainedPath {
  const ungrouped = ungroupedPath(argument, mapper);
  const mapping = resourcesNamed(mapper.discovery, ungrouped.mapping.resource).find((each) =>
    argument.startsWith(groupResource(each)),
  );
  if (!mapping) return ungrouped;
  const rest = argument.slice(groupResource(mapping).length);
  // With its own dot in front, what follows the resource begins with a recursive descent: that one is not a field.
  return { mapping, fields: rest === "" ? [] : fieldNames(pathSteps(rest).slice(1)) };
}

/** Reads `pods.spec.containers` where the group is known from elsewhere: all but the first name are fields. */
export function ungroupedPath(argument: string, mapper: ResourceMapper): ExplainedPath {
  const [resource = "", ...fields] = fieldNames(pathSteps(argument));
  const mapping = mapper.findResource(resource);
  if (!mapping) throw new NoResourceTypeError(resource, mapper);
  return { mapping, fields };
}

const resourcesNamed = ({ groups }: Discovery, name: string): readonly ResourceMapping[] =>
  groups.flatMap(preferredResources).filter(({ resource }) => resource === name);

function fieldNames(steps: readonly Step[]): readonly string[] {
  return steps.map((step) => {
    if (step.type !== "field") throw new UserError("invalid jsonpath syntax, first node must be field node");
    return step.name;
  });
}

function pathSteps(path: string): readonly Step[] {
  const [only, ...others] = parsed(`{.${path.replace(/\.$/, "")}}`);
  if (only?.type !== "path" || others.length > 0) throw new UserError("must pass in 1 jsonpath string");
  return only.steps;
}

function parsed(template: string): readonly Segment[] {
  try {
    return parseJsonPath(template);
  } catch (error) {
    if (error instanceof JsonPathError) throw new UserError(error.message);
    throw error;
  }
}
