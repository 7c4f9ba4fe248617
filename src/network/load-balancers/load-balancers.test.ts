import { expect, test } from "bun:test";
import { networkInterfaces } from "node:os";

import { endpointslices, events, services } from "../../api/resources.ts";
import type { Service } from "../../api/types/core-v1.ts";
import { silentLogger } from "../../lib/logger.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { startTestControllers, type TestControllers } from "../../testing/test-controllers.ts";
import { ServiceProxy } from "../services/service-proxy.ts";
import { LOCALHOST_PORTS_ANNOTATION, loadBalancerAddress } from "./load-balancer-address.ts";
import { LoadBalancers } from "./load-balancers.ts";

const CLUSTER = `unit-${process.pid}`;
const key = { name: "web", namespace: "default" };

/** Endpoints may not be loopback addresses. */
const ownAddress =
  Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find((each) => each.family === "IPv4" && !each.internal)?.address ?? "127.0.0.1";

async function startLoadBalancers(api: TestControllers): Promise<AsyncDisposable> {
  const { client, informers } = api;
  const options = { cluster: CLUSTER, client, informers, clock: systemClock, log: silentLogger };
  await using starting = new AsyncDisposableStack();
  const loadBalancers = starting.use(new LoadBalancers(options));
  starting.use(new ServiceProxy({ ...options, dataPaths: [loadBalancers] }));
  return starting.move();
}

/** A Service of type LoadBalancer in front of a server of this process. */
async function createService(
  { client }: TestControllers,
  port: number,
  target: number,
  spec: Service["spec"] = {},
): Promise<void> {
  await client.resource(endpointslices).create({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...key, labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ name: "", port: target, protocol: "TCP" }],
    endpoints: [{ addresses: [ownAddress] }],
  });
  await client.resource(services).create({
    apiVersion: "v1",
    kind: "Service",
    metadata: key,
    spec: { type: "LoadBalancer", ports: [{ port }], ...spec },
  });
}

const ingressOf = (service: Service | undefined) => service?.status?.loadBalancer?.ingress?.[0]?.ip;

const get = async (url: string): Promise<string> =>
  await fetch(url, { keepalive: false }).then(
    async (response) => await response.text(),
    (error: Error & { code?: string }) => error.code ?? error.name,
  );

test("a load balancer gets an address of its own and answers there, until it is none any more", async () => {
  using server = Bun.serve({ port: 0, hostname: ownAddress, fetch: () => new Response("hello") });
  await using api = await startTestControllers([]);
  await using _ = await startLoadBalancers(api);
  await createService(api, 18_080, server.port ?? 0);
  const service = await api.eventually(services, ([found]) => ingressOf(found) !== undefined && found);
  expect(service.status?.loadBalancer).toEqual({
    ingress: [{ ip: loadBalancerAddress(CLUSTER, "default/web", 0), ipMode: "VIP" }],
  });
  expect(await get(`http://${ingressOf(service)}:18080/`)).toBe("hello");
  await api.eventually(events, (found) => found.some(({ reason }) => reason === "EnsuredLoadBalancer"));

  await api.client.resource(services).patch(key, { spec: { type: "ClusterIP" } }, { type: "merge" });
  await api.eventually(services, ([found]) => found?.spec?.type === "ClusterIP" && ingressOf(found) === undefined);
  while ((await get(`http://${ingressOf(service)}:18080/`)) !== "ECONNREFUSED") await Bun.sleep(1);
});

test("a load balancer moves to localhost when its ports are taken on every address, and says to which port", async () => {
  using server = Bun.serve({ port: 0, hostname: ownAddress, fetch: () => new Response("hello") });
  using everywhere = Bun.serve({ port: 0, hostname: "0.0.0.0", fetch: () => new Response("somebody else") });
  await using api = await startTestControllers([]);
  await using _ = await startLoadBalancers(api);
  await createService(api, everywhere.port ?? 0, server.port ?? 0);
  const service = await api.eventually(services, ([found]) => ingressOf(found) === "127.0.0.1" && found);
  const [port, other] = (service.metadata.annotations?.[LOCALHOST_PORTS_ANNOTATION] ?? "").split("=");
  expect(port).toBe(String(everywhere.port));
  expect(await get(`http://127.0.0.1:${other}/`)).toBe("hello");
});

test("loadBalancerSourceRanges turn others away, and somebody else's class is left alone", async () => {
  using server = Bun.serve({ port: 0, hostname: ownAddress, fetch: () => new Response("hello") });
  await using api = await startTestControllers([]);
  await using _ = await startLoadBalancers(api);
  await createService(api, 18_081, server.port ?? 0, { loadBalancerSourceRanges: ["192.0.2.0/24"] });
  const service = await api.eventually(services, ([found]) => ingressOf(found) !== undefined && found);
  const url = `http://${ingressOf(service)}:18081/`;
  expect(await get(url)).toBe("ECONNRESET");
  const ranges = ["192.0.2.0/24", "127.0.0.0/8"];
  await api.client.resource(services).patch(key, { spec: { loadBalancerSourceRanges: ranges } }, { type: "merge" });
  while ((await get(url)) !== "hello") await Bun.sleep(1);
  await api.client.resource(services).create({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "other", namespace: "default" },
    spec: { type: "LoadBalancer", loadBalancerClass: "example.com/other", ports: [{ port: 18_082 }] },
  });
  await api.client.resource(services).create({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "third", namespace: "default" },
    spec: { type: "LoadBalancer", ports: [{ port: 18_083 }] },
  });
  await api.eventually(services, (found) => ingressOf(found.find(({ metadata }) => metadata.name === "third")));
  expect(ingressOf(await api.client.resource(services).get({ name: "other", namespace: "default" }))).toBeUndefined();
});
