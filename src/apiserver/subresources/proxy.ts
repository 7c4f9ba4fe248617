import { apiError, badRequest } from "../../api/api-error.ts";
import type { PodProxyOptions } from "../../api/types/core-v1.ts";
import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import type { Handler, Handlers } from "../handlers.ts";
import { methodNotAllowed } from "../method-not-allowed.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import { forwardRequest } from "../proxy/forward-request.ts";
import { forwardUpgrade } from "../proxy/forward-upgrade.ts";
import { nodeTarget, nodeWithPages, podTarget, servicePodTarget, type ProxyTarget } from "../proxy/proxy-target.ts";
import type { ServerContext } from "../server-context.ts";
import { connectionOptions } from "./connection-options.ts";

type FindTarget = (reader: ObjectReader, namespace: string, id: string) => Promise<ProxyTarget>;

const TARGETS: Readonly<Record<string, FindTarget>> = {
  nodes: nodeTarget,
  pods: podTarget,
  services: servicePodTarget,
};

/** HTTP with a pod, a service or a node through this server, for those who cannot reach it themselves. */
const forward: Handler = async (context, request) => {
  const { http, name, namespace, resource } = request;
  const findTarget = TARGETS[resource.type.resource];
  if (!http || !findTarget) throw badRequest("only requests over HTTP can be proxied");
  const { prefix, path: sent, query } = proxiedPath(http.url);
  const path = await admittedPath(context, request, sent);
  // Relative links of a page only work below a path that ends with a slash.
  // Who sends something, or wants another protocol, shows no page.
  const isUpgrade = http.isUpgrade === true;
  if (path === "" && !isUpgrade && (http.method === "GET" || http.method === "HEAD")) {
    return redirectTo(`${prefix}/${query}`);
  }
  const node = resource.type.resource === "nodes" ? nodeWithPages(name) : undefined;
  if (node !== undefined) return pageOf(context, node, path + query, request);
  const send = isUpgrade ? forwardUpgrade : forwardRequest;
  return await send(context.podDialer, {
    target: await findTarget(context.reader, namespace, name),
    path: (path === "" ? "/" : path) + query,
    prefix,
    request: http,
    signal: request.signal,
  });
};

/** The one method that is no verb of a resource and that servers behind the proxy know. */
const forwardOptions: Handler = (context, request) => {
  if (request.http?.method !== "OPTIONS") throw methodNotAllowed();
  return forward(context, request);
};

export const proxy: Handlers = {
  get: forward,
  create: forward,
  update: forward,
  patch: forward,
  delete: forward,
  "": forwardOptions,
};

/** What is before and behind `/proxy`, as the client wrote it. */
function proxiedPath(url: string): { readonly prefix: string; readonly path: string; readonly query: string } {
  const match = /^(\/api\/v1(?:\/namespaces\/[^/]+)?\/[^/]+\/[^/]+\/proxy)([^?]*)(.*)$/.exec(url);
  if (!match) throw badRequest("the path of the request has no /proxy in it");
  const [, prefix = "", path = "", query = ""] = match;
  return { prefix, path, query };
}

/** What admission leaves of the path; it sees it decoded. */
async function admittedPath(context: ServerContext, request: ApiRequest, sent: string): Promise<string> {
  const { rest } = request;
  const begin = rest === "" || rest.startsWith("/") ? rest : `/${rest}`;
  const path = sent.endsWith("/") && !begin.endsWith("/") ? `${begin}/` : begin;
  const admitted = await connectionOptions<PodProxyOptions>(context, request, { path });
  return (admitted.path ?? "") === path ? sent : encodeURI(admitted.path ?? "");
}

/** Nodes have no port of their own: what a kubelet would tell there is asked for in process. */
async function pageOf(
  { nodeReports }: ServerContext,
  node: string,
  path: string,
  { http, signal }: ApiRequest,
): Promise<ApiAnswer> {
  const method = http?.method ?? "GET";
  if (method !== "GET" && method !== "HEAD") return textAnswer(405, "Method Not Allowed\n");
  const page = await nodeReports.page(node, path, signal);
  if (!page) {
    throw apiError("ServiceUnavailable", `error trying to reach service: node ${JSON.stringify(node)} does not answer`);
  }
  const { statusCode, contentType, body } = page;
  const stream = typeof body === "string" ? new Blob([body]).stream() : body;
  return { form: "bytes", statusCode, headers: { "content-type": contentType }, body: stream };
}

const textAnswer = (statusCode: number, text: string): ApiAnswer => ({
  form: "bytes",
  statusCode,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: new Blob([text]).stream(),
});

const redirectTo = (location: string): ApiAnswer => ({
  form: "bytes",
  statusCode: 301,
  headers: { location },
  body: undefined,
});
