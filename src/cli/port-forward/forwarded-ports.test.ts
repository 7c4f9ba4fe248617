import { expect, test } from "bun:test";

import type { Pod, Service } from "../../api/types/core-v1.ts";
import { podPorts, servicePorts } from "./forwarded-ports.ts";

const pod: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: {
    containers: [
      {
        name: "main",
        ports: [
          { name: "http", containerPort: 8080 },
          { name: "dns", containerPort: 53, protocol: "UDP" },
        ],
      },
    ],
  },
};

const service: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "front" },
  spec: {
    ports: [
      { name: "web", port: 80, targetPort: "http" },
      { name: "plain", port: 81 },
      { name: "other", port: 82, targetPort: 9000 },
    ],
  },
};

test("podPorts reads numbers, names, pairs and free local ports", () => {
  expect(podPorts(["5000", "8888:5000", ":5000", "http", "1:http"], pod)).toEqual([
    { local: 5000, remote: 5000 },
    { local: 8888, remote: 5000 },
    { local: 0, remote: 5000 },
    { local: 8080, remote: 8080 },
    { local: 1, remote: 8080 },
  ]);
});

test("servicePorts leads to the target ports of the service's ports", () => {
  expect(servicePorts(["80", "web", "9:web", ":81", "82"], service, pod)).toEqual([
    { local: 80, remote: 8080 },
    { local: 80, remote: 8080 },
    { local: 9, remote: 8080 },
    { local: 0, remote: 81 },
    { local: 82, remote: 9000 },
  ]);
});

test("servicePorts of a headless service are the pod's own", () => {
  const headless = { ...service, spec: { ...service.spec, clusterIP: "None" } };
  expect(servicePorts(["82"], headless, pod)).toEqual([{ local: 82, remote: 82 }]);
});

test.each([
  ["1:2:3", "invalid port format '1:2:3'"],
  ["80:", "remote port cannot be empty"],
  ["80:0", "remote port must be > 0"],
  ["80:none", "Pod 'web' does not have a named port 'none'"],
  ["80:70000", `error parsing remote port '70000': strconv.ParseUint: parsing "70000": value out of range`],
  ["x:80", `error parsing local port 'x': strconv.ParseUint: parsing "x": invalid syntax`],
  ["dns", "UDP protocol is not supported for dns"],
])("podPorts refuses %s", (text, message) => {
  expect(() => podPorts([text], pod)).toThrow(message);
});

test.each([
  ["83", "Service front does not have a service port 83"],
  ["none", "Service 'front' does not have a named port 'none'"],
])("servicePorts refuses %s", (text, message) => {
  expect(() => servicePorts([text], service, pod)).toThrow(message);
});
