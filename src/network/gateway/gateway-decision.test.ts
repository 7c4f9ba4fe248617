import { expect, test } from "bun:test";

import type { ProxiedRequest } from "../ingress/ingress-decision.ts";
import { gatewayDecision } from "./gateway-decision.ts";
import type { HttpRouteFilter, HttpRouteMatch } from "./gateway-types.ts";
import type { GatewayBackend, GatewayRoute } from "./http-routes.ts";

const backend = (name: string, weight = 1, filters: readonly HttpRouteFilter[] = []): GatewayBackend => ({
  weight,
  filters,
  service: { namespace: "shop", name, port: 80 },
});
const broken = (weight: number): GatewayBackend => ({ weight, filters: [], service: undefined });
const route = (name: string, match: HttpRouteMatch, changes: Partial<GatewayRoute> = {}): GatewayRoute => ({
  host: undefined,
  match,
  filters: [],
  backends: [backend(name)],
  timeoutMs: undefined,
  ...changes,
});

function decide(
  routes: readonly GatewayRoute[],
  url: string,
  init: Partial<ProxiedRequest> & { random?: number } = {},
) {
  const { hostname, pathname, search, protocol } = new URL(url);
  return gatewayDecision(
    {
      method: "GET",
      host: hostname,
      target: pathname + search,
      isTls: protocol === "https:",
      header: () => undefined,
      ...init,
    },
    {
      routes,
      port: 8080,
      random: () => init.random ?? 0,
      endpointsOf: ({ service }) => (service === "empty" ? [] : [{ ip: service, port: 8080 }]),
    },
  );
}

/** The Service that a request goes to, or the status of its refusal. */
function goesTo(...args: Parameters<typeof decide>): string | number {
  const decision = decide(...args);
  if (decision.kind === "proxy") return decision.endpoints[0]?.ip ?? "";
  return decision.status;
}

test("of several matches the one with the more exact host, path, method, headers and query wins", () => {
  const routes = [
    route("any", { path: { type: "PathPrefix", value: "/" } }),
    route("wild", {}, { host: "*.example.com" }),
    route("host", {}, { host: "a.example.com" }),
    route("prefix", { path: { type: "PathPrefix", value: "/api" } }, { host: "a.example.com" }),
    route("exact", { path: { type: "Exact", value: "/api/v1" } }, { host: "a.example.com" }),
    route("post", { path: { type: "PathPrefix", value: "/api" }, method: "POST" }, { host: "a.example.com" }),
    route(
      "header",
      { path: { type: "PathPrefix", value: "/api" }, headers: [{ name: "X-Version", value: "2" }] },
      { host: "a.example.com" },
    ),
    route(
      "query",
      {
        path: { type: "PathPrefix", value: "/api" },
        queryParams: [{ type: "RegularExpression", name: "v", value: "[0-9]+" }],
      },
      { host: "a.example.com" },
    ),
  ];
  expect(goesTo(routes, "http://other.test/x")).toBe("any");
  expect(goesTo(routes, "http://b.c.example.com/x")).toBe("wild");
  expect(goesTo(routes, "http://example.com/x")).toBe("any");
  expect(goesTo(routes, "http://a.example.com/apis")).toBe("host");
  expect(goesTo(routes, "http://a.example.com/api/v2")).toBe("prefix");
  expect(goesTo(routes, "http://a.example.com/api/v1")).toBe("exact");
  expect(goesTo(routes, "http://a.example.com/api", { method: "POST" })).toBe("post");
  const header = (name: string) => (name === "x-version" ? "2" : undefined);
  expect(goesTo(routes, "http://a.example.com/api", { header })).toBe("header");
  expect(goesTo(routes, "http://a.example.com/api?v=12")).toBe("query");
  expect(goesTo(routes, "http://a.example.com/api?v=x")).toBe("prefix");
});

test("of routes that match the same the first has it, and what none matches is not found", () => {
  expect(goesTo([route("older", {}), route("newer", {})], "http://a.test/")).toBe("older");
  expect(goesTo([route("one", { path: { type: "Exact", value: "/one" } })], "http://a.test/two")).toBe(404);
});

test("backends share by weight, and the share of a broken one fails", () => {
  const routes = [route("", {}, { backends: [backend("one", 1), backend("none", 0), broken(1), backend("two", 2)] })];
  const shares = [0, 0.24, 0.25, 0.49, 0.5, 0.99].map((random) => goesTo(routes, "http://a.test/", { random }));
  expect(shares).toEqual(["one", "one", 500, 500, "two", "two"]);
  expect(goesTo([route("", {}, { backends: [backend("none", 0)] })], "http://a.test/")).toBe(500);
  expect(goesTo([route("empty", {})], "http://a.test/")).toBe(503);
});

test("a redirect replaces what it names and keeps the rest", () => {
  const match: HttpRouteMatch = { path: { type: "PathPrefix", value: "/old" } };
  const to = (
    requestRedirect: NonNullable<HttpRouteFilter["requestRedirect"]>,
    url = "http://a.test:8080/old/page?q=1",
  ) => {
    const filters = [{ type: "RequestRedirect", requestRedirect }];
    const decision = decide([route("", match, { filters })], url);
    return decision.kind === "redirect" ? `${decision.status} ${decision.location}` : decision.kind;
  };
  expect(to({ scheme: "https" })).toBe("302 https://a.test/old/page?q=1");
  expect(to({ hostname: "b.test", statusCode: 301 })).toBe("301 http://b.test:8080/old/page?q=1");
  expect(to({ port: 80, path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/new/" } })).toBe(
    "302 http://a.test/new/page?q=1",
  );
  expect(to({ path: { type: "ReplaceFullPath", replaceFullPath: "/" } })).toBe("302 http://a.test:8080/?q=1");
});

test("filters change headers, path and host on the way", () => {
  const filters: readonly HttpRouteFilter[] = [
    { type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "X-A", value: "1" }], remove: ["X-B"] } },
    {
      type: "URLRewrite",
      urlRewrite: { hostname: "inner", path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/" } },
    },
  ];
  const own: readonly HttpRouteFilter[] = [
    { type: "ResponseHeaderModifier", responseHeaderModifier: { add: [{ name: "X-C", value: "3" }] } },
  ];
  const match: HttpRouteMatch = { path: { type: "PathPrefix", value: "/api" } };
  const decision = decide(
    [route("", match, { filters, backends: [backend("web", 1, own)] })],
    "http://a.test/api/x?y=1",
  );
  expect(decision).toMatchObject({
    kind: "proxy",
    target: "/x?y=1",
    changes: {
      authority: "inner",
      request: { set: [{ name: "X-A", value: "1" }], remove: ["x-b"] },
      response: { add: [{ name: "X-C", value: "3" }] },
    },
  });
});
