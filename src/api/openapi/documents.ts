import type { Kind } from "../kind.ts";
import type { ApiPath } from "./api-paths.ts";
import { apiPaths } from "./api-paths.ts";
import { discoveryPaths } from "./discovery-paths.ts";

/** The names of the OpenAPI v3 documents (`api/v1`, `apis/apps/v1`, `version`), sorted, with the paths of each. */
export function apiDocuments(kinds: readonly Kind[]): Map<string, ApiPath[]> {
  const byName = Map.groupBy(kinds, ({ type }) => documentName(type));
  const groupVersions = [...byName.values()].map(([kind]) => kind?.type ?? { group: "", version: "v1" });
  const documents = [...discoveryPaths(groupVersions)].map(([name, path]): [string, ApiPath[]] => [
    name,
    [path, ...(byName.get(name) ?? []).flatMap(apiPaths)],
  ]);
  return new Map(documents.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export const documentName = ({ group, version }: { readonly group: string; readonly version: string }): string =>
  group === "" ? `api/${version}` : `apis/${group}/${version}`;
