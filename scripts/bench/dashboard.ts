import type { BenchCluster } from "./bench-cluster.ts";
import { openDashboard, type MeasuredDashboard } from "./dashboard-terminal.ts";
import { type Figure, median, percentile } from "./figures.ts";
import { cpuMs, residentMb } from "./process-usage.ts";
import { rawConnection, type ServerAccess } from "./raw-client.ts";

const PODS = 5000;
const NODES = 50;
const CONNECTIONS = 8;
const RUN_TIMEOUT_MS = 300_000;
const CHANGES_PER_SECOND = 100;
const PRESSES = 100;
const CHURN_ROUNDS = 3;
const CHURN_ROUND_MS = 20_000;
const IDLE_MS = 20_000;
const PATH = "/api/v1/namespaces/default/pods";

/** How the dashboard is to work with at 5,000 pods on simulated nodes. */
export async function dashboardFigures(cluster: BenchCluster): Promise<readonly Figure[]> {
  await cluster.kube("node", "add", "--name", cluster.name, "--simulated", String(NODES));
  const access = await cluster.access();
  await createPods(access);
  await untilAllRun(access);
  await using dashboard = await openDashboard(cluster);
  await dashboard.press("", "pods");
  const listMs = await medianListMs(access);
  const { openMs, workMs } = await opening(dashboard);
  const figures: Figure[] = [
    {
      name: "dashboard: list of 5,000 pods",
      value: listMs,
      unit: "ms",
      better: "lower",
      note: "the answer alone, read here",
    },
    {
      name: "dashboard: opens 5,000 pods",
      value: workMs,
      unit: "ms",
      aim: 200,
      better: "lower",
      note: "processor time from Enter to the painted table, the list read and parsed",
    },
    {
      name: "dashboard: opens 5,000 pods, elapsed",
      value: openMs,
      unit: "ms",
      better: "lower",
      note: "the server's time for the list in it",
    },
  ];
  const stop = new AbortController();
  const changes = changePods(access, stop.signal);
  const presses = await keyPresses(dashboard);
  const memory: number[] = [];
  for (let round = 0; round < CHURN_ROUNDS; round++) {
    await Bun.sleep(CHURN_ROUND_MS);
    memory.push(await residentMb(dashboard.pid));
  }
  stop.abort();
  const changed = await changes;
  const before = await cpuMs(dashboard.pid);
  await Bun.sleep(IDLE_MS);
  const idleMs = (await cpuMs(dashboard.pid)) - before;
  return [
    ...figures,
    {
      name: "dashboard: key to paint",
      value: median(presses),
      unit: "ms",
      aim: 33,
      better: "lower",
      note: `median of ${PRESSES}, ${Math.round(changed)} changes/s`,
    },
    { name: "dashboard: key to paint, p95", value: percentile(presses, 0.95), unit: "ms", aim: 33, better: "lower" },
    {
      name: "dashboard: memory",
      value: memory.at(-1) ?? Number.NaN,
      unit: "MB",
      aim: 250,
      better: "lower",
      note: "resident, after a minute of changes",
    },
    {
      name: "dashboard: memory growth",
      value: (memory.at(-1) ?? Number.NaN) - (memory[0] ?? Number.NaN),
      unit: "MB",
      aim: 25,
      better: "lower",
      note: `over the last ${((CHURN_ROUNDS - 1) * CHURN_ROUND_MS) / 1000} s of changes`,
    },
    {
      name: "dashboard: CPU when nothing changes",
      value: (idleMs / IDLE_MS) * 100,
      unit: "% of a core",
      aim: 3,
      better: "lower",
      note: "5,000 pods shown",
    },
  ];
}

async function createPods(access: ServerAccess): Promise<void> {
  const create = async (first: number): Promise<void> => {
    using connection = await rawConnection(access);
    for (let index = first; index < PODS; index += CONNECTIONS) {
      const status = await connection.request(`POST ${PATH}`, JSON.stringify(aPod(index)));
      if (status !== 201) throw new Error(`The creation of a pod answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, async (_, first) => await create(first)));
}

const aPod = (index: number) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: podName(index), labels: { app: `app-${index % 50}` } },
  spec: {
    nodeSelector: { "kube.local/simulated": "true" },
    tolerations: [{ key: "kube.local/simulated", operator: "Exists" }],
    containers: [{ name: "app", image: "app:1" }],
  },
});

const podName = (index: number): string => `pod-${String(index).padStart(4, "0")}`;

async function untilAllRun(access: ServerAccess): Promise<void> {
  const deadline = Date.now() + RUN_TIMEOUT_MS;
  for (;;) {
    const query = "fieldSelector=status.phase%21%3DRunning&limit=1";
    const response = await fetch(url(access, `${PATH}?${query}`), { tls: tlsOf(access) });
    const { items } = (await response.json()) as { readonly items: readonly unknown[] };
    if (items.length === 0) return;
    if (Date.now() > deadline) throw new Error(`After ${RUN_TIMEOUT_MS / 1000} s not all pods run`);
    await Bun.sleep(1000);
  }
}

const url = ({ port }: ServerAccess, path: string): string => `https://localhost:${port}${path}`;
const tlsOf = ({ ca, cert, key }: ServerAccess) => ({ ca, cert, key });

async function medianListMs(access: ServerAccess): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const begin = performance.now();
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    const response = await fetch(url(access, PATH), { tls: tlsOf(access), headers: { accept } });
    await response.arrayBuffer();
    times.push(performance.now() - begin);
  }
  return median(times);
}

/** Another resource and back, so that the pods are listed anew. */
async function opening(dashboard: MeasuredDashboard): Promise<{ readonly openMs: number; readonly workMs: number }> {
  const elapsed: number[] = [];
  const worked: number[] = [];
  for (let round = 0; round < 5; round++) {
    await dashboard.press(":ns\r", "kube-system");
    await dashboard.press(":pods", ":pods▏");
    const before = await cpuMs(dashboard.pid);
    elapsed.push(await dashboard.press("\r", "pod-0000"));
    worked.push((await cpuMs(dashboard.pid)) - before);
  }
  return { openMs: median(elapsed), workMs: median(worked) };
}

/** Each moves the cursor by one row: the row under it is painted in reverse. */
async function keyPresses(dashboard: MeasuredDashboard): Promise<readonly number[]> {
  const times: number[] = [];
  for (let press = 0; press < PRESSES; press++) {
    times.push(await dashboard.press("j", "\u001b[7m"));
    await Bun.sleep(70);
  }
  return times;
}

/** Changes one pod after the other until told to stop; resolves with how many in a second it were. */
async function changePods(access: ServerAccess, signal: AbortSignal): Promise<number> {
  const begin = performance.now();
  let count = 0;
  const change = async (): Promise<void> => {
    using connection = await rawConnection(access);
    while (!signal.aborted) {
      const at = count++;
      const dueMs = (at / CHANGES_PER_SECOND) * 1000 - (performance.now() - begin);
      if (dueMs > 0) await Bun.sleep(dueMs);
      const name = podName((at * 37) % PODS);
      const body = JSON.stringify({ metadata: { labels: { round: String(at) } } });
      const status = await connection.request(`PATCH ${PATH}/${name}`, body, {
        contentType: "application/merge-patch+json",
      });
      if (status !== 200) throw new Error(`The change of pod ${name} answered ${status}`);
    }
  };
  // The server answers some at once: one alone would wait for each answer.
  await Promise.all(Array.from({ length: CONNECTIONS }, change));
  return (count / (performance.now() - begin)) * 1000;
}
