import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { basename, dirname, join } from "node:path";

import * as packet from "dns-packet";

import { silentLogger } from "../../src/lib/logger.ts";
import { openTrafficRules } from "../../src/network/open-traffic-rules.ts";
import { executeDirectly } from "../../src/network/services/netfilter-command.ts";
import type { BenchCluster } from "./bench-cluster.ts";
import { type Figure, median } from "./figures.ts";
import { type RawConnection, rawConnection } from "./raw-client.ts";

const ROUNDS = 3;
const SECONDS = "2";
const SERVICES = 1000;
const ENDPOINTS = 10;
const CHANGES = 20;
const NAMESPACE = "/api/v1/namespaces/default";
const SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";

/** Ways between pods, DNS, and how soon changes are seen. */
export async function networkFigures(cluster: BenchCluster): Promise<readonly Figure[]> {
  const pods = await trafficPods(cluster);
  using api = await rawConnection(await cluster.access());
  return [
    ...(await wayFigures(pods, "ClusterIP", [0.95, 0.9])),
    ...(await dnsFigures(pods, api)),
    ...(await scaleFigures(cluster, pods, api)),
  ];
}

/** The same for a cluster in the proxy mode userspace. */
export async function userspaceFigures(cluster: BenchCluster): Promise<readonly Figure[]> {
  return await wayFigures(await trafficPods(cluster), "userspace", [0.4, undefined]);
}

export interface TrafficPods {
  readonly serverIp: string;
  readonly serviceIp: string;
  readonly dnsIp: string;
  /** Runs the traffic program in a pod; the number that it prints. */
  readonly measure: (...args: readonly string[]) => Promise<number>;
}

/** Two pods with this machine's own Bun, and a Service in front of the one that serves. */
export async function trafficPods(cluster: BenchCluster): Promise<TrafficPods> {
  const repository = join(import.meta.dir, "..", "..");
  const folders: Readonly<Record<string, string>> = {
    usr: "/usr",
    lib: "/lib",
    lib64: "/lib64",
    bun: dirname(process.execPath),
    repository,
  };
  const bun = `/bun/${basename(process.execPath)}`;
  const program = [bun, "/repository/scripts/bench/traffic.ts"];
  const pod = (name: string, command: readonly string[]) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: "traffic",
          image: "kube-hello:1",
          command,
          volumeMounts: Object.keys(folders).map((folder) => ({
            name: folder,
            mountPath: `/${folder}`,
            readOnly: true,
          })),
        },
      ],
      volumes: Object.entries(folders).map(([volume, path]) => ({ name: volume, hostPath: { path } })),
    },
  });
  const ports = [9002, 9000, 9001].map((port) => ({ name: `p${port}`, port }));
  const objects = [
    pod("server", [...program, "serve"]),
    pod("client", ["/bin/sleep", "1000000"]),
    { apiVersion: "v1", kind: "Service", metadata: { name: "server" }, spec: { selector: { app: "server" }, ports } },
  ];
  using api = await rawConnection(await cluster.access());
  for (const object of objects) {
    const status = await api.request(`POST ${NAMESPACE}/${object.kind.toLowerCase()}s`, JSON.stringify(object));
    if (status !== 201) throw new Error(`Making ${object.kind} ${object.metadata.name} answered ${status}`);
  }
  await cluster.kube("wait", "pod/server", "pod/client", "--for=condition=Ready", "--timeout=60s");
  const get = async (...args: readonly string[]): Promise<string> => (await cluster.kube("get", ...args)).trim();
  const serverIp = await get("pod", "server", "-o", "jsonpath={.status.podIP}");
  const serviceIp = await get("service", "server", "-o", "jsonpath={.spec.clusterIP}");
  const measure = async (...args: readonly string[]): Promise<number> =>
    Number(await cluster.kube("exec", "client", "--", ...program, ...args));
  await untilConnects(serverIp, 9001);
  await untilConnects(serviceIp, 9001);
  return {
    serverIp,
    serviceIp,
    dnsIp: await get("service", "kube-dns", "-n", "kube-system", "-o", "jsonpath={.spec.clusterIP}"),
    measure,
  };
}

