import { expect, test } from "bun:test";

import { services } from "../../api/resources.ts";
import type { Service, ServiceSpec } from "../../api/types/core-v1.ts";
import { startTestApiServer } from "../../testing/test-api-server.ts";

const service = (name: string, spec: ServiceSpec = {}): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "default" },
  spec: { ports: [{ port: 80 }], ...spec },
});
const named = (name: string) => ({ name, namespace: "default" });

test("A Service gets an address of the range, once", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(services);
  const created = await Promise.all(Array.from({ length: 50 }, (_, index) => client.create(service(`s${index}`))));
  const addresses = created.map(({ spec }) => spec?.clusterIP ?? "");
  expect(new Set(addresses).size).toBe(50);
  for (const address of addresses) expect(address).toMatch(/^10\.96\.\d+\.\d+$/);
  expect(created[0]?.spec).toMatchObject({
    clusterIPs: [addresses[0]],
    ipFamilies: ["IPv4"],
    ipFamilyPolicy: "SingleStack",
  });
});

test("An address that somebody has is refused, and free again after its Service is gone", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(services);
  await client.create(service("a", { clusterIP: "10.96.0.20" }));
  expect(client.create(service("b", { clusterIP: "10.96.0.20" }))).rejects.toThrow(
    'Service "b" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.20"]: failed to allocate IP 10.96.0.20: provided IP is already allocated',
  );
  await client.delete(named("a"));
  const { spec } = await client.create(service("b", { clusterIP: "10.96.0.20" }));
  expect(spec?.clusterIP).toBe("10.96.0.20");
});

test("A refused Service keeps nothing", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(services);
  expect(client.create(service("A_b", { clusterIP: "10.96.0.21" }))).rejects.toThrow("is invalid");
  expect((await client.create(service("b", { clusterIP: "10.96.0.21" }))).spec?.clusterIP).toBe("10.96.0.21");
});

test("Node ports come and go with the type", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(services);
  const created = await client.create(service("a", { type: "NodePort", ports: [{ port: 80, nodePort: 30_500 }] }));
  expect(created.spec?.ports?.[0]?.nodePort).toBe(30_500);
  const internal = await client.update({ ...created, spec: { ...created.spec, type: "ClusterIP" } });
  expect(internal.spec?.ports?.[0]?.nodePort).toBeUndefined();
  const other = await client.create(service("b", { type: "NodePort", ports: [{ port: 80, nodePort: 30_500 }] }));
  expect(other.spec?.ports?.[0]?.nodePort).toBe(30_500);
  const again = await client.update({ ...internal, spec: { ...internal.spec, type: "NodePort" } });
  expect(again.spec?.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30_000);
});

test("One port of two protocols has one node port", async () => {
  await using api = await startTestApiServer();
  const ports = [
    { name: "udp", port: 53, protocol: "UDP" },
    { name: "tcp", port: 53, protocol: "TCP" },
  ];
  const { spec } = await api.client.resource(services).create(service("dns", { type: "NodePort", ports }));
  expect(spec?.ports?.[0]?.nodePort).toBe(spec?.ports?.[1]?.nodePort);
});

test("What is held is known again after a restart", async () => {
  await using api = await startTestApiServer();
  await api.client.resource(services).create(service("a", { clusterIP: "10.96.0.22" }));
  await using restarted = await startTestApiServer({ store: api.store });
  expect(restarted.client.resource(services).create(service("b", { clusterIP: "10.96.0.22" }))).rejects.toThrow(
    "provided IP is already allocated",
  );
});
