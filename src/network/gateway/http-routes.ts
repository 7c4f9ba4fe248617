import { allowsRoute, type JudgedListener, type ListenerFacts, type Verdict, verdict } from "./gateway-listeners.ts";
import {
  GATEWAY_GROUP,
  type HttpBackendReference,
  type HttpRoute,
  type HttpRouteFilter,
  type HttpRouteMatch,
  type HttpRouteRule,
  type ParentReference,
} from "./gateway-types.ts";
import { commonHosts } from "./host-names.ts";
import { isGranted } from "./reference-grants.ts";

export interface RouteFacts extends ListenerFacts {
  /** Whether the Service has the port. */
  hasServicePort(service: { readonly namespace: string; readonly name: string }, port: number): boolean;
  hasService(service: { readonly namespace: string; readonly name: string }): boolean;
}

/** One way of matching, with where it leads. */
export interface GatewayRoute {
  readonly host: string | undefined;
  readonly match: HttpRouteMatch;
  readonly filters: readonly HttpRouteFilter[];
  readonly backends: readonly GatewayBackend[];
  readonly timeoutMs: number | undefined;
}

export interface GatewayBackend {
  readonly weight: number;
  readonly filters: readonly HttpRouteFilter[];
  /** Undefined: the reference leads nowhere, and its share of requests fails. */
  readonly service: { readonly namespace: string; readonly name: string; readonly port: number } | undefined;
}

interface AttachedRoute {
  readonly listener: JudgedListener;
  readonly routes: readonly GatewayRoute[];
}

export interface JudgedParent {
  readonly parentRef: ParentReference;
  readonly verdicts: readonly Verdict[];
  readonly attached: readonly AttachedRoute[];
}

/** What becomes of a route at each Gateway of ours that it names. */
export function judgedParents(
  route: HttpRoute,
  listenersOf: (gateway: string) => readonly JudgedListener[] | undefined,
  facts: RouteFacts,
): readonly JudgedParent[] {
  const namespace = route.metadata.namespace ?? "";
  const refs = backendVerdict(route, facts);
  const unsupported = unsupportedFilter(route.spec?.rules ?? []);
  return (route.spec?.parentRefs ?? []).flatMap((parentRef): readonly JudgedParent[] => {
    const { group = GATEWAY_GROUP, kind = "Gateway" } = parentRef;
    if (group !== GATEWAY_GROUP || kind !== "Gateway") return [];
    const listeners = listenersOf(`${parentRef.namespace ?? namespace}/${parentRef.name}`);
    // Somebody else's.
    if (!listeners) return [];
    const refused = (reason: string, message: string): readonly JudgedParent[] => [
      { parentRef, verdicts: [verdict("Accepted", "False", reason, message), refs], attached: [] },
    ];
    const named = listeners.filter(
      ({ spec }) =>
        (parentRef.sectionName === undefined || spec.name === parentRef.sectionName) &&
        (parentRef.port === undefined || spec.port === parentRef.port),
    );
    if (named.length === 0) return refused("NoMatchingParent", "The Gateway has no such listener");
    const allowing = named.filter((listener) => allowsRoute(listener, route, facts.namespaceLabels));
    if (allowing.length === 0) return refused("NotAllowedByListeners", "No listener allows routes from this namespace");
    const attached = allowing.flatMap((listener): readonly AttachedRoute[] => {
      const hosts = commonHosts(listener.spec.hostname, route.spec?.hostnames ?? []);
      return hosts.length === 0 ? [] : [{ listener, routes: routesOf(route, hosts, facts) }];
    });
    if (attached.length === 0) return refused("NoMatchingListenerHostname", "No listener has a host of this route");
    if (unsupported) return refused("UnsupportedValue", `Filters of type ${unsupported} are not served here`);
    return [{ parentRef, verdicts: [verdict("Accepted", "True", "Accepted"), refs], attached }];
  });
}

const ANY_PATH: HttpRouteMatch = { path: { type: "PathPrefix", value: "/" } };

function routesOf(
  route: HttpRoute,
  hosts: readonly (string | undefined)[],
  facts: RouteFacts,
): readonly GatewayRoute[] {
  return (route.spec?.rules ?? [{}]).flatMap((rule) => {
    const { matches = [], filters = [], backendRefs = [], timeouts } = rule;
    const backends = backendRefs.map((ref) => backendOf(route, ref, facts));
    const timeoutMs = durationMs(timeouts?.request) ?? durationMs(timeouts?.backendRequest);
    return (matches.length === 0 ? [ANY_PATH] : matches).flatMap((match) =>
      hosts.map((host) => ({ host, match, filters, backends, timeoutMs })),
    );
  });
}

function backendOf(route: HttpRoute, ref: HttpBackendReference, facts: RouteFacts): GatewayBackend {
  const { weight = 1, filters = [], name, port } = ref;
  const service = { namespace: ref.namespace ?? route.metadata.namespace ?? "", name };
  const isWhole = backendProblem(route, ref, facts) === undefined && port !== undefined;
  return { weight, filters, service: isWhole ? { ...service, port } : undefined };
}

function backendProblem(route: HttpRoute, ref: HttpBackendReference, facts: RouteFacts): Verdict | undefined {
  const { group = "", kind = "Service", name, port } = ref;
  const namespace = route.metadata.namespace ?? "";
  const service = { namespace: ref.namespace ?? namespace, name };
  const failed = (reason: string, message: string): Verdict => verdict("ResolvedRefs", "False", reason, message);
  if (group !== "" || kind !== "Service") return failed("InvalidKind", `${kind} ${name} is no Service`);
  if (!isGranted(facts.grants, { group: GATEWAY_GROUP, kind: "HTTPRoute", namespace }, { group, kind, ...service })) {
    return failed("RefNotPermitted", `No ReferenceGrant allows Service ${service.namespace}/${name}`);
  }
  if (!facts.hasService(service))
    return failed("BackendNotFound", `Service ${service.namespace}/${name} does not exist`);
  if (port === undefined || !facts.hasServicePort(service, port)) {
    return failed("BackendNotFound", `Service ${service.namespace}/${name} has no port ${port}`);
  }
  return undefined;
}

function backendVerdict(route: HttpRoute, facts: RouteFacts): Verdict {
  for (const { backendRefs = [] } of route.spec?.rules ?? []) {
    for (const ref of backendRefs) {
      const problem = backendProblem(route, ref, facts);
      if (problem) return problem;
    }
  }
  return verdict("ResolvedRefs", "True", "ResolvedRefs");
}

const SERVED_FILTERS = ["RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite"];

function unsupportedFilter(rules: readonly HttpRouteRule[]): string | undefined {
  const filters = rules.flatMap(({ filters: own = [], backendRefs = [] }) => [
    ...own,
    ...backendRefs.flatMap((ref) => ref.filters ?? []),
  ]);
  return filters.find(({ type }) => !SERVED_FILTERS.includes(type))?.type;
}

/** GEP-2257: hours, minutes, seconds and milliseconds in that order. */
function durationMs(text: string | undefined): number | undefined {
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text ?? "");
  if (!match || text === "" || text === undefined) return undefined;
  const [hours, minutes, seconds, ms] = match.slice(1).map((part) => Number(part ?? 0));
  // Zero turns the limit off.
  return (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000 + (ms ?? 0) || undefined;
}
