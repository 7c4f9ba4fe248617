import { expect, test } from "bun:test";

import type { Verdict } from "./gateway-listeners.ts";
import { gatewayPlan, gatewayVerdicts, listenerStatus } from "./gateway-plan.ts";
import {
  type Gateway,
  GATEWAY_CONTROLLER,
  type GatewayListener,
  type HttpRoute,
  type ReferenceGrant,
} from "./gateway-types.ts";

const apiVersion = "gateway.networking.k8s.io/v1";
const gateway = (listeners: readonly GatewayListener[], gatewayClassName = "kube"): Gateway => ({
  apiVersion,
  kind: "Gateway",
  metadata: { namespace: "infra", name: "edge" },
  spec: { gatewayClassName, listeners },
});
const http: GatewayListener = {
  name: "http",
  port: 80,
  protocol: "HTTP",
  allowedRoutes: { namespaces: { from: "All" } },
};
const route = (spec: NonNullable<HttpRoute["spec"]>, namespace = "shop", name = "web"): HttpRoute => ({
  apiVersion,
  kind: "HTTPRoute",
  metadata: { namespace, name, creationTimestamp: "2026-01-01T00:00:00Z" },
  spec: { parentRefs: [{ name: "edge", namespace: "infra" }], ...spec },
});
const grant = (namespace: string, from: string, kind: string, to: string): ReferenceGrant => ({
  apiVersion,
  kind: "ReferenceGrant",
  metadata: { namespace, name: "grant" },
  spec: {
    from: [{ group: "gateway.networking.k8s.io", kind, namespace: from }],
    to: [{ group: "", kind: to }],
  },
});

const plan = (
  gateways: readonly Gateway[],
  routes: readonly HttpRoute[] = [],
  grants: readonly ReferenceGrant[] = [],
) =>
  gatewayPlan({
    classes: [
      { apiVersion, kind: "GatewayClass", metadata: { name: "kube" }, spec: { controllerName: GATEWAY_CONTROLLER } },
      { apiVersion, kind: "GatewayClass", metadata: { name: "other" }, spec: { controllerName: "example.com/other" } },
    ],
    gateways,
    routes,
    grants,
    namespaceLabels: new Map([["shop", { team: "a" }]]),
    hasCertificate: (key) => key.endsWith("/cert"),
    hasService: ({ name }) => name !== "missing",
    hasServicePort: (_, port) => port === 80,
  });
const reasons = (verdicts: readonly Verdict[]): Record<string, string> =>
  Object.fromEntries(verdicts.map(({ type, status, reason }) => [type, status === "True" ? "True" : reason]));
const listenersOf = (...listeners: readonly GatewayListener[]) =>
  plan([gateway(listeners)], [], [grant("vault", "infra", "Gateway", "Secret")]).gateways[0]?.listeners.map(
    ({ judged }) => reasons(judged.verdicts),
  );
const parentOf = (
  spec: NonNullable<HttpRoute["spec"]>,
  listener: GatewayListener = http,
  grants: readonly ReferenceGrant[] = [],
) => reasons(plan([gateway([listener])], [route(spec)], grants).routes[0]?.parents[0]?.verdicts ?? []);

test("Gateways of other controllers' classes are left to them", () => {
  const { gateways, routes } = plan([gateway([http], "other")], [route({})]);
  expect(gateways).toEqual([]);
  expect(routes[0]?.parents).toEqual([]);
});

test("a listener says what keeps it from being served", () => {
  const https: GatewayListener = { name: "https", port: 443, protocol: "HTTPS" };
  const fine = { Accepted: "True", Conflicted: "NoConflicts", ResolvedRefs: "True" };
  const withCertificate = (name: string, namespace?: string): GatewayListener => ({
    ...https,
    tls: { certificateRefs: [{ name, ...(namespace === undefined ? {} : { namespace }) }] },
  });
  expect(listenersOf(http)).toEqual([fine]);
  expect(listenersOf({ ...http, protocol: "TCP" })?.[0]).toMatchObject({ Accepted: "UnsupportedProtocol" });
  expect(listenersOf(withCertificate("cert"))).toEqual([fine]);
  expect(listenersOf(withCertificate("none"))?.[0]).toMatchObject({ ResolvedRefs: "InvalidCertificateRef" });
  expect(listenersOf(withCertificate("cert", "elsewhere"))?.[0]).toMatchObject({ ResolvedRefs: "RefNotPermitted" });
  expect(listenersOf(withCertificate("cert", "vault"))).toEqual([fine]);
  expect(listenersOf(http, { ...http, name: "twin" })).toEqual([
    { Accepted: "HostnameConflict", Conflicted: "True", ResolvedRefs: "True" },
    { Accepted: "HostnameConflict", Conflicted: "True", ResolvedRefs: "True" },
  ]);
  expect(listenersOf(http, { ...http, name: "other", hostname: "a.test" })).toEqual([fine, fine]);
  expect(listenersOf(http, { ...withCertificate("cert"), port: 80 })?.[0]).toMatchObject({
    Accepted: "ProtocolConflict",
  });
  expect(listenersOf({ ...http, allowedRoutes: { kinds: [{ kind: "GRPCRoute" }] } })?.[0]).toMatchObject({
    ResolvedRefs: "InvalidRouteKinds",
  });
});

