import { readFile } from "node:fs/promises";

import type { BenchCluster } from "./bench-cluster.ts";
import type { Figure } from "./figures.ts";

const SETTLE_MS = 30_000;
const MEASURED_MS = 30_000;
const CLOCK_TICKS_PER_SECOND = 100;

/** Memory after a minute and the share of a core used in its second half, with nothing to do. */
export async function idleFigures(cluster: BenchCluster): Promise<readonly Figure[]> {
  const pid = await cluster.pid();
  await Bun.sleep(SETTLE_MS);
  const before = await cpuTicks(pid);
  await Bun.sleep(MEASURED_MS);
  const ticks = (await cpuTicks(pid)) - before;
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
      value: (ticks / CLOCK_TICKS_PER_SECOND / (MEASURED_MS / 1000)) * 100,
      unit: "% of a core",
      aim: 0.5,
      better: "lower",
      note: "over 30 s",
    },
  ];
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1000;
}

async function cpuTicks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The name may hold spaces and brackets: the numbers begin behind its last bracket.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
