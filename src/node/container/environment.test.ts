import { expect, test } from "bun:test";

import type { ConfigMap, Container, Pod, PodSpec, Secret, Service } from "../../api/types/core-v1.ts";
import { environment, type EnvironmentSources } from "./environment.ts";

const POD: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web-0", namespace: "shop", uid: "uid-1", labels: { app: "web" }, annotations: { "a/b": "c" } },
  spec: { containers: [], nodeName: "node-1", serviceAccountName: "robot", enableServiceLinks: true },
};

const configMap = (data: Record<string, string>): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "c" },
  data,
});

const secret = (data: Record<string, string>): Secret => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "s" },
  data: Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "utf8").toString("base64")]),
  ),
});

const service = (name: string, namespace: string, clusterIP: string): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec: {
    clusterIP,
    ports: [
      { name: "http", port: 80 },
      { name: "dns-udp", port: 53, protocol: "UDP" },
    ],
  },
});

function variables(
  container: Partial<Container>,
  sources: Partial<EnvironmentSources> = {},
  spec: Partial<PodSpec> = {},
): Record<string, string> {
  const pod = { ...POD, spec: { containers: [], ...POD.spec, ...spec } };
  const all: EnvironmentSources = {
    podIp: "10.244.0.5",
    hostIp: "192.0.2.1",
    allocatable: { cpu: "4", memory: "8Gi" },
    services: [],
    configMap: () => undefined,
    secret: () => undefined,
    ...sources,
  };
  return Object.fromEntries(environment(pod, { name: "main", ...container }, all));
}

const of = (resource: string, divisor?: string) => ({ valueFrom: { resourceFieldRef: { resource, divisor } } });
const key = (source: object) => () => variables({ env: [{ name: "A", valueFrom: source }] });

test("environment expands references to variables before, and leaves the others", () => {
  const env = [
    { name: "A", value: "1" },
    { name: "B", value: "$(A)-$(LATER)-$$(A)-$(" },
    { name: "LATER", value: "2" },
    { name: "EMPTY" },
  ];
  expect(variables({ env })).toEqual({ A: "1", B: "1-$(LATER)-$(A)-$(", LATER: "2", EMPTY: "" });
});

test("environment takes fields of the pod", () => {
  const paths = {
    NAME: "metadata.name",
    NAMESPACE: "metadata.namespace",
    UID: "metadata.uid",
    APP: "metadata.labels['app']",
    NOTE: "metadata.annotations['a/b']",
    NODE: "spec.nodeName",
    ACCOUNT: "spec.serviceAccountName",
    HOST: "status.hostIP",
    IP: "status.podIP",
  };
  const env = Object.entries(paths).map(([name, fieldPath]) => ({ name, valueFrom: { fieldRef: { fieldPath } } }));
  expect(variables({ env })).toEqual({
    NAME: "web-0",
    NAMESPACE: "shop",
    UID: "uid-1",
    APP: "web",
    NOTE: "c",
    NODE: "node-1",
    ACCOUNT: "robot",
    HOST: "192.0.2.1",
    IP: "10.244.0.5",
  });
});

test("environment rounds resources up to whole divisors, and takes the node's for limits that are not set", () => {
  const resources = { requests: { cpu: "250m", memory: "65Mi" }, limits: { memory: "128Mi" } };
  const env = [
    { name: "CPU", ...of("requests.cpu") },
    { name: "MILLI", ...of("requests.cpu", "1m") },
    { name: "MEMORY", ...of("limits.memory", "1Mi") },
    { name: "HALF", ...of("requests.memory", "10Mi") },
    { name: "CPUS", ...of("limits.cpu") },
  ];
  expect(variables({ env, resources })).toEqual({ CPU: "1", MILLI: "250", MEMORY: "128", HALF: "7", CPUS: "4" });
});

test("environment takes keys and whole objects, envFrom before env", () => {
  const container = {
    envFrom: [{ prefix: "C_", configMapRef: { name: "c" } }, { secretRef: { name: "s" } }],
    env: [
      { name: "key", value: "own" },
      { name: "MODE", valueFrom: { configMapKeyRef: { name: "c", key: "mode" } } },
      { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "s", key: "key" } } },
    ],
  };
  const sources = { configMap: () => configMap({ mode: "fast" }), secret: () => secret({ key: "pässword" }) };
  expect(variables(container, sources)).toEqual({ C_mode: "fast", key: "own", MODE: "fast", PASSWORD: "pässword" });
});

test("environment leaves out what is optional and missing", () => {
  const container = {
    envFrom: [{ configMapRef: { name: "c", optional: true } }],
    env: [
      { name: "A", valueFrom: { secretKeyRef: { name: "s", key: "k", optional: true } } },
      { name: "B", valueFrom: { configMapKeyRef: { name: "c", key: "k", optional: true } } },
    ],
  };
  expect(variables(container)).toEqual({});
});

test("environment refuses what is missing, in the kubelet's words", () => {
  expect(key({ configMapKeyRef: { name: "c", key: "k" } })).toThrow('configmap "c" not found');
  expect(key({ secretKeyRef: { name: "s", key: "k" } })).toThrow('secret "s" not found');
  expect(() =>
    variables(
      { env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "c", key: "k" } } }] },
      { configMap: () => configMap({}) },
    ),
  ).toThrow("couldn't find key k in ConfigMap shop/c");
});

test("environment names services of the namespace, and the API server's always", () => {
  const services = [
    service("api", "shop", "10.96.0.7"),
    service("headless", "shop", "None"),
    service("kubernetes", "default", "10.96.0.1"),
    service("other", "elsewhere", "10.96.0.9"),
  ];
  const linked = variables({}, { services });
  expect(Object.keys(linked).filter((name) => name.endsWith("_HOST"))).toEqual([
    "API_SERVICE_HOST",
    "KUBERNETES_SERVICE_HOST",
  ]);
  expect(linked).toMatchObject({
    API_SERVICE_PORT: "80",
    API_SERVICE_PORT_HTTP: "80",
    API_SERVICE_PORT_DNS_UDP: "53",
    API_PORT: "tcp://10.96.0.7:80",
    API_PORT_53_UDP: "udp://10.96.0.7:53",
    API_PORT_53_UDP_PROTO: "udp",
    API_PORT_80_TCP_ADDR: "10.96.0.7",
  });
  const unlinked = variables({}, { services }, { enableServiceLinks: false });
  expect(unlinked).toHaveProperty("KUBERNETES_SERVICE_HOST", "10.96.0.1");
  expect(unlinked).not.toHaveProperty("API_SERVICE_HOST");
});

test("environment lets the container's own variables win over those of services, and refer to them", () => {
  const env = [
    { name: "URL", value: "http://$(API_SERVICE_HOST)" },
    { name: "API_PORT", value: "mine" },
  ];
  const found = variables({ env }, { services: [service("api", "shop", "10.96.0.7")] });
  expect(found).toMatchObject({ URL: "http://10.96.0.7", API_PORT: "mine" });
});
