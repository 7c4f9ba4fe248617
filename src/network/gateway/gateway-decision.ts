import type { HeaderChanges, MessageChanges } from "../ingress/header-changes.ts";
import type { IngressDecision, ProxiedRequest } from "../ingress/ingress-decision.ts";
import type { ServiceBackend } from "../ingress/ingress-routes.ts";
import { type IngressSettings, ingressSettings } from "../ingress/ingress-settings.ts";
import type { EndpointAddress } from "../services/route-endpoints.ts";
import type {
  HeaderModifier,
  HttpRouteFilter,
  HttpRouteMatch,
  NamedMatch,
  PathModifier,
  RequestRedirect,
} from "./gateway-types.ts";
import { hostRank } from "./host-names.ts";
import type { GatewayBackend, GatewayRoute } from "./http-routes.ts";

export interface GatewayDecisionView {
  /** Of the listeners of one port, the oldest route first. */
  readonly routes: readonly GatewayRoute[];
  /** Undefined: there is no such Service or port. */
  endpointsOf(backend: ServiceBackend): readonly EndpointAddress[] | undefined;
  /** In [0, 1): which of several backends is asked. */
  random(): number;
  /** Where the request came in, for redirects. */
  readonly port: number;
}

const DEFAULT_SETTINGS = ingressSettings({});
const NOT_FOUND: IngressDecision = { kind: "refuse", status: 404, text: "No route matches" };

export function gatewayDecision(request: ProxiedRequest, view: GatewayDecisionView): IngressDecision {
  const path = request.target.replace(/\?.*$/s, "");
  const route = bestRoute(request, path, view.routes);
  if (!route) return NOT_FOUND;
  const redirect = route.filters.find(({ requestRedirect }) => requestRedirect)?.requestRedirect;
  if (redirect) return redirected(request, path, route, redirect, view.port);
  const backend = chosenBackend(route.backends, view.random());
  if (!backend?.service) return { kind: "refuse", status: 500, text: "The route has no backend that can be asked" };
  const { namespace, name, port } = backend.service;
  const endpoints = view.endpointsOf({ namespace, service: name, port });
  if (!endpoints || endpoints.length === 0) {
    return { kind: "refuse", status: 503, text: `Service ${namespace}/${name} has no endpoints` };
  }
  const filters = [...route.filters, ...backend.filters];
  const rewrite = filters.find(({ urlRewrite }) => urlRewrite)?.urlRewrite;
  const query = request.target.slice(path.length);
  const target = rewrite?.path ? changedPath(path, route.match, rewrite.path) + query : request.target;
  return {
    kind: "proxy",
    endpoints,
    target,
    settings: settingsOf(route),
    changes: changesOf(filters, rewrite?.hostname),
  };
}

function settingsOf({ timeoutMs }: GatewayRoute): IngressSettings {
  return timeoutMs === undefined ? DEFAULT_SETTINGS : { ...DEFAULT_SETTINGS, readTimeoutMs: timeoutMs };
}

/** By host, path, method, headers and query, the more exact first; of the same, the first in the list. */
function bestRoute(request: ProxiedRequest, path: string, routes: readonly GatewayRoute[]): GatewayRoute | undefined {
  let best: GatewayRoute | undefined;
  let bestRank: readonly number[] = [];
  const query = new URLSearchParams(request.target.slice(path.length));
  for (const route of routes) {
    const host = hostRank(route.host, request.host);
    if (host < 0 || !isMatch(route.match, request, path, query)) continue;
    const { path: { type, value = "/" } = {}, method, headers = [], queryParams = [] } = route.match;
    const pathRank = type === "Exact" ? 1e6 : value.length;
    const rank = [host, pathRank, method === undefined ? 0 : 1, headers.length, queryParams.length];
    if (best && !isHigher(rank, bestRank)) continue;
    [best, bestRank] = [route, rank];
  }
  return best;
}

