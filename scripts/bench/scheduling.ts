import type { BenchCluster } from "./bench-cluster.ts";
import type { Figure } from "./figures.ts";
import { cpuMs, residentMb } from "./process-usage.ts";
import { type RawConnection, rawConnection } from "./raw-client.ts";
import { Watchers } from "./watchers.ts";

const CONNECTIONS = 16;
const SETTLE_MS = 20_000;
const SIMULATED = "kube.local/simulated";

/** How many pods find nodes among how many, and what kube-scheduler's own test of its speed asks for. */
interface Size {
  readonly nodes: number;
  readonly pods: number;
  readonly aimPerSecond: number;
}

export const SCHEDULING_SIZES: readonly Size[] = [
  { nodes: 1000, pods: 1000, aimPerSecond: 1000 },
  { nodes: 5000, pods: 10_000, aimPerSecond: 800 },
];

/**
 * Pods created over the API as fast as it takes them, until each has a node and has started there. As upstream's scheduler_perf counts
 * (SchedulingBasic), the time of creating them is part of it; unlike there, the same process also serves the API and runs the pods.
 */
export async function schedulingFigures(cluster: BenchCluster, size: Size): Promise<readonly Figure[]> {
  const { nodes, pods, aimPerSecond } = size;
  await cluster.kube("node", "add", "--name", cluster.name, "--simulated", String(nodes));
  const access = await cluster.access();
  const pid = await cluster.pid();
  const namespace = `scheduling-${nodes}`;
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, async () => await rawConnection(access)));
  try {
    await create(connections[0], "/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace },
    });
    await untilReady(cluster, nodes);
    const path = `/api/v1/namespaces/${namespace}/pods`;
    // A pod leaves the selection when it gets its node.
    using unscheduled = new Watchers("DELETED");
    using pending = new Watchers("DELETED");
    await unscheduled.open(access, `${path}?watch=1&fieldSelector=spec.nodeName%3D`, 1);
    await pending.open(access, `${path}?watch=1&fieldSelector=status.phase%3DPending`, 1);
    const allScheduled = unscheduled.seen(pods);
    const allRunning = pending.seen(pods);
    const memoryBeforeMb = await residentMb(pid);
    const cpuBeginMs = await cpuMs(pid);
    const begin = performance.now();
    let next = 0;
    await Promise.all(
      connections.map(async (connection) => {
        while (next < pods) await create(connection, path, pod(`pod-${next++}`));
      }),
    );
    const creation = performance.now() - begin;
    await allScheduled;
    const scheduled = performance.now() - begin;
    await allRunning;
    const running = performance.now() - begin;
    const usedMs = (await cpuMs(pid)) - cpuBeginMs;
    await Bun.sleep(SETTLE_MS);
    const what = `${pods.toLocaleString("en")} pods on ${nodes.toLocaleString("en")} simulated nodes`;
    return [
      {
        name: `scheduled: ${what}`,
        value: (pods / scheduled) * 1000,
        unit: "/s",
        aim: aimPerSecond,
        better: "higher",
        note: `their creation, ${Math.round(creation)} ms of ${Math.round(scheduled)}, is part of it`,
      },
      { name: `started: ${what}`, value: (pods / running) * 1000, unit: "/s", better: "higher" },
      {
        name: "server CPU for it",
        value: (usedMs / pods) * 1000,
        unit: "us a pod",
        better: "lower",
        note: "creating, scheduling and starting",
      },
      {
        name: "memory for it",
        value: (((await residentMb(pid)) - memoryBeforeMb) / pods) * 1000,
        unit: "KB a pod",
        aim: 60,
        better: "lower",
        note: "resident, with its event, after 20 s",
      },
    ];
  } finally {
    for (const connection of connections) connection[Symbol.dispose]();
  }
}

async function create(connection: RawConnection | undefined, path: string, object: object): Promise<void> {
  const status = await connection?.request(`POST ${path}`, JSON.stringify(object));
  if (status !== 201) throw new Error(`POST ${path} answered ${status}`);
}

/** Without the taint that a node has until its agent reported. */
async function untilReady(cluster: BenchCluster, count: number): Promise<void> {
  for (;;) {
    const answer = await cluster.kube("get", "nodes", "-l", `${SIMULATED}=true`, "-o", "json");
    const { items } = JSON.parse(answer) as { items: readonly { spec: { taints: readonly { key: string }[] } }[] };
    const ready = items.filter(({ spec }) => spec.taints.every(({ key }) => key === SIMULATED));
    if (ready.length === count) return;
    await Bun.sleep(500);
  }
}

const pod = (name: string): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: {
    nodeSelector: { [SIMULATED]: "true" },
    tolerations: [{ key: SIMULATED, operator: "Exists" }],
    containers: [{ name: "main", image: "web", resources: { requests: { cpu: "100m", memory: "500Mi" } } }],
  },
});
