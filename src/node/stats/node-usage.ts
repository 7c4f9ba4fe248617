import { goDuration } from "../../lib/go/go-duration.ts";
import { timestamp } from "../../lib/time/clock.ts";
import type { MeasuredStats } from "./usage-meter.ts";

/** What a node's pods use, as the Metrics API tells it. */
export function nodeUsage(measured: readonly MeasuredStats[], now: number) {
  const readAt = Math.max(0, ...measured.map(({ stats }) => stats.readAt));
  const windowMs = Math.max(0, ...measured.map((each) => each.windowMs));
  return {
    cpuNanocores: measured.reduce((sum, { cpuNanocores }) => sum + cpuNanocores, 0),
    memoryBytes: measured.reduce((sum, { stats }) => sum + stats.memory.workingSetBytes, 0),
    timestamp: timestamp(readAt === 0 ? now : readAt),
    window: goDuration(windowMs),
    containers: measured.flatMap(({ stats, cpuNanocores, windowMs: ownWindowMs }) =>
      stats.name === undefined
        ? []
        : [
            {
              podUid: stats.pod.uid,
              name: stats.name,
              cpuNanocores,
              memoryBytes: stats.memory.workingSetBytes,
              timestamp: timestamp(stats.readAt),
              window: goDuration(ownWindowMs),
            },
          ],
    ),
  };
}
