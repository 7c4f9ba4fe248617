import type { Ingress, IngressBackend, IngressClass, IngressRule } from "../../api/types/networking-v1.ts";
import { type IngressSettings, ingressSettings } from "./ingress-settings.ts";

/** What Ingresses say about requests, as a table that is asked once for each. Pure: it names Services, and knows nothing of endpoints. */
export interface IngressRoute {
  /** `namespace/name` of the Ingress. */
  readonly source: string;
  /** Undefined: any. `*.example.com` is any one label in place of the star. */
  readonly host: string | undefined;
  readonly pathType: "Exact" | "Prefix" | "Pattern";
  readonly path: string;
  readonly pattern: RegExp | undefined;
  readonly backend: ServiceBackend | undefined;
  readonly settings: IngressSettings;
  /** Its host has a certificate, so plain requests are sent on to HTTPS unless its settings say otherwise. */
  readonly hasTls: boolean;
}

/** Undefined where there is only a resource that nobody here understands. */
export interface ServiceBackend {
  readonly namespace: string;
  readonly service: string;
  /** A number or a name. */
  readonly port: number | string | undefined;
}

/** Where a host's certificate is. */
export interface IngressCertificate {
  readonly host: string;
  /** `namespace/name`; undefined: there is none, and a local one does. */
  readonly secret: string | undefined;
}

export interface IngressTable {
  readonly routes: readonly IngressRoute[];
  readonly certificates: readonly IngressCertificate[];
}

export const INGRESS_CONTROLLER = "kube.local/ingress";
const CLASS_ANNOTATION = "kubernetes.io/ingress.class";
const DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class";

/** Those of our classes; without a class, those that nobody else is the default for. */
export function ownIngresses(ingresses: readonly Ingress[], classes: readonly IngressClass[]): readonly Ingress[] {
  const own = new Set(
    classes.filter(({ spec }) => spec?.controller === INGRESS_CONTROLLER).map(({ metadata }) => metadata.name ?? ""),
  );
  const defaults = classes.filter(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === "true");
  const isDefaultOurs = defaults.length === 0 || defaults.some(({ metadata }) => own.has(metadata.name ?? ""));
  return ingresses.filter(({ metadata, spec }) => {
    if (metadata.deletionTimestamp !== undefined) return false;
    const name = spec?.ingressClassName ?? metadata.annotations?.[CLASS_ANNOTATION];
    return name === undefined ? isDefaultOurs : own.has(name);
  });
}

export function ingressTable(ingresses: readonly Ingress[]): IngressTable {
  // Of two that claim the same host and path the older one has it.
  const sorted = ingresses.toSorted(
    (a, b) => ageOf(a).localeCompare(ageOf(b)) || sourceOf(a).localeCompare(sourceOf(b)),
  );
  return {
    routes: sorted.flatMap(routesOf),
    certificates: sorted.flatMap(({ metadata, spec }) =>
      (spec?.tls ?? []).flatMap(({ hosts = [], secretName }) =>
        hosts.map((host) => ({
          host: host.toLowerCase(),
          secret: secretName ? `${metadata.namespace}/${secretName}` : undefined,
        })),
      ),
    ),
  };
}

function routesOf(ingress: Ingress): readonly IngressRoute[] {
  const { spec = {}, metadata } = ingress;
  const settings = ingressSettings(metadata.annotations ?? {});
  const tlsHosts = (spec.tls ?? []).flatMap(({ hosts = [] }) => hosts.map((host) => host.toLowerCase()));
  const common = { source: sourceOf(ingress), settings };
  const fallbackFor = (host: string | undefined): IngressRoute[] => {
    if (!spec.defaultBackend) return [];
    const backend = backendOf(ingress, spec.defaultBackend);
    return [
      { ...common, host, pathType: "Prefix", path: "", pattern: undefined, backend, hasTls: hasTls(host, tlsHosts) },
    ];
  };
  const rules = spec.rules ?? [];
  if (rules.length === 0) return fallbackFor(undefined);
  return rules.flatMap((rule) => {
    const host = rule.host ? rule.host.toLowerCase() : undefined;
    return [...pathsOf(ingress, rule, host, settings, hasTls(host, tlsHosts)), ...fallbackFor(host)];
  });
}

function pathsOf(
  ingress: Ingress,
  rule: IngressRule,
  host: string | undefined,
  settings: IngressSettings,
  withTls: boolean,
): readonly IngressRoute[] {
  return (rule.http?.paths ?? []).map(({ path = "/", pathType, backend }) => {
    const pattern = pathType === "ImplementationSpecific" && settings.usesPatterns ? patternOf(path) : undefined;
    return {
      source: sourceOf(ingress),
      settings,
      host,
      pathType: pattern ? "Pattern" : pathType === "Exact" ? "Exact" : "Prefix",
      path: path === "" ? "/" : path,
      pattern,
      backend: backendOf(ingress, backend),
      hasTls: withTls,
    };
  });
}

/** From the beginning, whatever the case: as ingress-nginx takes paths that are patterns. One that cannot be read is taken as it stands. */
function patternOf(path: string): RegExp | undefined {
  try {
    return new RegExp(`^${path}`, "i");
  } catch {
    return undefined;
  }
}

const hasTls = (host: string | undefined, tlsHosts: readonly string[]): boolean =>
  host !== undefined && tlsHosts.some((each) => hostMatches(each, host));

function backendOf({ metadata }: Ingress, { service }: IngressBackend): ServiceBackend | undefined {
  if (!service) return undefined;
  const port = service.port?.name ?? service.port?.number;
  return { namespace: metadata.namespace ?? "", service: service.name, port };
}

/**
 * The route of a request: an exact host before a wildcard before none; within a host an exact path, then patterns and prefixes, the longest
 * first. `path` has no query.
 */
export function matchRoute(routes: readonly IngressRoute[], host: string, path: string): IngressRoute | undefined {
  let best: IngressRoute | undefined;
  let bestRank = -1;
  for (const route of routes) {
    const hostRank = hostRankOf(route.host, host);
    if (hostRank < 0 || !pathMatches(route, path)) continue;
    const rank = hostRank * 1e6 + route.path.length * 10 + (route.pathType === "Exact" ? 1 : 0);
    if (rank <= bestRank) continue;
    best = route;
    bestRank = rank;
  }
  return best;
}

function hostRankOf(pattern: string | undefined, host: string): number {
  if (pattern === undefined) return 0;
  if (pattern === host) return 2;
  return pattern.startsWith("*.") && hostMatches(pattern, host) ? 1 : -1;
}

/** A star stands for exactly one label. */
export function hostMatches(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  return pattern.startsWith("*.") && host.indexOf(".") > 0 && host.slice(host.indexOf(".")) === pattern.slice(1);
}

function pathMatches({ pathType, path, pattern }: IngressRoute, wanted: string): boolean {
  if (pattern) return pattern.test(wanted);
  if (pathType === "Exact") return wanted === path;
  // Element by element: /foo is a prefix of /foo/bar and not of /foobar; a slash at the end says nothing.
  const prefix = path.endsWith("/") ? path.slice(0, -1) : path;
  return wanted === prefix || wanted.startsWith(`${prefix}/`);
}

const ageOf = ({ metadata }: Ingress): string => metadata.creationTimestamp ?? "";
const sourceOf = ({ metadata }: Ingress): string => `${metadata.namespace}/${metadata.name}`;
