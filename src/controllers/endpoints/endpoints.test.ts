import { expect, test } from "bun:test";

import { endpoints, endpointslices, pods, services } from "../../api/resources.ts";
import type { Pod, Service } from "../../api/types/core-v1.ts";
import { startTestControllers } from "../../testing/test-controllers.ts";
import { endpointSliceMirroringController } from "./endpoint-slice-mirroring.ts";
import { endpointSliceController } from "./endpoint-slice.ts";
import { endpointsController } from "./endpoints.ts";

const namespace = "default";

const aService = (): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace, labels: { team: "a" } },
  spec: {
    type: "ClusterIP",
    clusterIP: "10.96.0.20",
    clusterIPs: ["10.96.0.20"],
    selector: { app: "web" },
    ports: [{ port: 80, targetPort: "http", protocol: "TCP" }],
  },
});

const aPod = (name: string): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace, labels: { app: "web" } },
  spec: {
    containers: [{ name: "main", image: "web:1", ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }] }],
  },
});

const running = (pod: Pod, podIP: string, isReady: boolean): Pod => ({
  ...pod,
  status: {
    phase: "Running",
    podIP,
    podIPs: [{ ip: podIP }],
    conditions: [{ type: "Ready", status: isReady ? "True" : "False" }],
  },
});

test("a Service gets Endpoints and a slice that follow its pods, and both go with it", async () => {
  await using cluster = await startTestControllers([endpointsController, endpointSliceController]);
  const podClient = cluster.client.resource(pods);
  await cluster.client.resource(services).create(aService());
  await podClient.updateStatus(running(await podClient.create(aPod("a")), "10.244.0.5", true));
  await podClient.updateStatus(running(await podClient.create(aPod("b")), "10.244.0.6", false));

  const filled = await cluster.eventually(endpoints, ([found]) => {
    const [subset] = found?.subsets ?? [];
    return subset?.addresses && subset.notReadyAddresses && found;
  });
  expect({ labels: filled.metadata.labels, ports: filled.subsets?.[0]?.ports }).toEqual({
    labels: { team: "a", "endpoints.kubernetes.io/managed-by": "endpoint-controller" },
    ports: [{ port: 8080, protocol: "TCP" }],
  });
  const slice = await cluster.eventually(endpointslices, ([found]) => found?.endpoints?.length === 2 && found);
  expect(slice.endpoints?.map(({ addresses, conditions }) => [addresses[0], conditions?.ready]).toSorted()).toEqual([
    ["10.244.0.5", true],
    ["10.244.0.6", false],
  ]);
  expect(slice.ports).toEqual([{ name: "", port: 8080, protocol: "TCP" }]);

  await podClient.delete({ name: "a", namespace }, { gracePeriodSeconds: 0 });
  await podClient.delete({ name: "b", namespace }, { gracePeriodSeconds: 0 });
  const emptied = await cluster.eventually(endpointslices, ([found]) => found?.endpoints?.length === 0 && found);
  expect(emptied.metadata.uid).toBe(slice.metadata.uid ?? "");
  await cluster.client.resource(services).delete({ name: "web", namespace });
  await cluster.eventually(endpoints, (found) => found.length === 0);
});

test("Endpoints that someone wrote for a Service without selector are shown as slices, and follow it", async () => {
  await using cluster = await startTestControllers([endpointSliceMirroringController]);
  const { client } = cluster;
  const metadata = { name: "database", namespace };
  const ports = [{ name: "sql", port: 5432, protocol: "TCP" }];
  const { selector: _selector, ...spec } = aService().spec ?? {};
  await client.resource(endpoints).create({
    apiVersion: "v1",
    kind: "Endpoints",
    metadata,
    subsets: [{ addresses: [{ ip: "192.0.2.1" }], notReadyAddresses: [{ ip: "192.0.2.2" }], ports }],
  });
  await client.resource(services).create({ ...aService(), metadata, spec });
  const slice = await cluster.eventually(endpointslices, ([found]) => found);
  expect({
    ports: slice.ports,
    endpoints: slice.endpoints,
    service: slice.metadata.labels?.["kubernetes.io/service-name"],
  }).toEqual({
    ports,
    endpoints: [
      { addresses: ["192.0.2.1"], conditions: { ready: true } },
      { addresses: ["192.0.2.2"], conditions: { ready: false } },
    ],
    service: "database",
  });
  await client
    .resource(endpoints)
    .patch(metadata, { subsets: [{ addresses: [{ ip: "192.0.2.3" }], ports }] }, { type: "merge" });
  const changed = await cluster.eventually(endpointslices, ([found]) => found?.endpoints?.length === 1 && found);
  expect(changed.metadata.uid).toBe(slice.metadata.uid ?? "");
  await client.resource(services).delete(metadata);
  await cluster.eventually(endpointslices, (found) => found.length === 0);
});

test("Endpoints that someone else wrote for a Service without selector stay as they are", async () => {
  await using cluster = await startTestControllers([endpointsController]);
  const subsets = [{ addresses: [{ ip: "192.0.2.1" }], ports: [{ port: 5432, protocol: "TCP" }] }];
  const metadata = { name: "database", namespace };
  await cluster.client.resource(endpoints).create({ apiVersion: "v1", kind: "Endpoints", metadata, subsets });
  await cluster.client.resource(services).create(aService());
  // The other Service's Endpoints show that the controller has had its turn.
  await cluster.eventually(endpoints, (found) => found.length === 2);
  expect((await cluster.client.resource(endpoints).get(metadata)).subsets).toEqual(subsets);
});