function isHigher(rank: readonly number[], than: readonly number[]): boolean {
  const index = rank.findIndex((value, at) => value !== than[at]);
  return index >= 0 && (rank[index] ?? 0) > (than[index] ?? 0);
}

function isMatch(match: HttpRouteMatch, request: ProxiedRequest, path: string, query: URLSearchParams): boolean {
  const { headers = [], queryParams = [], method } = match;
  return (
    pathMatches(match, path) &&
    (method === undefined || method === request.method) &&
    headers.every((each) => valueMatches(each, request.header(each.name.toLowerCase()))) &&
    queryParams.every((each) => valueMatches(each, query.get(each.name) ?? undefined))
  );
}

function pathMatches({ path: { type = "PathPrefix", value = "/" } = {} }: HttpRouteMatch, path: string): boolean {
  if (type === "Exact") return path === value;
  if (type === "RegularExpression") return wholeMatch(value, path);
  const prefix = value.endsWith("/") ? value.slice(0, -1) : value;
  return path === prefix || path.startsWith(`${prefix}/`);
}

function valueMatches({ type = "Exact", value }: NamedMatch, actual: string | undefined): boolean {
  if (actual === undefined) return false;
  return type === "RegularExpression" ? wholeMatch(value, actual) : actual === value;
}

/** An expression that cannot be read matches nothing. */
function wholeMatch(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return false;
  }
}

/** Weights are shares; those of backends that cannot be asked are failures, not given to others. */
function chosenBackend(backends: readonly GatewayBackend[], random: number): GatewayBackend | undefined {
  let left = random * backends.reduce((sum, { weight }) => sum + weight, 0);
  return backends.find(({ weight }) => {
    left -= weight;
    return weight > 0 && left < 0;
  });
}

function changedPath(path: string, { path: matched }: HttpRouteMatch, change: PathModifier): string {
  if (change.type === "ReplaceFullPath") return change.replaceFullPath ?? "/";
  const prefix = (matched?.value ?? "/").replace(/\/$/, "");
  const rest = path.slice(prefix.length).replace(/^\//, "");
  const start = (change.replacePrefixMatch ?? "").replace(/\/$/, "");
  return rest === "" ? start || "/" : `${start}/${rest}`;
}

const CUSTOMARY_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

function redirected(
  request: ProxiedRequest,
  path: string,
  { match }: GatewayRoute,
  { scheme, hostname, port, path: change, statusCode = 302 }: RequestRedirect,
  ownPort: number,
): IngressDecision {
  const own = request.isTls ? "https" : "http";
  const target = scheme ?? own;
  // Another scheme means its customary port, unless one is said; the same keeps the one the client came by.
  const number = port ?? (scheme === undefined || scheme === own ? ownPort : CUSTOMARY_PORTS[scheme]);
  const behind = number === undefined || number === CUSTOMARY_PORTS[target] ? "" : `:${number}`;
  const newPath = change ? changedPath(path, match, change) : path;
  const location = `${target}://${hostname ?? request.host}${behind}${newPath}${request.target.slice(path.length)}`;
  return { kind: "redirect", status: statusCode, location };
}

function changesOf(filters: readonly HttpRouteFilter[], authority: string | undefined): MessageChanges | undefined {
  const of = (modifiers: readonly (HeaderModifier | undefined)[]): HeaderChanges => ({
    set: modifiers.flatMap((each) => each?.set ?? []),
    add: modifiers.flatMap((each) => each?.add ?? []),
    remove: modifiers.flatMap((each) => each?.remove ?? []).map((name) => name.toLowerCase()),
  });
  const request = of(filters.map(({ requestHeaderModifier }) => requestHeaderModifier));
  const response = of(filters.map(({ responseHeaderModifier }) => responseHeaderModifier));
  const isNothing = [request, response].every(({ set, add, remove }) => set.length + add.length + remove.length === 0);
  return isNothing && authority === undefined ? undefined : { request, response, authority };
}
