import { expect, test } from "bun:test";

import { DEFAULT_ADDONS } from "./addon-switches.ts";
import type { ClusterConfig } from "./config.ts";
import { checkChangesWhileRunning, wantedChanges } from "./setting-changes.ts";
import type { ClusterWishes } from "./wishes.ts";

const config: ClusterConfig = {
  name: "one",
  port: 6443,
  httpPort: 80,
  httpsPort: 443,
  nodes: [{ name: "one", index: 0 }],
  runtime: "docker",
  store: "sqlite",
  ports: [{ ip: "127.0.0.1", port: 8080, nodePort: 30080, protocol: "TCP" }],
  mounts: [],
  addons: DEFAULT_ADDONS,
  podRange: "10.244.0.0/16",
  serviceRange: "10.96.0.0/16",
  clusterDomain: "cluster.local",
  proxyMode: "auto",
  history: 3_600_000,
  historySize: 512 * 1024 * 1024,
};

const refusal = (wishes: ClusterWishes): string | undefined => {
  try {
    checkChangesWhileRunning(config, wantedChanges(config, wishes));
    return undefined;
  } catch (error) {
    return String(error);
  }
};

test("what is so already is no change", () => {
  expect(wantedChanges(config, { port: 6443, nodes: 1, runtime: "docker", ports: config.ports })).toEqual([]);
});

test.each([
  [{ ports: [] }, undefined],
  [{ mounts: [{ source: "/srv", target: "/site" }] }, undefined],
  [{ addons: { registry: true } }, undefined],
  [{ port: 7443 }, 'Cannot change --port from 6443 to 7443 while cluster "one" runs'],
  [{ httpPort: 0 }, 'Cannot change --http-port from 80 to 0 while cluster "one" runs'],
  [{ auditPolicyFile: "/etc/audit.yaml" }, "Cannot change --audit-policy-file from none to /etc/audit.yaml"],
  [{ nodes: 3 }, 'Cluster "one" runs with 1 nodes, not 3'],
  [{ runtime: "fake" }, 'Cannot change --runtime of cluster "one" from docker to fake: its objects depend on it'],
  [{ store: "memory" }, 'Cannot change --store of cluster "one" from sqlite to memory: its state would stay behind'],
] as const)("of a running cluster, %p is refused with %p", (wishes, expected) => {
  if (expected === undefined) expect(refusal(wishes)).toBeUndefined();
  else expect(refusal(wishes)).toContain(expected);
});
