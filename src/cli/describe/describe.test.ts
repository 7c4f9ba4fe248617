import { expect, test } from "bun:test";

import { configmaps, poddisruptionbudgets, pods } from "../../api/resources.ts";
import type { Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import { startTestApiServer } from "../../testing/test-api-server.ts";
import { captureRun } from "../captured-run.ts";
import { fieldTitle } from "./generic-text.ts";
import { serviceText } from "./service-text.ts";

test("serviceText shows ports with the endpoints that are ready", () => {
  const service: Service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default", annotations: { note: "x" } },
    spec: {
      type: "ClusterIP",
      selector: { app: "web" },
      clusterIP: "10.96.0.7",
      clusterIPs: ["10.96.0.7"],
      ports: [{ port: 80, protocol: "TCP", targetPort: "http" }],
      sessionAffinity: "None",
    },
  };
  const endpoint = (ip: string, ready = true) => ({ addresses: [ip], conditions: { ready } });
  const slice: EndpointSlice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "web-1" },
    addressType: "IPv4",
    ports: [{ name: "", port: 8080 }],
    endpoints: [endpoint("10.0.0.9", false), ...["1", "2", "3", "4"].map((last) => endpoint(`10.0.0.${last}`))],
  };
  expect(serviceText(service, [slice], [], 0)).toBe(`Name:              web
Namespace:         default
Labels:            <none>
Annotations:       note: x
Selector:          app=web
Type:              ClusterIP
IP Families:       <none>
IP:                10.96.0.7
IPs:               10.96.0.7
Port:              <unset>  80/TCP
TargetPort:        http/TCP
Endpoints:         10.0.0.1:8080,10.0.0.2:8080,10.0.0.3:8080 + 1 more...
Session Affinity:  None
Events:            <none>
`);
});

test("fieldTitle makes words of a field's name", () => {
  expect(["podIP", "apiVersion", "uid", "hostIPs", "a.b", "maxUnavailable"].map(fieldTitle)).toEqual([
    "Pod IP",
    "API Version",
    "UID",
    "Host I Ps",
    "a.b",
    "Max Unavailable",
  ]);
});

test("describe shows a pod that waits, all kinds field by field, and names that begin alike", async () => {
  await using api = await startTestApiServer({ https: true });
  await api.client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web-1", namespace: "default" },
    spec: { containers: [{ name: "main", image: "hello", command: ["sh", "-c", "one\ntwo"] }] },
  });
  const { stdout } = await captureRun(["describe", "pod", "web"], api.connection);
  expect(stdout).toStartWith("Name:             web-1\nNamespace:        default\n");
  expect(stdout).toContain("    Command:\n      sh\n      -c\n      one\n      two\n    Environment:  <none>\n");
  expect(stdout).not.toContain("Events:");
  await api.client.resource(poddisruptionbudgets).create({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "budget", namespace: "default" },
    spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
  });
  const generic = await captureRun(["describe", "flowschema,configmap"], api.connection);
  expect(generic.stderr).toBe("No resources found in default namespace.\n");
  await api.client.resource(configmaps).create({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "default" },
    data: { b: "2", a: "1" },
  });
  expect((await captureRun(["describe", "cm/settings"], api.connection)).stdout).toBe(
    "Name:         settings\nNamespace:    default\nLabels:       <none>\nAnnotations:  <none>\n\nData\n====\na:\n----\n1\n\nb:\n----\n2\n\n\nBinaryData\n====\n\nEvents:  <none>\n",
  );
});
