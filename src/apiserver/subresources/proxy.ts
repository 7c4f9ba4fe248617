import { badRequest } from "../../api/api-error.ts";
import type { ApiAnswer } from "../api-request.ts";
import type { Handler, Handlers } from "../handlers.ts";
import type { ObjectReader } from "../object-reader.ts";
import { forwardRequest } from "../proxy/forward-request.ts";
import { nodeTarget, podTarget, serviceTarget, type ProxyTarget } from "../proxy/proxy-target.ts";

type FindTarget = (reader: ObjectReader, namespace: string, id: string) => Promise<ProxyTarget>;

const TARGETS: Readonly<Record<string, FindTarget>> = { nodes: nodeTarget, pods: podTarget, services: serviceTarget };

/** HTTP with a pod, a service or a node through this server, for those who cannot reach it themselves. */
const forward: Handler = async (context, request) => {
  const { http, name, namespace, resource } = request;
  const findTarget = TARGETS[resource.type.resource];
  if (!http || !findTarget) throw badRequest("only requests over HTTP can be proxied");
  const { prefix, path, query } = proxiedPath(http.url);
  // Relative links of a page only work below a path that ends with a slash.
  if (path === "") return redirectTo(`${prefix}/${query}`);
  return forwardRequest(context.podDialer, {
    target: await findTarget(context.reader, namespace, name),
    path: path + query,
    prefix,
    request: http,
    signal: request.signal,
  });
};

export const proxy: Handlers = { get: forward, create: forward, update: forward, patch: forward, delete: forward };

/** What is before and behind `/proxy`, as the client wrote it. */
function proxiedPath(url: string): { readonly prefix: string; readonly path: string; readonly query: string } {
  const match = /^(\/api\/v1(?:\/namespaces\/[^/]+)?\/[^/]+\/[^/]+\/proxy)([^?]*)(.*)$/.exec(url);
  if (!match) throw badRequest("the path of the request has no /proxy in it");
  const [, prefix = "", path = "", query = ""] = match;
  return { prefix, path, query };
}

const redirectTo = (location: string): ApiAnswer => ({
  form: "bytes",
  statusCode: 301,
  headers: { location },
  body: undefined,
});
