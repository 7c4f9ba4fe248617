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
const ALLOCATABLE = { cpu: "2", memory: "1Gi", pods: "3" };

const reasonFor = (pod: Pod, accepted: readonly Pod[] = [], node = NODE): string | undefined =>
  podRejection(pod, accepted, node, ALLOCATABLE)?.reason;

test("podRejection counts what accepted pods have asked for", () => {
  expect(podRejection(asking({ cpu: "600m" }), [asking({ cpu: "1500m" })], NODE, ALLOCATABLE)).toEqual({
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
