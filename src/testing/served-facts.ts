import { createHash } from "node:crypto";

import type { APIGroupDiscoveryList } from "../api/types/apidiscovery-v2.ts";
import type { APIResourceList, Table } from "../api/types/meta-v1.ts";

/**
 * What a server says of itself as lines of facts without any prose, so that those of two servers can be compared as sets.
 * `scripts/update-reference.ts` writes down those of a real Kubernetes.
 */

export function discoveryFacts(list: APIResourceList): string[] {
  const { resources, ...head } = list;
  return [
    `discovery ${head.groupVersion} ${canonical(head)}`,
    ...resources.map((each) => `discovery ${head.groupVersion} ${each.name} ${canonical(each)}`),
  ];
}

export function aggregatedFacts(list: APIGroupDiscoveryList): string[] {
  return list.items.flatMap((group) =>
    (group.versions ?? []).map(
      ({ version, resources, ...rest }) =>
        `aggregated ${group.metadata?.name ?? ""}/${version} ${canonical(rest)} ${fingerprint(resources)}`,
    ),
  );
}

export function tableFacts(groupVersion: string, resource: string, { columnDefinitions }: Table): string[] {
  const columns = columnDefinitions.map(({ name, type, format, priority }) =>
    [name, type, format, priority].filter((part) => part !== "").join(":"),
  );
  return [`table ${groupVersion} ${resource} ${columns.join(", ")}`];
}

export const pathFacts = (paths: readonly string[]): string[] => paths.map((path) => `path ${path}`);

interface Swagger {
  readonly definitions: Readonly<Record<string, unknown>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Definitions and operations, without their texts and whether parameters are shared or repeated. */
export function openApiFacts({ definitions, paths, parameters = {} }: Swagger): string[] {
  return [
    ...Object.entries(definitions).map(([name, schema]) => `definition ${name} ${fingerprint(schema)}`),
    ...Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => {
        const own = method === "parameters" ? { parameters: operation } : (operation as object);
        return `operation ${method} ${path} ${fingerprint(withParameters(own, parameters))}`;
      }),
    ),
  ];
}

function withParameters(
  operation: { readonly parameters?: unknown },
  shared: Readonly<Record<string, unknown>>,
): object {
  // An OpenAPI document has a list there, or nothing.
  const list = (operation.parameters ?? []) as readonly { readonly $ref?: string }[];
  const resolved = list.map((each) => (each.$ref ? shared[each.$ref.split("/").at(-1) ?? ""] : each));
  return { ...operation, parameters: resolved.map((each) => canonical(each)).toSorted() };
}

const fingerprint = (value: unknown): string =>
  createHash("sha256").update(canonical(value)).digest("hex").slice(0, 10);

/** JSON with members in order and without descriptions. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (key, member: unknown) => {
    if (key === "description" && typeof member === "string") return undefined;
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
