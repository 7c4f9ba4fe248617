import { expect, test } from "bun:test";

import type { Endpoint, EndpointSlice } from "../../api/types/discovery-v1.ts";
import { type NodeEndpoints, routeEndpoints, type RouteNode } from "./route-endpoints.ts";

const node = (name: string, zone: string, index: number): RouteNode => ({
  name,
  zone,
  podCidr: `10.244.${index}.0/24`,
  ip: `10.244.${index}.1`,
});
const nodes = [node("one", "east", 0), node("two", "west", 1)];

const slice = (...endpoints: readonly Endpoint[]): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "web-1" },
  addressType: "IPv4",
  ports: [{ name: "http", port: 80, protocol: "TCP" }],
  endpoints: [...endpoints],
});

const endpoint = (last: number, nodeName: string, changes: Partial<Endpoint> = {}): Endpoint => ({
  addresses: [`10.244.0.${last}`],
  nodeName,
  conditions: { ready: true, serving: true, terminating: false },
  ...changes,
});
const ending = { conditions: { ready: false, serving: true, terminating: true } };
const broken = { conditions: { ready: false, serving: false, terminating: false } };

function seen(...endpoints: readonly Endpoint[]) {
  const { anywhere, local } = routeEndpoints({ name: "http", protocol: "TCP" }, [slice(...endpoints)], nodes);
  const last = (list: readonly { ip: string }[]): string => list.map(({ ip }) => ip.split(".")[3]).join(",");
  const shown = ({ everywhere, byNode }: NodeEndpoints): Record<string, string> => ({
    everywhere: last(everywhere),
    ...Object.fromEntries([...byNode].map(([name, list]) => [name, last(list)])),
  });
  return { anywhere: shown(anywhere), local: shown(local) };
}

test("ready endpoints serve, and those that are ending only while nothing is ready", () => {
  expect(seen(endpoint(5, "one"), endpoint(6, "one", ending), endpoint(7, "two", broken)).anywhere).toEqual({
    everywhere: "5",
  });
  expect(seen(endpoint(6, "one", ending), endpoint(7, "two", broken)).anywhere).toEqual({ everywhere: "6" });
});

test("the policy Local keeps to a node, and falls back to what is ending there", () => {
  expect(seen(endpoint(5, "one"), endpoint(6, "two")).local).toEqual({ everywhere: "5,6", one: "5", two: "6" });
  expect(seen(endpoint(5, "one"), endpoint(6, "two", ending)).local).toEqual({ everywhere: "5,6", one: "5", two: "6" });
  expect(seen(endpoint(5, "one")).local).toEqual({ everywhere: "5", one: "5", two: "" });
});

test("zone hints are followed where every endpoint has them and the zone has one", () => {
  const hinted = (zone: string) => ({ hints: { forZones: [{ name: zone }] } });
  expect(seen(endpoint(5, "one", hinted("east")), endpoint(6, "two", hinted("west"))).anywhere).toEqual({
    everywhere: "5,6",
    one: "5",
    two: "6",
  });
  expect(seen(endpoint(5, "one", hinted("east")), endpoint(6, "two")).anywhere).toEqual({ everywhere: "5,6" });
  expect(seen(endpoint(5, "one", hinted("east")), endpoint(6, "two", hinted("east"))).anywhere).toEqual({
    everywhere: "5,6",
  });
});

test("node hints come before zone hints", () => {
  const hinted = (name: string) => ({ hints: { forNodes: [{ name }], forZones: [{ name: "east" }] } });
  expect(seen(endpoint(5, "one", hinted("one")), endpoint(6, "two", hinted("two"))).anywhere).toEqual({
    everywhere: "5,6",
    one: "5",
    two: "6",
  });
});