/** In turn, so that both ways see the same machine. */
async function wayFigures(
  { serverIp, serviceIp, measure }: TrafficPods,
  way: string,
  [bytesAim, connectionsAim]: readonly [number | undefined, number | undefined],
): Promise<readonly Figure[]> {
  const figures = {
    direct: [] as number[],
    through: [] as number[],
    directNew: [] as number[],
    throughNew: [] as number[],
  };
  for (let round = 0; round < ROUNDS; round++) {
    figures.direct.push(await measure("send", serverIp, "9000", SECONDS));
    figures.through.push(await measure("send", serviceIp, "9000", SECONDS));
    figures.directNew.push(await measure("connect", serverIp, "9001", SECONDS, "32"));
    figures.throughNew.push(await measure("connect", serviceIp, "9001", SECONDS, "32"));
  }
  const ratio = (name: string, of: readonly number[], to: readonly number[], aim: number | undefined): Figure => ({
    name,
    value: median(of) / median(to),
    unit: "x",
    better: "higher",
    ...(aim !== undefined && { aim }),
    note: `median of ${ROUNDS} in turn`,
  });
  return [
    { name: "pod to pod", value: median(figures.direct) / 1e6, unit: "MB/s", better: "higher" },
    ratio(`${way} / pod to pod, bytes`, figures.through, figures.direct, bytesAim),
    { name: "pod to pod, new connections", value: median(figures.directNew), unit: "/s", better: "higher" },
    ratio(`${way} / pod to pod, new connections`, figures.throughNew, figures.directNew, connectionsAim),
  ];
}

async function dnsFigures({ dnsIp, measure }: TrafficPods, api: RawConnection): Promise<readonly Figure[]> {
  const rates: number[] = [];
  const changes: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rates.push(await measure("dns", dnsIp, "server.default.svc.cluster.local", SECONDS, "256"));
  }
  for (let round = 0; round < 10; round++) {
    const name = `seen-${round}`;
    const begin = performance.now();
    await post(api, `${NAMESPACE}/services`, {
      kind: "Service",
      apiVersion: "v1",
      metadata: { name },
      spec: { ports: [{ port: 80 }] },
    });
    await untilNamed(dnsIp, `${name}.default.svc.cluster.local`);
    changes.push(performance.now() - begin);
  }
  return [
    { name: "DNS answers to one pod", value: median(rates), unit: "/s", aim: 20_000, better: "higher" },
    {
      name: "DNS answers by a new Service",
      value: Math.max(...changes),
      unit: "ms",
      aim: 50,
      better: "lower",
      note: "worst of 10, the request included",
    },
  ];
}

/** A thousand Services at once, as rules in the kernel; then, with them there, how soon one change of endpoints is seen. */
async function scaleFigures(
  cluster: BenchCluster,
  { serverIp }: TrafficPods,
  api: RawConnection,
): Promise<readonly Figure[]> {
  const [first = "", second = ""] = serverIp.split(".");
  const addresses = Array.from({ length: ENDPOINTS }, (_, index) => `${first}.${second}.200.${index + 1}`);
  const programMs = await programmedMs(addresses);
  for (let index = 0; index < SERVICES; index++) await makeService(api, `many-${index}`, 8080, addresses);
  using before = Bun.serve({ hostname: "0.0.0.0", port: 0, fetch: () => new Response("before") });
  using after = Bun.serve({ hostname: "0.0.0.0", port: 0, fetch: () => new Response("after") });
  // This machine as pods see it.
  const host = await cluster.kube("get", "endpoints", "kubernetes", "-o", "jsonpath={.subsets[0].addresses[0].ip}");
  await makeService(api, "watched", before.port ?? 0, [host]);
  const ip = await cluster.kube("get", "service", "watched", "-o", "jsonpath={.spec.clusterIP}");
  const seen = async (text: string): Promise<void> => {
    const answer = async (): Promise<string> =>
      await fetch(`http://${ip}/`, { keepalive: false }).then(
        async (response) => await response.text(),
        () => "",
      );
    while ((await answer()) !== text);
  };
  await seen("before");
  const changes: number[] = [];
  for (let round = 0; round < CHANGES; round++) {
    const isBack = round % 2 === 1;
    const wanted = slice("watched", (isBack ? before.port : after.port) ?? 0, [host]);
    const begin = performance.now();
    const status = await api.request(`PUT ${SLICES}/watched`, JSON.stringify(wanted));
    if (status !== 200) throw new Error(`The change of a slice answered ${status}`);
    await seen(isBack ? "before" : "after");
    changes.push(performance.now() - begin);
  }
  return [
    {
      name: `${SERVICES} Services x ${ENDPOINTS} programmed`,
      value: programMs / 1000,
      unit: "s",
      aim: 2,
      better: "lower",
      note: "rules made and in the kernel",
    },
    {
      name: "one endpoint change seen",
      value: median(changes),
      unit: "ms",
      aim: 100,
      better: "lower",
      note: `median of ${CHANGES}, request and first answer included`,
    },
  ];
}

