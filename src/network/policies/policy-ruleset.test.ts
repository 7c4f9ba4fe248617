import { expect, test } from "bun:test";

import type { NetworkPolicy, NetworkPolicySpec } from "../../api/types/networking-v1.ts";
import { policyRuleset } from "./policy-ruleset.ts";
import type { HostServedPod, PolicyPod } from "./policy-selection.ts";

const pod = (namespace: string, app: string, ip: string): PolicyPod => ({
  namespace,
  labels: { app },
  ip,
  ports: [{ name: "http", protocol: "TCP", port: 8080 }],
});
const web = pod("shop", "web", "10.244.0.5");
const client = pod("shop", "client", "10.244.0.6");
const stranger = pod("other", "client", "10.244.1.7");
const dns: HostServedPod = {
  namespace: "kube-system",
  labels: { "k8s-app": "kube-dns" },
  ip: "10.244.0.1",
  ports: [{ name: "dns", protocol: "UDP", port: 53, listensOn: 40_053 }],
};

const policy = (name: string, spec: NetworkPolicySpec): NetworkPolicy => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { namespace: "shop", name },
  spec,
});

/** Chains and elements, without the hashes in names. */
function shown(...policies: readonly NetworkPolicy[]) {
  const { chains, sets } = policyRuleset({
    policies,
    pods: [web, client, stranger],
    hostServed: [dns],
    namespaceLabels: new Map([
      ["shop", { team: "a" }],
      ["other", { team: "b" }],
      ["kube-system", {}],
    ]),
  });
  const plain = (text: string): string =>
    text
      .replaceAll(/np-(ingress|egress)-[a-z0-9]+-np-policy-\S*/g, "all $1")
      .replaceAll(/np-policy-(ingress|egress)-[a-z0-9]+-shop-/g, "$1 of ");
  return {
    chains: Object.fromEntries([...chains].map(([name, rules]) => [plain(name), rules.map(plain)])),
    sets: Object.fromEntries(
      [...sets].map(([name, { elements }]) => [
        plain(name),
        [...elements].map(([key, value]) => plain(value === "" ? key : `${key} : ${value}`)),
      ]),
    ),
  };
}

test("a selected pod takes what one of its policies allows, and nothing else", () => {
  const { chains, sets } = shown(
    policy("deny", { podSelector: {}, policyTypes: ["Ingress"] }),
    policy("web", {
      podSelector: { matchLabels: { app: "web" } },
      policyTypes: ["Ingress"],
      ingress: [
        { from: [{ podSelector: { matchLabels: { app: "client" } } }], ports: [{ protocol: "TCP", port: 8080 }] },
      ],
    }),
  );
  expect(sets["policy-ingress-pods"]).toEqual(["10.244.0.5 : goto all ingress", "10.244.0.6 : goto all ingress"]);
  expect(sets["policy-egress-pods"]).toEqual([]);
  expect(chains["ingress of web"]).toEqual(["ip saddr @ingress of web-0-peers meta l4proto tcp th dport 8080 accept"]);
  expect(chains["ingress of deny"]).toEqual([]);
  expect(sets["ingress of web-0-peers"]).toEqual(["10.244.0.6"]);
});

test("a policy without pods in its namespace writes nothing", () => {
  expect(
    shown(policy("none", { podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Ingress"] })).chains,
  ).toEqual({});
});

test("peers of other namespaces are found by the labels of both", () => {
  const peersOf = (namespaceSelector: object, podSelector?: object) =>
    shown(
      policy("p", {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ namespaceSelector, ...(podSelector ? { podSelector } : {}) }] }],
      }),
    ).sets["ingress of p-0-peers"];
  expect(peersOf({})).toEqual(["10.244.0.5", "10.244.0.6", "10.244.1.7"]);
  expect(peersOf({ matchLabels: { team: "b" } })).toEqual(["10.244.1.7"]);
  expect(peersOf({}, { matchLabels: { app: "client" } })).toEqual(["10.244.0.6", "10.244.1.7"]);
});

test("blocks, exceptions, ranges of ports and protocols become matches", () => {
  const { chains } = shown(
    policy("p", {
      podSelector: { matchLabels: { app: "web" } },
      policyTypes: ["Egress"],
      egress: [
        {
          to: [{ ipBlock: { cidr: "192.0.2.0/24", except: ["192.0.2.128/25"] } }],
          ports: [{ protocol: "TCP", port: 8000, endPort: 8010 }, { protocol: "UDP" }],
        },
        {},
      ],
    }),
  );
  expect(chains["egress of p"]).toEqual([
    "ip daddr 192.0.2.0/24 ip daddr != 192.0.2.128/25 meta l4proto tcp th dport 8000-8010 accept",
    "ip daddr 192.0.2.0/24 ip daddr != 192.0.2.128/25 meta l4proto udp accept",
    "accept",
    "ip daddr 10.244.0.1 meta l4proto udp th dport 40053 accept",
  ]);
});

test("a named port is another number for each pod that is called", () => {
  const { chains, sets } = shown(
    policy("p", {
      podSelector: { matchLabels: { app: "web" } },
      policyTypes: ["Ingress"],
      ingress: [{ ports: [{ protocol: "TCP", port: "http" }] }],
    }),
  );
  expect(chains["ingress of p"]).toEqual(["ip daddr . meta l4proto . th dport @ingress of p-0-port-0 accept"]);
  expect(sets["ingress of p-0-port-0"]).toEqual(["10.244.0.5 . tcp . 8080"]);
});

test("DNS is a pod to policies, whatever port it listens on", () => {
  const linesOf = (port: number, labels: Record<string, string>) =>
    shown(
      policy("p", {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [
          { to: [{ namespaceSelector: {}, podSelector: { matchLabels: labels } }], ports: [{ protocol: "UDP", port }] },
        ],
      }),
    ).chains["egress of p"]?.filter((line) => line.includes("10.244.0.1"));
  expect(linesOf(53, { "k8s-app": "kube-dns" })).toEqual([
    "ip daddr 10.244.0.1 meta l4proto udp th dport 40053 accept",
  ]);
  expect(linesOf(54, { "k8s-app": "kube-dns" })).toEqual([]);
  expect(linesOf(53, { app: "client" })).toEqual([]);
  expect(shown().sets["policy-host-ports"]).toEqual(["10.244.0.1 . udp . 40053"]);
});
