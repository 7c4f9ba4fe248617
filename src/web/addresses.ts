import { type DashboardResource, type ObjectAddress, qualifiedName } from "../feeds/resource.ts";

/** In place of a namespace where there is none; no namespace may be called so. */
const NO_NAMESPACE = "-";

/** The page of a table; `query` is what a visitor chose there. */
export function tableHref(resource: Pick<DashboardResource, "group" | "resource">, query: Query = {}): string {
  return `/resources/${qualifiedName(resource)}${queryText(query)}`;
}

export function objectHref({ resource, namespace, name }: ObjectAddress, query: Query = {}): string {
  return `/objects/${qualifiedName(resource)}/${namespace ?? NO_NAMESPACE}/${encodeURIComponent(name)}${queryText(query)}`;
}

export function logHref(namespace: string, pod: string, query: Query = {}): string {
  return `/logs/${namespace}/${encodeURIComponent(pod)}${queryText(query)}`;
}

/** The namespace of an address as the API knows it. */
export const namespaceOf = (text: string): string | undefined => (text === NO_NAMESPACE ? undefined : text);

type Query = Readonly<Record<string, string | undefined>>;

export function queryText(query: Query): string {
  const pairs = Object.entries(query).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "",
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}
