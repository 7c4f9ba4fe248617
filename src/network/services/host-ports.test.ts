import { expect, test } from "bun:test";

import type { Pod } from "../../api/types/core-v1.ts";
import { hostPortsOf } from "./host-ports.ts";

const nodes = [
  { name: "one", zone: undefined, podCidr: "10.244.0.0/24", ip: "10.244.0.1" },
  { name: "two", zone: undefined, podCidr: "10.244.1.0/24", ip: "10.244.1.1" },
];

const pod = (name: string, nodeName: string, port: object, changes: Partial<Pod> = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default", creationTimestamp: `2026-01-01T00:00:0${name.length}Z` },
  spec: {
    nodeName,
    containers: [{ name: "main", image: "i", ports: [{ containerPort: 80, protocol: "TCP", ...port }] }],
  },
  status: { phase: "Running", podIPs: [{ ip: nodeName === "one" ? "10.244.0.9" : "10.244.1.9" }] },
  ...changes,
});

const shown = (...pods: readonly Pod[]) =>
  hostPortsOf(pods, nodes).map(({ pod: key, addresses, isAnywhere, localhosts }) => [
    key,
    addresses,
    isAnywhere,
    localhosts,
  ]);

test("each node's pod has the port on its node, and the first node's also everywhere else", () => {
  expect(shown(pod("b", "two", { hostPort: 80 }), pod("a", "one", { hostPort: 80 }))).toEqual([
    ["default/a", ["10.244.0.1"], true, ["127.0.0.1", "::1"]],
    ["default/b", ["10.244.1.1"], false, []],
  ]);
});

test("a host IP and another protocol are no conflict", () => {
  expect(
    shown(
      pod("a", "one", { hostPort: 80, hostIP: "127.0.0.1" }),
      pod("bb", "one", { hostPort: 80, hostIP: "10.244.0.1" }),
      pod("ccc", "one", { hostPort: 80, hostIP: "10.244.0.1", protocol: "UDP" }),
    ),
  ).toEqual([
    ["default/a", [], false, ["127.0.0.1"]],
    ["default/bb", ["10.244.0.1"], false, []],
    ["default/ccc", ["10.244.0.1"], false, []],
  ]);
});

test("pods that ended or are in the host's network have no host ports to serve", () => {
  const ended = pod("a", "one", { hostPort: 80 });
  const inHost = pod("b", "one", { hostPort: 80 });
  expect(
    shown(
      { ...ended, status: { ...ended.status, phase: "Failed" } },
      { ...inHost, spec: { ...inHost.spec, hostNetwork: true, containers: inHost.spec?.containers ?? [] } },
    ),
  ).toEqual([]);
});
