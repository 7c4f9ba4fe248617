import type { BenchCluster } from "./bench-cluster.ts";
import type { Figure } from "./figures.ts";
import { cpuMs, residentMb } from "./process-usage.ts";

const SETTLE_MS = 30_000;
const MEASURED_MS = 30_000;

/** Memory after a minute and the share of a core used in its second half, with nothing to do. */
export async function idleFigures(cluster: BenchCluster): Promise<readonly Figure[]> {
  const pid = await cluster.pid();
  await Bun.sleep(SETTLE_MS);
  const before = await cpuMs(pid);
  await Bun.sleep(MEASURED_MS);
  const usedMs = (await cpuMs(pid)) - before;
  return [
    {
      name: "idle memory",
      value: await residentMb(pid),
      unit: "MB",
      aim: 150,
      better: "lower",
      note: "resident, whole process, after 60 s",
    },
    {
      name: "idle CPU",
      value: (usedMs / MEASURED_MS) * 100,
      unit: "% of a core",
      aim: 0.5,
      better: "lower",
      note: "over 30 s",
    },
  ];
}
