import type { TransportRequest } from "./transport.ts";

/** The path and query of a request in the REST form of the API. */
export function restPath(request: TransportRequest): string {
  const { group, version, resource, namespace, name, subresource } = request;
  const path = [
    group === "" ? `/api/${version}` : `/apis/${group}/${version}`,
    ...(namespace === undefined ? [] : ["namespaces", encodeURIComponent(namespace)]),
    resource,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ...(subresource === undefined ? [] : [subresource]),
  ].join("/");
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) query.set(key, value);
  }
  if (request.verb === "watch") query.set("watch", "true");
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}
