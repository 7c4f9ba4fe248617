import { describe, expect, test } from "bun:test";

import type { Pod, PodSpec, PodTemplateSpec } from "../../types/core-v1.ts";
import { podDefaults, podTemplateDefaults } from "./pod-defaults.ts";
import { defaultPullPolicy } from "./pod/image-pull-policy.ts";

function defaulted(spec: PodSpec): PodSpec {
  const pod: Pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec: structuredClone(spec) };
  podDefaults(pod);
  return pod.spec ?? { containers: [] };
}

const POD = {
  dnsPolicy: "ClusterFirst",
  enableServiceLinks: true,
  restartPolicy: "Always",
  schedulerName: "default-scheduler",
  securityContext: {},
  terminationGracePeriodSeconds: 30,
};
const CONTAINER = {
  imagePullPolicy: "IfNotPresent",
  resources: {},
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
};

test("podDefaults fills in the smallest pod", () => {
  expect(defaulted({ containers: [{ name: "a", image: "busybox" }] })).toEqual({
    ...POD,
    containers: [{ name: "a", image: "busybox", ...CONTAINER, imagePullPolicy: "Always" }],
  });
});

test("podDefaults keeps what the user chose", () => {
  const spec: PodSpec = {
    containers: [
      {
        name: "a",
        image: "busybox:1",
        imagePullPolicy: "Never",
        resources: { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "500m" } },
        terminationMessagePath: "/x",
        terminationMessagePolicy: "FallbackToLogsOnError",
        ports: [{ containerPort: 53, protocol: "UDP" }],
      },
    ],
    dnsPolicy: "None",
    enableServiceLinks: false,
    restartPolicy: "Never",
    schedulerName: "mine",
    securityContext: { runAsUser: 1 },
    terminationGracePeriodSeconds: 0,
    serviceAccountName: "web",
  };
  const expected = structuredClone(spec);
  expected.serviceAccount = "web";
  expected.containers[0] = {
    ...expected.containers[0],
    name: "a",
    resources: { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "500m", memory: "1Gi" } },
  };
  expect(defaulted(spec)).toEqual(expected);
});

