import type { EndpointAddress } from "../services/route-endpoints.ts";
import type { MessageChanges } from "./header-changes.ts";
import { type IngressRoute, type IngressTable, matchRoute, type ServiceBackend } from "./ingress-routes.ts";
import { ingressSettings, type IngressSettings } from "./ingress-settings.ts";

/** A request as far as it decides where it goes. */
export interface ProxiedRequest {
  readonly method: string;
  /** Without a port, in lower case. */
  readonly host: string;
  /** With its query. */
  readonly target: string;
  readonly isTls: boolean;
  /** By its name in lower case; what stands there several times is joined by commas. */
  header: (name: string) => string | undefined;
}

export type IngressDecision =
  | {
      readonly kind: "proxy";
      readonly endpoints: readonly EndpointAddress[];
      /** With its query. */
      readonly target: string;
      readonly settings: IngressSettings;
      readonly changes?: MessageChanges | undefined;
    }
  | { readonly kind: "redirect"; readonly status: number; readonly location: string }
  | { readonly kind: "refuse"; readonly status: number; readonly text: string };

export interface IngressView {
  readonly table: IngressTable;
  /** Undefined: there is no such Service or port. */
  endpointsOf(backend: ServiceBackend): readonly EndpointAddress[] | undefined;
  /** Where HTTPS is served, when redirects have to name it. */
  readonly httpsPort: number;
  /** Asked where no Ingress matches, before a host is taken for the name of a Service. */
  otherwise?(request: ProxiedRequest): IngressDecision | undefined;
}

const HTTPS_PORT = 443;
const PERMANENT_REDIRECT = 308;
/** `NAME.NAMESPACE.localhost` is a Service without any Ingress. */
const SERVICE_HOST = /^([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.localhost$/;
const DEFAULT_SETTINGS = ingressSettings({});

export function ingressDecision(request: ProxiedRequest, view: IngressView): IngressDecision {
  const path = request.target.replace(/\?.*$/s, "");
  const route = matchRoute(view.table.routes, request.host, path);
  if (!route) return view.otherwise?.(request) ?? serviceDecision(request, view);
  const { settings } = route;
  if (settings.redirect) return { kind: "redirect", status: settings.redirect.status, location: settings.redirect.url };
  if (!request.isTls && (settings.forcesHttps || (route.hasTls && (settings.redirectsToHttps ?? true)))) {
    const port = view.httpsPort === HTTPS_PORT ? "" : `:${view.httpsPort}`;
    return {
      kind: "redirect",
      status: PERMANENT_REDIRECT,
      location: `https://${request.host}${port}${request.target}`,
    };
  }
  if (!route.backend) return { kind: "refuse", status: 503, text: "The backend of this path is no Service" };
  return proxied(view, route.backend, rewritten(route, path, request.target), settings);
}

function serviceDecision({ host, target }: ProxiedRequest, view: IngressView): IngressDecision {
  const match = SERVICE_HOST.exec(host);
  if (!match) return { kind: "refuse", status: 404, text: "default backend - 404" };
  const backend = { service: match[1] ?? "", namespace: match[2] ?? "", port: undefined };
  return proxied(view, backend, target, DEFAULT_SETTINGS);
}

function proxied(
  view: IngressView,
  backend: ServiceBackend,
  target: string,
  settings: IngressSettings,
): IngressDecision {
  const endpoints = view.endpointsOf(backend);
  const name = `${backend.namespace}/${backend.service}`;
  if (!endpoints) return { kind: "refuse", status: 503, text: `Service ${name} has no such port, or does not exist` };
  if (endpoints.length === 0) return { kind: "refuse", status: 503, text: `Service ${name} has no endpoints` };
  return { kind: "proxy", endpoints, target, settings };
}

/** `$1` in the new path is the first group of the pattern. */
function rewritten({ settings, pattern, path }: IngressRoute, wanted: string, target: string): string {
  if (settings.rewriteTarget === undefined) return target;
  const query = target.slice(wanted.length);
  if (!pattern) return settings.rewriteTarget.replaceAll(/\$\d/g, "") + query;
  const groups = pattern.exec(wanted) ?? [path];
  const replaced = settings.rewriteTarget.replaceAll(/\$(\d)/g, (_, index: string) => groups[Number(index)] ?? "");
  return (replaced.startsWith("/") ? replaced : `/${replaced}`) + query;
}
