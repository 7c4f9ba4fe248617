import type { BenchCluster } from "./bench-cluster.ts";
import type { Figure } from "./figures.ts";
import { cpuMs } from "./process-usage.ts";

const IMAGE = "kube-hello:1";
const PODS = 50;
const DEPLOYED = 100;
const SETTLE_MS = 20_000;
const MEASURED_MS = 30_000;

/** What `kube` itself uses while real pods just run. */
export async function densityFigures(cluster: BenchCluster): Promise<readonly Figure[]> {
  await cluster.kube("create", "deployment", "density", "--image", IMAGE, "--replicas", String(PODS));
  await cluster.kube("rollout", "status", "deployment/density", "--timeout", "5m");
  const pid = await cluster.pid();
  await Bun.sleep(SETTLE_MS);
  const before = await cpuMs(pid);
  await Bun.sleep(MEASURED_MS);
  const usedMs = (await cpuMs(pid)) - before;
  await cluster.kube("delete", "deployment", "density");
  return [
    {
      name: `idle CPU with ${PODS} pods`,
      value: (usedMs / MEASURED_MS) * 100,
      unit: "% of a core",
      aim: 2,
      better: "lower",
      note: "over 30 s",
    },
  ];
}

/** A deployment on simulated nodes, from its creation until all of its pods are Ready. */
export async function deploymentFigures(cluster: BenchCluster): Promise<readonly Figure[]> {
  await cluster.kube("node", "add", "--name", cluster.name, "--simulated", "10");
  const manifest = `${import.meta.dir}/simulated-deployment.yaml`;
  const begin = performance.now();
  await cluster.kube("apply", "-f", manifest);
  await cluster.kube("rollout", "status", "deployment/simulated", "--timeout", "5m");
  return [
    {
      name: `deployment of ${DEPLOYED} simulated pods to Ready`,
      value: (performance.now() - begin) / 1000,
      unit: "s",
      better: "lower",
      note: "with two runs of the command line",
    },
  ];
}
