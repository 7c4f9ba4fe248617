import { expect, test } from "bun:test";

import type { ContainerPort, Node, Pod, PodSpec } from "../../api/types/core-v1.ts";
import { podRejection } from "./pod-admission.ts";

const aPod = (spec: Partial<PodSpec>): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [], ...spec },
});
const asking = (requests: Record<string, string>): Pod =>
  aPod({ containers: [{ name: "main", resources: { requests } }] });
const onPort = (port: Partial<ContainerPort>): Pod =>
  aPod({ containers: [{ name: "main", ports: [{ containerPort: 80, ...port }] }] });

const NODE: Node = { apiVersion: "v1", kind: "Node", metadata: { name: "node-1", labels: { disk: "ssd" } } };
const FACTS = { allocatable: { cpu: "2", memory: "1Gi", pods: "3" }, hasAppArmor: false };

const reasonFor = (pod: Pod, accepted: readonly Pod[] = [], node = NODE): string | undefined =>
  podRejection(pod, accepted, node, FACTS)?.reason;

test("podRejection counts what accepted pods have asked for", () => {
  expect(podRejection(asking({ cpu: "600m" }), [asking({ cpu: "1500m" })], NODE, FACTS)).toEqual({
    reason: "OutOfcpu",
    message: "Node didn't have enough resource: cpu, requested: 600, used: 1500, capacity: 2000",
  });
  expect(reasonFor(asking({ cpu: "500m" }), [asking({ cpu: "1500m" })])).toBeUndefined();
  expect(reasonFor(asking({ memory: "2Gi" }))).toBe("OutOfmemory");
  expect(reasonFor(aPod({}), [aPod({}), aPod({}), aPod({})])).toBe("OutOfpods");
});

test("podRejection leaves resources that the node does not know to others", () => {
  expect(reasonFor(asking({ "example.com/device": "1" }))).toBeUndefined();
});

test("podRejection wants the node that the pod selects", () => {
  const required = (values: string[]) => ({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "disk", operator: "In", values }] }],
      },
    },
  });
  expect(reasonFor(aPod({ nodeSelector: { disk: "ssd" } }))).toBeUndefined();
  expect(reasonFor(aPod({ nodeSelector: { disk: "tape" } }))).toBe("NodeAffinity");
  expect(reasonFor(aPod({ affinity: required(["ssd"]) }))).toBeUndefined();
  expect(reasonFor(aPod({ affinity: required(["tape"]) }))).toBe("NodeAffinity");
});

test("podRejection gives a host port to one pod only", () => {
  expect(reasonFor(onPort({ hostPort: 8080 }), [onPort({ hostPort: 8080 })])).toBe("NodePorts");
  expect(reasonFor(onPort({ hostPort: 8080, protocol: "UDP" }), [onPort({ hostPort: 8080 })])).toBeUndefined();
  const near = onPort({ hostPort: 8080, hostIP: "192.0.2.1" });
  expect(reasonFor(near, [onPort({ hostPort: 8080, hostIP: "192.0.2.2" })])).toBeUndefined();
  expect(reasonFor(near, [onPort({ hostPort: 8080 })])).toBe("NodePorts");
  expect(reasonFor(onPort({}), [onPort({})])).toBeUndefined();
});

test("podRejection keeps pods away that a taint would send away at once", () => {
  const taints = [{ key: "gone", effect: "NoExecute" }];
  const tainted = { ...NODE, spec: { taints } };
  expect(reasonFor(aPod({}), [], tainted)).toBe("TaintToleration");
  expect(reasonFor(aPod({ tolerations: [{ operator: "Exists" }] }), [], tainted)).toBeUndefined();
  expect(reasonFor(aPod({}), [], { ...NODE, spec: { taints: [{ key: "a", effect: "NoSchedule" }] } })).toBeUndefined();
});

test("podRejection refuses what this node cannot set or enforce", () => {
  const withContext = (securityContext: PodSpec["securityContext"], more: Partial<PodSpec> = {}): Pod =>
    aPod({ securityContext, ...more });
  const sysctl = (name: string) => ({ sysctls: [{ name, value: "1" }] });
  expect(podRejection(withContext(sysctl("kernel.msgmax")), [], NODE, FACTS)).toEqual({
    reason: "SysctlForbidden",
    message: 'forbidden sysctl: "kernel.msgmax" not allowlisted',
  });
  expect(reasonFor(withContext(sysctl("kernel/shm_rmid_forced")))).toBeUndefined();
  expect(
    podRejection(withContext(sysctl("net.ipv4.tcp_syncookies"), { hostNetwork: true }), [], NODE, FACTS)?.message,
  ).toBe('forbidden sysctl: "net.ipv4.tcp_syncookies" not allowed with host net enabled');
  expect(reasonFor(withContext({ supplementalGroupsPolicy: "Strict" }))).toBe("SupplementalGroupsPolicyNotSupported");
  expect(podRejection(withContext({ appArmorProfile: { type: "RuntimeDefault" } }), [], NODE, FACTS)).toEqual({
    reason: "AppArmor",
    message: "Cannot enforce AppArmor: AppArmor is not enabled on the host",
  });
  expect(reasonFor(withContext({ appArmorProfile: { type: "Unconfined" } }))).toBeUndefined();
});
