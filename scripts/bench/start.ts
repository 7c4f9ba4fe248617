import type { BenchCluster } from "./bench-cluster.ts";
import { type Figure, median } from "./figures.ts";

const ROUNDS = 5;

/** `kube start` from the command to its end: the node is Ready then. */
export async function startFigures(cluster: BenchCluster): Promise<readonly Figure[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await cluster.kube("stop", "--name", cluster.name);
    const begin = performance.now();
    await cluster.kube("start", "--name", cluster.name);
    times.push((performance.now() - begin) / 1000);
  }
  return [
    { name: "kube start, new cluster", value: cluster.firstStartSeconds, unit: "s", aim: 2, better: "lower" },
    {
      name: "kube start to Ready",
      value: median(times),
      unit: "s",
      aim: 1,
      better: "lower",
      note: `of a cluster that was stopped, median of ${ROUNDS}`,
    },
  ];
}