test("a route says why a Gateway does not serve it", () => {
  const backendRefs = [{ name: "web", port: 80 }];
  expect(parentOf({ rules: [{ backendRefs }] })).toEqual({ Accepted: "True", ResolvedRefs: "True" });
  expect(parentOf({ parentRefs: [{ name: "edge", namespace: "infra", sectionName: "no" }] })).toMatchObject({
    Accepted: "NoMatchingParent",
  });
  const sameOnly: GatewayListener = { name: "http", port: 80, protocol: "HTTP" };
  expect(parentOf({}, sameOnly)).toMatchObject({ Accepted: "NotAllowedByListeners" });
  const selected = (team: string): GatewayListener => ({
    ...http,
    allowedRoutes: { namespaces: { from: "Selector", selector: { matchLabels: { team } } } },
  });
  expect(parentOf({}, selected("a"))).toMatchObject({ Accepted: "True" });
  expect(parentOf({}, selected("b"))).toMatchObject({ Accepted: "NotAllowedByListeners" });
  expect(parentOf({ hostnames: ["b.test"] }, { ...http, hostname: "a.test" })).toMatchObject({
    Accepted: "NoMatchingListenerHostname",
  });
  expect(parentOf({ rules: [{ filters: [{ type: "RequestMirror" }] }] })).toMatchObject({
    Accepted: "UnsupportedValue",
  });
});

test("references to backends are told apart: missing, of another kind, not granted", () => {
  const resolved = (
    ref: { name: string; port?: number; kind?: string; namespace?: string },
    grants: readonly ReferenceGrant[] = [],
  ) => parentOf({ rules: [{ backendRefs: [ref] }] }, http, grants)["ResolvedRefs"];
  expect(resolved({ name: "missing", port: 80 })).toBe("BackendNotFound");
  expect(resolved({ name: "web", port: 81 })).toBe("BackendNotFound");
  expect(resolved({ name: "web", port: 80, kind: "Pod" })).toBe("InvalidKind");
  expect(resolved({ name: "web", port: 80, namespace: "backends" })).toBe("RefNotPermitted");
  expect(
    resolved({ name: "web", port: 80, namespace: "backends" }, [grant("backends", "shop", "HTTPRoute", "Service")]),
  ).toBe("True");
});

test("listeners of one port share it, with the hosts that listener and route have in common", () => {
  const wild: GatewayListener = { ...http, name: "wild", hostname: "*.example.com" };
  const { gateways } = plan(
    [gateway([wild, { ...http, name: "other", port: 8080 }])],
    [
      route({
        parentRefs: [{ name: "edge", namespace: "infra" }],
        hostnames: ["a.example.com", "b.test"],
        rules: [{}],
      }),
    ],
  );
  expect(gateways[0]?.doors.map(({ port, routes }) => [port, routes.map(({ host }) => host)])).toEqual([
    [80, ["a.example.com"]],
    [8080, ["a.example.com", "b.test"]],
  ]);
  expect(gateways[0]?.listeners.map(({ attachedRoutes }) => attachedRoutes)).toEqual([1, 1]);
});

test("a Gateway is programmed when one of its listeners is", () => {
  const [planned] = plan([gateway([http])]).gateways;
  const [listener] = planned?.listeners ?? [];
  if (!listener) throw new Error("The Gateway has a listener");
  const status = (problem?: string) => listenerStatus(listener, problem).verdicts;
  expect(reasons(gatewayVerdicts([status()]))).toEqual({ Accepted: "True", Programmed: "True" });
  expect(reasons(status("port 80 is taken"))).toMatchObject({ Accepted: "PortUnavailable", Programmed: "Pending" });
  expect(reasons(gatewayVerdicts([status("port 80 is taken")]))).toEqual({
    Accepted: "ListenersNotValid",
    Programmed: "Invalid",
  });
});