/** Rules of a cluster that is not there, in the mode that this machine has. */
async function programmedMs(addresses: readonly string[]): Promise<number> {
  const rules = await openTrafficRules({
    cluster: `bench-rules-${process.pid}`,
    podRange: "10.251.0.0/16",
    serviceRange: "10.126.0.0/16",
    bridge: undefined,
    seesBridgedPackets: false,
    wish: "auto",
    execute: executeDirectly,
    log: silentLogger,
  });
  const endpoints = { everywhere: addresses.map((ip) => ({ ip, port: 8080 })), byNode: new Map() };
  const services = Array.from({ length: SERVICES }, (_, index) => ({
    id: `default/many-${index}:`,
    service: `default/many-${index}`,
    protocol: "TCP" as const,
    clusterIps: [`10.126.${1 + Math.floor(index / 250)}.${index % 250}`],
    externalIps: [],
    loadBalancer: undefined,
    port: 80,
    nodePort: undefined,
    inside: endpoints,
    outside: endpoints,
    outsideFromWithin: endpoints,
    affinitySeconds: undefined,
    healthCheckNodePort: undefined,
  }));
  await rules.install();
  try {
    const begin = performance.now();
    await rules.applyRoutes({ services, hostPorts: [], nodes: [] });
    return performance.now() - begin;
  } finally {
    await rules.remove();
  }
}

const slice = (name: string, port: number, addresses: readonly string[]) => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name, labels: { "kubernetes.io/service-name": name } },
  addressType: "IPv4",
  ports: [{ port }],
  endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
});

async function makeService(
  api: RawConnection,
  name: string,
  port: number,
  addresses: readonly string[],
): Promise<void> {
  const service = { apiVersion: "v1", kind: "Service", metadata: { name }, spec: { ports: [{ port: 80 }] } };
  await post(api, `${NAMESPACE}/services`, service);
  await post(api, SLICES, slice(name, port, addresses));
}

async function post(api: RawConnection, path: string, object: object): Promise<void> {
  const status = await api.request(`POST ${path}`, JSON.stringify(object));
  if (status !== 201) throw new Error(`POST ${path} answered ${status}`);
}

async function untilConnects(host: string, port: number): Promise<void> {
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ host, port });
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("close", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isOpen) return;
    await Bun.sleep(20);
  }
}

async function untilNamed(server: string, name: string): Promise<void> {
  const socket = createSocket("udp4");
  const question = packet.encode({ type: "query", id: 7, flags: 0, questions: [{ name, type: "A", class: "IN" }] });
  try {
    await new Promise<void>((resolve) => {
      const ask = (): void => socket.send(question, 53, server);
      socket.on("message", (bytes) => (bytes.readUInt16BE(6) > 0 ? resolve() : ask()));
      ask();
    });
  } finally {
    socket.close();
  }
}
