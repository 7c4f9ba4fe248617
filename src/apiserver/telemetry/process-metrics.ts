import { readdirSync, readFileSync } from "node:fs";

import type { MetricsRegistry } from "../../lib/metrics/metrics.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { versionInfo } from "../http/version-route.ts";

/** The process as every program that Prometheus reads tells it, under the customary names. */
export function addProcessMetrics(metrics: MetricsRegistry, clock: Clock): void {
  const cpu = metrics.gauge("process_cpu_seconds_total", "Time of all processors spent, in seconds.");
  const resident = metrics.gauge("process_resident_memory_bytes", "Resident memory in bytes.");
  const files = metrics.gauge("process_open_fds", "Open file descriptors.");
  const start = metrics.gauge("process_start_time_seconds", "Start of the process, in seconds since 1970.");
  start.set(Math.round(clock.now() / 1000 - process.uptime()));
  const build = metrics.gauge("kubernetes_build_info", "What was built.", [
    "major",
    "minor",
    "git_version",
    "git_commit",
    "git_tree_state",
    "build_date",
    "go_version",
    "compiler",
    "platform",
  ]);
  const { major, minor, gitVersion, gitCommit, gitTreeState, buildDate, goVersion, compiler, platform } = versionInfo();
  build.set(1, [major, minor, gitVersion, gitCommit, gitTreeState, buildDate, goVersion, compiler, platform]);
  const virtual = metrics.gauge("process_virtual_memory_bytes", "Virtual memory in bytes.");
  const most = metrics.gauge("process_max_fds", "How many file descriptors may be open.");
  metrics.onCollect(() => {
    const { user, system } = process.cpuUsage();
    cpu.set((user + system) / 1e6);
    resident.set(process.memoryUsage.rss());
    // Only Linux tells these.
    if (process.platform !== "linux") return;
    files.set(readdirSync("/proc/self/fd").length);
    virtual.set(Number(/^VmSize:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) * 1024);
    most.set(Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? 0));
  });
}
