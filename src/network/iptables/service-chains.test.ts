import { expect, test } from "bun:test";

import { aRoute } from "../../testing/routes.ts";
import type { HostPort } from "../services/host-ports.ts";
import type { ServiceRoute } from "../services/service-routes.ts";
import { serviceChains } from "./service-chains.ts";

const nodes = [
  { name: "one", zone: undefined, podCidr: "10.244.0.0/24", ip: "10.244.0.1" },
  { name: "two", zone: undefined, podCidr: "10.244.1.0/24", ip: "10.244.1.1" },
];
const [first, second] = [
  { ip: "10.244.0.5", port: 8080 },
  { ip: "10.244.1.6", port: 8080 },
];
const onFirstNode = {
  everywhere: [first],
  byNode: new Map([
    ["one", [first]],
    ["two", []],
  ]),
};

/** Chains that have rules, each named by its order instead of a hash. */
function shown(services: readonly ServiceRoute[], hostPorts: readonly HostPort[] = []) {
  const { nat, filter } = serviceChains({ services, hostPorts, nodes }, { tag: "t", podRange: "10.244.0.0/16" });
  const names = [...nat.keys()].filter((name) => name.startsWith("t-svc-"));
  const plain = (text: string): string =>
    names
      .reduce((result, name, index) => result.replaceAll(name, `svc${index}`), text)
      .replaceAll(/ -m comment --comment "[^"]*"/g, "");
  return Object.fromEntries(
    [...nat, ...filter]
      .filter(([name, rules]) => rules.length > 0 && name !== "t-hairpin")
      .map(([name, rules]) => [plain(name), rules.map(plain)]),
  );
}

test("a Service is a chain that spreads evenly, and a rule for each of its addresses", () => {
  expect(shown([aRoute([first, second], { nodePort: 30080, externalIps: ["192.0.2.7"] })])).toEqual({
    svc0: [
      "-m statistic --mode random --probability 0.5000000000 -p tcp -j DNAT --to-destination 10.244.0.5:8080",
      "-p tcp -j DNAT --to-destination 10.244.1.6:8080",
    ],
    "t-services": [
      "-d 10.96.0.20/32 -p tcp --dport 80 -j svc0",
      "-d 192.0.2.7/32 -p tcp --dport 80 -j svc0",
      "! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -p tcp --dport 30080 -j svc0",
    ],
  });
});

test("without endpoints, addresses that nothing else refuses are refused", () => {
  expect(shown([aRoute([], { nodePort: 30080, externalIps: ["192.0.2.7"] })])).toEqual({
    "t-unserved": ["-d 192.0.2.7/32 -p tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable"],
    "t-unserved-here": [
      "! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -p tcp --dport 30080 -j REJECT --reject-with icmp-port-unreachable",
    ],
  });
});

test("callers of a node without an endpoint of its own keep the address they called, and that is dropped", () => {
  const chains = shown([aRoute([first], { inside: onFirstNode })]);
  expect(chains["svc1"]).toEqual([
    "-s 10.244.0.0/24 -j svc0",
    "-s 10.244.1.0/24 -j ACCEPT",
    "-p tcp -j DNAT --to-destination 10.244.0.5:8080",
  ]);
  expect(chains["t-unserved"]).toEqual(["-d 10.96.0.20/32 -p tcp --dport 80 -j DROP"]);
});

test("with the external policy Local, pods and this host still reach every endpoint", () => {
  const chains = shown([aRoute([first, second], { outside: onFirstNode, nodePort: 30080 })]);
  const outside = Object.values(chains).find((rules) => rules[0]?.startsWith("-s 10.244.0.0/16"));
  expect(outside).toEqual([
    "-s 10.244.0.0/16 -j svc0",
    "-m addrtype --src-type LOCAL -j svc0",
    "-d 10.244.0.1/32 -j svc1",
    "-d 10.244.1.1/32 -j ACCEPT",
    "-p tcp -j DNAT --to-destination 10.244.0.5:8080",
  ]);
  expect(chains["t-unserved-here"]?.[0]).toEndWith("--dport 30080 -j DROP");
});

test("a load balancer's ranges stand in front of its address", () => {
  const loadBalancer = { isOurs: false, ips: ["192.0.2.8", "127.9.9.9"], sourceRanges: ["198.51.100.0/24"] };
  const chains = shown([aRoute([first], { loadBalancer })]);
  expect(chains["svc1"]).toEqual(["-s 198.51.100.0/24 -j svc0", "-j ACCEPT"]);
  expect(chains["t-services"]?.[1]).toBe("-d 192.0.2.8/32 -p tcp --dport 80 -j svc1");
  expect(chains["t-unserved"]).toEqual(["-d 192.0.2.8/32 -p tcp --dport 80 -j DROP"]);
});

test("session affinity asks each endpoint for the client before it spreads", () => {
  const chains = shown([aRoute([first, second], { affinitySeconds: 60 })]);
  const spreading = Object.values(chains).find((rules) => rules.length === 4);
  expect(spreading?.[0]).toBe("-m recent --name svc0 --rcheck --seconds 60 --reap --rsource -j svc0");
  expect(chains["svc0"]).toEqual([
    "-m recent --name svc0 --set --rsource -p tcp -j DNAT --to-destination 10.244.0.5:8080",
  ]);
});
