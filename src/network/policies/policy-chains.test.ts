import { expect, test } from "bun:test";

import type { NetworkPolicy, NetworkPolicySpec } from "../../api/types/networking-v1.ts";
import { policyChains } from "./policy-chains.ts";
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
const forWeb = { podSelector: { matchLabels: { app: "web" } } };

function shown(...specs: readonly NetworkPolicySpec[]): Record<string, readonly string[]> {
  const policies = specs.map((spec, index): NetworkPolicy => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace: "shop", name: `policy-${index}` },
    spec,
  }));
  const view = {
    policies,
    pods: [web, client, stranger],
    hostServed: [dns],
    namespaceLabels: new Map([
      ["shop", {}],
      ["other", { team: "b" }],
      ["kube-system", {}],
    ]),
  };
  return Object.fromEntries(
    [...policyChains(view, "t")].map(([name, rules]) => [
      name.replace(/^(t-np[a-z]+)-.*/, "$1"),
      rules.map((rule) => rule.replace(/(t-np[a-z]+)-\S+/, "$1")),
    ]),
  );
}

test("a selected pod takes what one of its policies allows, and nothing else", () => {
  const chains = shown(
    { ...forWeb, policyTypes: ["Ingress"] },
    {
      ...forWeb,
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: "client" } } }], ports: [{ port: 80, endPort: 90 }] }],
    },
  );
  expect(chains["t-ingress"]).toEqual(["-d 10.244.0.5/32 -j t-npin"]);
  expect(chains["t-npin"]).toEqual(["-s 10.244.0.6/32 -p tcp --dport 80:90 -j RETURN", "-j DROP"]);
  expect(chains["t-egress"]).toEqual([]);
});

test("what is left of a block is spelled out, and a named port is one of a pod", () => {
  const chains = shown({
    ...forWeb,
    policyTypes: ["Egress"],
    egress: [
      { to: [{ ipBlock: { cidr: "10.244.0.0/30", except: ["10.244.0.0/31"] } }], ports: [{ port: "http" }] },
      {
        to: [{ ipBlock: { cidr: "10.244.1.0/24" } }],
        ports: [{ port: "http" }],
      },
    ],
  });
  expect(chains["t-npeg"]).toEqual(["-d 10.244.1.7/32 -p tcp --dport 8080 -j RETURN", "-j DROP"]);
  const whole = shown({
    ...forWeb,
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ ipBlock: { cidr: "192.0.2.0/30", except: ["192.0.2.0/32"] } }] }],
  });
  expect(whole["t-npin"]).toEqual(["-s 192.0.2.1/32 -j RETURN", "-s 192.0.2.2/31 -j RETURN", "-j DROP"]);
});

test("cluster DNS is a pod to policies, on the port that it listens on", () => {
  const chains = shown({
    ...forWeb,
    policyTypes: ["Egress"],
    egress: [
      {
        to: [{ namespaceSelector: {}, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
        ports: [{ protocol: "UDP", port: 53 }],
      },
    ],
  });
  expect(chains["t-npeg"]).toEqual(["-d 10.244.0.1/32 -p udp --dport 40053 -j RETURN", "-j DROP"]);
  expect(chains["t-host-ports"]).toEqual(["-d 10.244.0.1/32 -p udp --dport 40053 -j t-egress"]);
});
