import { expect, test } from "bun:test";

import { aRoute } from "../../testing/routes.ts";
import type { HostPort } from "./host-ports.ts";
import type { ServiceRoute } from "./service-routes.ts";
import { serviceRuleset } from "./service-ruleset.ts";

const nodes = [
  { name: "one", zone: undefined, podCidr: "10.244.0.0/24", ip: "10.244.0.1" },
  { name: "two", zone: undefined, podCidr: "10.244.1.0/24", ip: "10.244.1.1" },
];
const [first, second] = [
  { ip: "10.244.0.5", port: 8080 },
  { ip: "10.244.1.6", port: 8080 },
];

/** Chains and the elements of sets that have any, without the hashes in names. */
function shown(routes: readonly ServiceRoute[], hostPorts: readonly HostPort[] = []) {
  const { chains, sets } = serviceRuleset(routes, hostPorts, { podRange: "10.244.0.0/16", nodes });
  const plain = (text: string): string => text.replaceAll(/svc-[a-z0-9]+-/g, "svc-");
  return {
    chains: Object.fromEntries([...chains].map(([name, rules]) => [plain(name), rules.map(plain)])),
    sets: Object.fromEntries(
      [...sets]
        .filter(([name, { elements }]) => elements.size > 0 && name !== "hairpin")
        .map(([name, { elements }]) => [
          name,
          [...elements].map(([key, value]) => plain(value === "" ? key : `${key} : ${value}`)),
        ]),
    ),
  };
}

test("a Service is a chain that spreads, and an element for each of its addresses", () => {
  expect(shown([aRoute([first, second], { nodePort: 30080, externalIps: ["192.0.2.7"] })])).toEqual({
    chains: {
      "svc-default-web-http-tcp": [
        "meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.244.0.5 . 8080, 1 : 10.244.1.6 . 8080 }",
      ],
    },
    sets: {
      "cluster-ips": [
        "10.96.0.20 . tcp . 80 : goto svc-default-web-http-tcp",
        "192.0.2.7 . tcp . 80 : goto svc-default-web-http-tcp",
      ],
      "node-ports": ["tcp . 30080 : goto svc-default-web-http-tcp"],
    },
  });
});

test("a Service without endpoints is refused on addresses that are not the cluster's own", () => {
  expect(shown([aRoute([], { nodePort: 30080, externalIps: ["192.0.2.7"] })])).toEqual({
    chains: {},
    sets: { "refused-ips": ["192.0.2.7 . tcp . 80"], "refused-ports": ["tcp . 30080"] },
  });
});

test("callers of a node go to its own endpoints, and are dropped where it has none", () => {
  const inside = {
    everywhere: [first],
    byNode: new Map([
      ["one", [first]],
      ["two", []],
    ]),
  };
  expect(shown([aRoute([first], { inside })]).chains).toEqual({
    "svc-default-web-http-tcp-inside": [
      "ip saddr vmap { 10.244.0.0/24 : goto svc-default-web-http-tcp-inside-0, 10.244.1.0/24 : drop }",
      "meta l4proto tcp dnat ip to numgen random mod 1 map { 0 : 10.244.0.5 . 8080 }",
    ],
    "svc-default-web-http-tcp-inside-0": [
      "meta l4proto tcp dnat ip to numgen random mod 1 map { 0 : 10.244.0.5 . 8080 }",
    ],
    "svc-default-web-http-tcp": ["meta l4proto tcp dnat ip to numgen random mod 1 map { 0 : 10.244.0.5 . 8080 }"],
  });
});

test("with the external policy Local, pods and this host still reach every endpoint", () => {
  const outside = {
    everywhere: [first],
    byNode: new Map([
      ["one", [first]],
      ["two", []],
    ]),
  };
  const { chains, sets } = shown([aRoute([first, second], { outside, nodePort: 30080 })]);
  expect(chains["svc-default-web-http-tcp-outside"]).toEqual([
    "ip saddr 10.244.0.0/16 goto svc-default-web-http-tcp",
    "fib saddr type local goto svc-default-web-http-tcp",
    "ip daddr vmap { 10.244.0.1 : goto svc-default-web-http-tcp-outside-0, 10.244.1.1 : drop }",
    "meta l4proto tcp dnat ip to numgen random mod 1 map { 0 : 10.244.0.5 . 8080 }",
  ]);
  expect(sets["node-ports"]).toEqual(["tcp . 30080 : goto svc-default-web-http-tcp-outside"]);
});

test("a load balancer's ranges stand in front of its address, and 127.x is for listeners", () => {
  const loadBalancer = { isOurs: false, ips: ["192.0.2.8", "127.9.9.9"], sourceRanges: ["198.51.100.0/24"] };
  const { chains, sets } = shown([aRoute([first], { loadBalancer })]);
  expect(chains["svc-default-web-http-tcp-guarded"]).toEqual([
    "ip saddr 198.51.100.0/24 goto svc-default-web-http-tcp",
    "drop",
  ]);
  expect(sets["cluster-ips"]).toEqual([
    "10.96.0.20 . tcp . 80 : goto svc-default-web-http-tcp",
    "192.0.2.8 . tcp . 80 : goto svc-default-web-http-tcp-guarded",
  ]);
});

test("session affinity remembers clients per endpoint", () => {
  const { chains, sets } = serviceRuleset([aRoute([first], { affinitySeconds: 60 })], [], {
    podRange: "10.244.0.0/16",
    nodes: [],
  });
  expect([...sets.values()].flatMap(({ declaration }) => declaration ?? [])).toEqual([
    "type ipv4_addr; flags dynamic,timeout; timeout 60s;",
  ]);
  expect([...chains.values()].flat()[0]).toContain("update @");
});

test("host ports are elements: on their addresses, and anywhere for the first node", () => {
  const hostPort: HostPort = {
    pod: "default/a",
    protocol: "UDP",
    hostPort: 5353,
    addresses: ["10.244.0.1"],
    isAnywhere: true,
    localhosts: [],
    target: first,
  };
  expect(shown([], [hostPort]).sets).toEqual({
    "host-ports": ["10.244.0.1 . udp . 5353 : 10.244.0.5 . 8080"],
    "host-ports-anywhere": ["udp . 5353 : 10.244.0.5 . 8080"],
  });
});
