import type { Pod } from "../../api/types/core-v1.ts";
import type { MetricFamily } from "../../lib/metrics/prometheus-text.ts";
import type { ProbeKind, ProbeResult } from "./probe-result.ts";

const KIND_NAMES = { startup: "Startup", liveness: "Liveness", readiness: "Readiness" } as const;
/** A warning is a success that has something to say. */
const RESULTS = { success: "successful", warning: "successful", failure: "failed", error: "unknown" } as const;

interface Count {
  readonly podUid: string;
  readonly labels: Readonly<Record<string, string>>;
  value: number;
}

/** How often the probes of a node's pods had which result; kept as long as the pod is there. */
export class ProbeCounts {
  readonly #counts = new Map<string, Count>();

  add(kind: ProbeKind, outcome: ProbeResult["outcome"], { metadata }: Readonly<Pod>, container: string): void {
    const { uid = "", name = "", namespace = "" } = metadata;
    const result = RESULTS[outcome];
    const key = [uid, container, kind, result].join("/");
    const known = this.#counts.get(key);
    if (known) {
      known.value++;
      return;
    }
    const labels = { container, namespace, pod: name, pod_uid: uid, probe_type: KIND_NAMES[kind], result };
    this.#counts.set(key, { podUid: uid, labels, value: 1 });
  }

  forget(podUid: string): void {
    for (const [key, count] of this.#counts) if (count.podUid === podUid) this.#counts.delete(key);
  }

  /** /metrics/probes */
  family(): MetricFamily {
    return {
      name: "prober_probe_total",
      type: "counter",
      help: "Probes of containers by their result",
      samples: [...this.#counts.values()].map(({ labels, value }) => ({ labels, value })),
    };
  }
}
