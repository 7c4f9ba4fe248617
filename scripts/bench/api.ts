import type { BenchCluster } from "./bench-cluster.ts";
import { type Figure, median, percentile } from "./figures.ts";
import { cpuMs, residentMb } from "./process-usage.ts";
import { type RawConnection, rawConnection, type ServerAccess } from "./raw-client.ts";
import { Watchers } from "./watchers.ts";

const CONNECTIONS = 16;
const OBJECTS = 5000;
const GETS = 20_000;
const WATCHERS = 100;
const MANY_WATCHERS = 1000;
const UPDATES = 500;
const PODS = 5000;
const APPLIES = 4000;
const APPLY_TYPE = "application/apply-patch+yaml";
const POD_NAMESPACE = "/api/v1/namespaces/default/pods";
const FORMS = {
  JSON: "application/json",
  Table: "application/json;as=Table;v=v1;g=meta.k8s.io",
  protobuf: "application/vnd.kubernetes.protobuf",
} as const;
const NAMESPACE = "/api/v1/namespaces/default/configmaps";
const WATCHED_NAMESPACE = "/api/v1/namespaces/kube-public/configmaps";
/** More than there are connections, so that writers never meet. */
const WATCHED_OBJECTS = 50;

/**
 * The API with 16 connections and ConfigMaps of 512 bytes, as a real kube-apiserver with etcd was measured. Of a server just started: nothing
 * is warmed up.
 */
export async function apiFigures(cluster: BenchCluster): Promise<readonly Figure[]> {
  const access = await cluster.access();
  const pid = await cluster.pid();
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, async () => await rawConnection(access)));
  try {
    const creates = await timed(connections, pid, OBJECTS, (index) => ["POST", NAMESPACE, configMap(`cm-${index}`, 0)]);
    const gets = await timed(connections, pid, GETS, (index) => ["GET", `${NAMESPACE}/cm-${index % OBJECTS}`, ""]);
    const lists = await listTimes(connections[0]);
    const watch = await watchRate(access, pid, connections, WATCHERS);
    const manyWatch = await watchRate(access, pid, connections, MANY_WATCHERS);
    const forms = await podListTimes(connections, pid);
    const applies = await timed(connections, pid, APPLIES, (index) => [
      "PATCH",
      `${NAMESPACE}/applied-${index % (APPLIES / 2)}?fieldManager=bench`,
      configMap(`applied-${index % (APPLIES / 2)}`, index),
      APPLY_TYPE,
    ]);
    return [
      {
        name: "creates",
        value: creates.perSecond,
        unit: "/s",
        aim: 3400,
        better: "higher",
        note: `${CONNECTIONS} connections, 512-byte ConfigMaps`,
      },
      { name: "creates, p99", value: creates.p99Ms, unit: "ms", aim: 26, better: "lower" },
      { name: "creates, server CPU", value: creates.cpuUs, unit: "us each", better: "lower" },
      {
        name: "gets",
        value: gets.perSecond,
        unit: "/s",
        aim: 7000,
        better: "higher",
        note: `${CONNECTIONS} connections`,
      },
      { name: "gets, server CPU", value: gets.cpuUs, unit: "us each", better: "lower" },
      {
        name: `list of ${OBJECTS}`,
        value: median(lists),
        unit: "ms",
        aim: 40,
        better: "lower",
        note: `median of ${lists.length}`,
      },
      {
        name: "watch events",
        value: watch.perSecond,
        unit: "/s",
        aim: 70_000,
        better: "higher",
        note: `${WATCHERS} watchers x ${UPDATES} updates over ${CONNECTIONS} connections`,
      },
      { name: "watch events, server CPU", value: watch.cpuUs, unit: "us each", better: "lower" },
      {
        name: "watch events to many",
        value: manyWatch.perSecond,
        unit: "/s",
        better: "higher",
        note: `${MANY_WATCHERS} watchers x ${UPDATES} updates`,
      },
      ...forms.map(({ form, ms }): Figure => ({
        name: `list of ${PODS} pods, ${form}`,
        value: ms,
        unit: "ms",
        better: "lower",
      })),
      { name: "server-side applies", value: applies.perSecond, unit: "/s", better: "higher", note: "half of them new" },
      { name: "server-side applies, server CPU", value: applies.cpuUs, unit: "us each", better: "lower" },
      { name: "memory after all that", value: await residentMb(pid), unit: "MB", better: "lower" },
    ];
  } finally {
    for (const connection of connections) connection[Symbol.dispose]();
  }
}

