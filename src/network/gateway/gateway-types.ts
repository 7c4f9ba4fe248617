import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import type { Condition, LabelSelector } from "../../api/types/meta-v1.ts";

/**
 * The objects of Gateway API that are served here, as far as they are. They are custom resources: their definitions come from the user, fill in
 * what is not said, and may be of several releases, so nothing here is taken to be there.
 */
export interface GatewayClass extends KubeObject {
  readonly spec?: { readonly controllerName?: string };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

export interface Gateway extends KubeObject {
  readonly spec?: { readonly gatewayClassName?: string; readonly listeners?: readonly GatewayListener[] };
  readonly status?: GatewayStatus;
}

export interface GatewayListener {
  readonly name: string;
  readonly hostname?: string;
  readonly port: number;
  readonly protocol: string;
  readonly tls?: { readonly mode?: string; readonly certificateRefs?: readonly ObjectReference[] };
  readonly allowedRoutes?: {
    readonly namespaces?: { readonly from?: string; readonly selector?: LabelSelector };
    readonly kinds?: readonly RouteKind[];
  };
}

export interface RouteKind {
  readonly group?: string;
  readonly kind: string;
}

export interface ObjectReference {
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface GatewayStatus {
  readonly addresses?: readonly { readonly type: string; readonly value: string }[];
  readonly conditions?: readonly Condition[];
  readonly listeners?: readonly ListenerStatus[];
}

export interface ListenerStatus {
  readonly name: string;
  readonly supportedKinds: readonly RouteKind[];
  readonly attachedRoutes: number;
  readonly conditions: readonly Condition[];
}

export interface HttpRoute extends KubeObject {
  readonly spec?: {
    readonly parentRefs?: readonly ParentReference[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly HttpRouteRule[];
  };
  readonly status?: { readonly parents?: readonly ParentStatus[] };
}

export interface ParentReference extends ObjectReference {
  readonly sectionName?: string;
  readonly port?: number;
}

export interface ParentStatus {
  readonly parentRef: ParentReference;
  readonly controllerName: string;
  readonly conditions: readonly Condition[];
}

export interface HttpRouteRule {
  readonly matches?: readonly HttpRouteMatch[];
  readonly filters?: readonly HttpRouteFilter[];
  readonly backendRefs?: readonly HttpBackendReference[];
  readonly timeouts?: { readonly request?: string; readonly backendRequest?: string };
}

export interface HttpRouteMatch {
  readonly path?: { readonly type?: string; readonly value?: string };
  readonly headers?: readonly NamedMatch[];
  readonly queryParams?: readonly NamedMatch[];
  readonly method?: string;
}

export interface NamedMatch {
  readonly type?: string;
  readonly name: string;
  readonly value: string;
}

export interface HttpBackendReference extends ObjectReference {
  readonly port?: number;
  readonly weight?: number;
  readonly filters?: readonly HttpRouteFilter[];
}

export interface HttpRouteFilter {
  readonly type: string;
  readonly requestHeaderModifier?: HeaderModifier;
  readonly responseHeaderModifier?: HeaderModifier;
  readonly requestRedirect?: RequestRedirect;
  readonly urlRewrite?: { readonly hostname?: string; readonly path?: PathModifier };
}

export interface HeaderModifier {
  readonly set?: readonly { readonly name: string; readonly value: string }[];
  readonly add?: readonly { readonly name: string; readonly value: string }[];
  readonly remove?: readonly string[];
}

export interface RequestRedirect {
  readonly scheme?: string;
  readonly hostname?: string;
  readonly port?: number;
  readonly path?: PathModifier;
  readonly statusCode?: number;
}

export interface PathModifier {
  readonly type: string;
  readonly replaceFullPath?: string;
  readonly replacePrefixMatch?: string;
}

export interface ReferenceGrant extends KubeObject {
  readonly spec?: {
    readonly from?: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
    readonly to?: readonly { readonly group: string; readonly kind: string; readonly name?: string }[];
  };
}

export const GATEWAY_GROUP = "gateway.networking.k8s.io";
export const GATEWAY_CONTROLLER = "kube.local/gateway";

const resource = <T extends KubeObject>(
  name: string,
  kind: string,
  namespaced: boolean,
  version = "v1",
): ResourceType<T> => ({
  group: GATEWAY_GROUP,
  version,
  resource: name,
  kind,
  namespaced,
});

export const gatewayClasses = resource<GatewayClass>("gatewayclasses", "GatewayClass", false);
export const gateways = resource<Gateway>("gateways", "Gateway", true);
export const httpRoutes = resource<HttpRoute>("httproutes", "HTTPRoute", true);
/** Its first version is older than v1 and lasted longer. */
export const referenceGrants = (version: string): ResourceType<ReferenceGrant> =>
  resource<ReferenceGrant>("referencegrants", "ReferenceGrant", true, version);
