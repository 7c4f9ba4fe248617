import { expect, test } from "bun:test";

import { ipaddresses, servicecidrs, services } from "../../api/resources.ts";
import type { Service } from "../../api/types/core-v1.ts";
import type { ServiceCIDR } from "../../api/types/networking-v1.ts";
import { FakeClock } from "../../lib/time/fake-clock.ts";
import { startTestControllers } from "../../testing/test-controllers.ts";
import { ipAddressController } from "./ip-address.ts";
import { serviceCidrController } from "./service-cidr.ts";

const service = (name: string, clusterIP?: string): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "default" },
  spec: { ports: [{ port: 80 }], ...(clusterIP ? { clusterIP } : {}) },
});
const cidr = (name: string, range: string): ServiceCIDR => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "ServiceCIDR",
  metadata: { name },
  spec: { cidrs: [range] },
});
const readyOf = ({ status }: ServiceCIDR) => status?.conditions?.find(({ type }) => type === "Ready");

test("Each address of a Service is an IPAddress, as long as the Service has it", async () => {
  await using controllers = await startTestControllers([ipAddressController]);
  const { client } = controllers;
  const made = await client.resource(services).create(service("web"));
  const address = await controllers.eventually(ipaddresses, (all) => all[0]);
  expect(address).toMatchObject({
    metadata: {
      name: made.spec?.clusterIP,
      labels: {
        "ipaddress.kubernetes.io/ip-family": "IPv4",
        "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
      },
    },
    spec: { parentRef: { resource: "services", namespace: "default", name: "web" } },
  });
  // Whoever removes it gets it again.
  await client.resource(ipaddresses).delete({ name: address.metadata.name ?? "" });
  await controllers.eventually(ipaddresses, (all) => all[0] && all[0].metadata.uid !== address.metadata.uid);
  await client.resource(services).delete({ name: "web", namespace: "default" });
  await controllers.eventually(ipaddresses, (all) => all.length === 0);
});

test("Nobody gets an address that somebody reserved", async () => {
  await using controllers = await startTestControllers([ipAddressController]);
  const { client } = controllers;
  await client.resource(ipaddresses).create({
    apiVersion: "networking.k8s.io/v1",
    kind: "IPAddress",
    metadata: { name: "10.96.7.7" },
    spec: { parentRef: { group: "example.com", resource: "gateways", name: "mine", namespace: "default" } },
  });
  const taken = client.resource(services).create(service("a", "10.96.7.7"));
  expect(taken).rejects.toThrow("provided IP is already allocated");
  await taken.catch(() => undefined);
  await client.resource(ipaddresses).delete({ name: "10.96.7.7" });
  expect((await client.resource(services).create(service("a", "10.96.7.7"))).spec?.clusterIP).toBe("10.96.7.7");
});

test("A ServiceCIDR gives more addresses once it is ready, and stays until they are given back", async () => {
  const clock = new FakeClock();
  await using controllers = await startTestControllers([serviceCidrController, ipAddressController], { clock });
  const { client } = controllers;
  await client.resource(servicecidrs).create(cidr("more", "10.50.0.0/24"));
  const ready = await controllers.eventually(servicecidrs, (all) =>
    all.find((each) => readyOf(each)?.status === "True"),
  );
  expect(readyOf(ready)).toMatchObject({ reason: "", message: "Kubernetes Service CIDR is ready" });
  expect(ready.metadata.finalizers).toEqual(["networking.k8s.io/service-cidr-finalizer"]);
  expect((await client.resource(services).create(service("far", "10.50.0.9"))).spec?.clusterIP).toBe("10.50.0.9");
  await controllers.eventually(ipaddresses, (all) => all.length === 1);

  await client.resource(servicecidrs).delete({ name: "more" });
  const held = await controllers.eventually(servicecidrs, (all) =>
    all.find((each) => readyOf(each)?.status === "False"),
  );
  expect(readyOf(held)).toMatchObject({ reason: "Terminating" });
  const late = client.resource(services).create(service("late", "10.50.0.10"));
  expect(late).rejects.toThrow("is not in the valid range");
  await late.catch(() => undefined);
  await client.resource(services).delete({ name: "far", namespace: "default" });
  while ((await client.resource(servicecidrs).list()).items.length > 0) {
    clock.advance(1000);
    await Bun.sleep(1);
  }
});