function configMap(name: string, round: number): string {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { round: String(round), value: "" } };
  object.data.value = "x".repeat(512 - JSON.stringify(object).length);
  return JSON.stringify(object);
}

type Request = readonly [method: string, path: string, body: string, contentType?: string];

interface Timing {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Time on a core that the server spent on one request. */
  readonly cpuUs: number;
}

async function timed(
  connections: readonly RawConnection[],
  pid: number,
  count: number,
  requestOf: (index: number) => Request,
): Promise<Timing> {
  let next = 0;
  const timesMs: number[] = [];
  const cpuBeginMs = await cpuMs(pid);
  const begin = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (next < count) {
        const [method, path, body, contentType = "application/json"] = requestOf(next++);
        const start = performance.now();
        const status = await connection.request(`${method} ${path}`, body, { contentType });
        timesMs.push(performance.now() - start);
        if (status >= 300) throw new Error(`${method} ${path} answered ${status}`);
      }
    }),
  );
  return {
    perSecond: (count / (performance.now() - begin)) * 1000,
    p99Ms: percentile(timesMs, 0.99),
    cpuUs: (((await cpuMs(pid)) - cpuBeginMs) / count) * 1000,
  };
}

async function listTimes(connection: RawConnection | undefined): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    const begin = performance.now();
    await connection?.request(`GET ${NAMESPACE}`);
    times.push(performance.now() - begin);
  }
  return times;
}

/** Pods that nobody schedules, in each form that clients ask for; the median of a few lists. */
async function podListTimes(
  connections: readonly RawConnection[],
  pid: number,
): Promise<readonly { readonly form: string; readonly ms: number }[]> {
  await timed(connections, pid, PODS, (index) => ["POST", POD_NAMESPACE, unscheduledPod(`pod-${index}`)]);
  const figures = [];
  for (const [form, accept] of Object.entries(FORMS)) {
    const times: number[] = [];
    for (let round = 0; round < 7; round++) {
      const begin = performance.now();
      await connections[0]?.request(`GET ${POD_NAMESPACE}`, "", { accept });
      times.push(performance.now() - begin);
    }
    figures.push({ form, ms: median(times) });
  }
  return figures;
}

const unscheduledPod = (name: string): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: "bench" } },
    spec: { schedulerName: "nobody", containers: [{ name: "main", image: "bench:1" }] },
  });

/** Every watcher of the collection must see every update; the time ends when the last one has. */
async function watchRate(
  access: ServerAccess,
  pid: number,
  connections: readonly RawConnection[],
  count: number,
): Promise<{ perSecond: number; cpuUs: number }> {
  // Those that are there already are refused.
  for (let index = 0; index < WATCHED_OBJECTS; index++) {
    await connections[0]?.request(`POST ${WATCHED_NAMESPACE}`, configMap(`watched-${index}`, 0));
  }
  using watchers = new Watchers("MODIFIED");
  await watchers.open(access, `${WATCHED_NAMESPACE}?watch=1`, count);
  const events = count * UPDATES;
  const allSeen = watchers.seen(events);
  const cpuBeginMs = await cpuMs(pid);
  const begin = performance.now();
  await timed(connections, pid, UPDATES, (index) => {
    const name = `watched-${index % WATCHED_OBJECTS}`;
    return ["PUT", `${WATCHED_NAMESPACE}/${name}`, configMap(name, index + 1)];
  });
  await allSeen;
  const seconds = (performance.now() - begin) / 1000;
  return { perSecond: events / seconds, cpuUs: (((await cpuMs(pid)) - cpuBeginMs) / events) * 1000 };
}
