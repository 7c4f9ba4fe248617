import { expect, test } from "bun:test";

import { emptyRuleset, rulesetChange, rulesetOf } from "./ruleset.ts";
import type { ServiceRoute } from "./service-routes.ts";

const route = (changes: Partial<ServiceRoute> = {}): ServiceRoute => ({
  id: "default/web:http",
  protocol: "TCP",
  clusterIps: ["10.96.0.20"],
  externalIps: [],
  port: 80,
  nodePort: undefined,
  endpoints: [{ ip: "10.244.0.5", port: 8080 }],
  affinitySeconds: undefined,
  ...changes,
});

const change = (before: readonly ServiceRoute[], after: readonly ServiceRoute[]): readonly string[] =>
  rulesetChange("ip t", rulesetOf(before), rulesetOf(after)).map((line) => line.replaceAll(/svc-[a-z0-9]+-/g, "svc-"));

test("rulesetChange builds a service from nothing, chains before what goes to them", () => {
  expect(
    rulesetChange("ip t", emptyRuleset, rulesetOf([route({ nodePort: 30080 })])).map((line) =>
      line.replaceAll(/svc-[a-z0-9]+-/g, "svc-"),
    ),
  ).toEqual([
    "add chain ip t svc-default-web-http",
    "add rule ip t svc-default-web-http meta l4proto tcp dnat ip to numgen random mod 1 map { 0 : 10.244.0.5 . 8080 }",
    "add element ip t cluster-ips { 10.96.0.20 . tcp . 80 : goto svc-default-web-http }",
    "add element ip t node-ports { tcp . 30080 : goto svc-default-web-http }",
    "add element ip t hairpin { 10.244.0.5 . 10.244.0.5 }",
  ]);
});

test("rulesetChange touches only the service whose endpoint came", () => {
  const other = route({ id: "default/other:", clusterIps: ["10.96.0.21"] });
  expect(
    change(
      [route(), other],
      [
        route({
          endpoints: [
            { ip: "10.244.0.5", port: 8080 },
            { ip: "10.244.0.6", port: 8080 },
          ],
        }),
        other,
      ],
    ),
  ).toEqual([
    "flush chain ip t svc-default-web-http",
    "add rule ip t svc-default-web-http meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.244.0.5 . 8080, 1 : 10.244.0.6 . 8080 }",
    "add element ip t hairpin { 10.244.0.6 . 10.244.0.6 }",
  ]);
});

test("rulesetChange takes the last endpoint's service out, so that the table refuses it", () => {
  expect(change([route()], [route({ endpoints: [] })])).toEqual([
    "delete element ip t cluster-ips { 10.96.0.20 . tcp . 80 }",
    "delete element ip t hairpin { 10.244.0.5 . 10.244.0.5 }",
    "flush chain ip t svc-default-web-http",
    "delete chain ip t svc-default-web-http",
  ]);
});

test("rulesetChange is empty when nothing changed", () => {
  expect(change([route()], [route()])).toEqual([]);
});

test("rulesetOf remembers clients per endpoint for session affinity", () => {
  const ruleset = rulesetOf([route({ affinitySeconds: 60 })]);
  expect([...ruleset.dynamicSets.values()]).toEqual(["type ipv4_addr; flags dynamic,timeout; timeout 60s;"]);
  expect([...ruleset.chains.values()].flat()[0]).toContain("update @");
});