test("podDefaults fills in what containers hold", () => {
  const [container] = defaulted({
    hostNetwork: true,
    containers: [
      {
        name: "a",
        image: "busybox:1",
        ports: [{ containerPort: 80 }],
        env: [
          { name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
          { name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
        ],
        livenessProbe: { httpGet: { port: "http" } },
        readinessProbe: { grpc: { port: 9000 }, periodSeconds: 2 },
        startupProbe: { exec: { command: ["true"] }, failureThreshold: 30 },
        lifecycle: { preStop: { httpGet: { port: 80, path: "/stop" } } },
        resources: { limits: { cpu: "1500u" } },
      },
    ],
  }).containers;
  expect(container).toEqual({
    name: "a",
    image: "busybox:1",
    ...CONTAINER,
    ports: [{ containerPort: 80, hostPort: 80, protocol: "TCP" }],
    env: [
      { name: "NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
      { name: "CPU", valueFrom: { resourceFieldRef: { divisor: "0", resource: "limits.cpu" } } },
    ],
    livenessProbe: {
      httpGet: { port: "http", path: "/", scheme: "HTTP" },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    },
    readinessProbe: {
      grpc: { port: 9000, service: "" },
      timeoutSeconds: 1,
      periodSeconds: 2,
      successThreshold: 1,
      failureThreshold: 3,
    },
    startupProbe: {
      exec: { command: ["true"] },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 30,
    },
    lifecycle: { preStop: { httpGet: { port: 80, path: "/stop", scheme: "HTTP" } } },
    resources: { limits: { cpu: "2m" }, requests: { cpu: "2m" } },
  });
});

test("podDefaults fills in volumes", () => {
  const { volumes } = defaulted({
    containers: [],
    volumes: [
      { name: "none" },
      { name: "host", hostPath: { path: "/" } },
      { name: "config", configMap: { name: "c" } },
      { name: "secret", secret: { secretName: "s", defaultMode: 0 } },
      { name: "down", downwardAPI: { items: [{ path: "a", fieldRef: { fieldPath: "metadata.name" } }] } },
      { name: "all", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } },
      { name: "claim", ephemeral: { volumeClaimTemplate: { spec: {} } } },
      { name: "image", image: { reference: "busybox" } },
    ],
  });
  expect(volumes).toEqual([
    { name: "none", emptyDir: {} },
    { name: "host", hostPath: { path: "/", type: "" } },
    { name: "config", configMap: { name: "c", defaultMode: 420 } },
    { name: "secret", secret: { secretName: "s", defaultMode: 0 } },
    {
      name: "down",
      downwardAPI: {
        items: [{ path: "a", fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } }],
        defaultMode: 420,
      },
    },
    {
      name: "all",
      projected: { sources: [{ serviceAccountToken: { path: "token", expirationSeconds: 3600 } }], defaultMode: 420 },
    },
    { name: "claim", ephemeral: { volumeClaimTemplate: { spec: { volumeMode: "Filesystem", resources: {} } } } },
    { name: "image", image: { reference: "busybox", pullPolicy: "Always" } },
  ]);
});

test("podDefaults derives the pod's own resources from its limits and its containers", () => {
  const { resources } = defaulted({
    containers: [{ name: "a", resources: { requests: { cpu: "250m" }, limits: { "hugepages-2Mi": "4Mi" } } }],
    resources: { limits: { cpu: "1", memory: "1Gi" } },
  });
  expect(resources).toEqual({
    limits: { "hugepages-2Mi": "4Mi", cpu: "1", memory: "1Gi" },
    requests: { "hugepages-2Mi": "4Mi", cpu: "250m", memory: "1Gi" },
  });
});

test("podDefaults makes a negative grace period one second and drops forgotten annotations", () => {
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", annotations: { "pod.beta.kubernetes.io/init-containers": "[]", keep: "1" } },
    spec: { containers: [], terminationGracePeriodSeconds: -1 },
    status: { podIP: "10.0.0.2", podIPs: [{ ip: "10.0.0.1" }] },
  };
  podDefaults(pod);
  expect(pod.spec?.terminationGracePeriodSeconds).toBe(1);
  expect(pod.metadata.annotations).toEqual({ keep: "1" });
  expect(pod.status).toEqual({ podIP: "10.0.0.2", podIPs: [{ ip: "10.0.0.2" }] });
});

test("podTemplateDefaults leaves requests and service links to the pods", () => {
  const template: PodTemplateSpec = {
    spec: { containers: [{ name: "a", image: "busybox:1", resources: { limits: { cpu: "1" } } }] },
  };
  podTemplateDefaults(template);
  const { enableServiceLinks: _, ...templateDefaults } = POD;
  expect(template.spec).toEqual({
    ...templateDefaults,
    containers: [{ name: "a", image: "busybox:1", ...CONTAINER, resources: { limits: { cpu: "1" } } }],
  });
});

describe("defaultPullPolicy", () => {
  test.each([
    ["busybox", "Always"],
    ["busybox:latest", "Always"],
    ["ghcr.io/a/b", "Always"],
    ["localhost:5000/a", "Always"],
    [`busybox:latest@sha256:${"a".repeat(64)}`, "Always"],
    ["busybox:1.36", "IfNotPresent"],
    ["localhost:5000/a:1", "IfNotPresent"],
    [`busybox@sha256:${"a".repeat(64)}`, "IfNotPresent"],
    ["BusyBox", "IfNotPresent"],
    ["a b", "IfNotPresent"],
    ["", "IfNotPresent"],
    ["a".repeat(64), "IfNotPresent"],
  ])("of %s is %s", (image, expected) => {
    expect(defaultPullPolicy(image)).toBe(expected as "Always");
  });
});
