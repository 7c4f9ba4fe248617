import { expect, test } from "bun:test";

import type { Pod, PodSpec } from "../../api/types/core-v1.ts";
import { simulatedMoment } from "./simulated-timeline.ts";

const BEGIN = Date.parse("2026-11-21T09:00:00Z");

function podWith(annotations: Record<string, string>, spec: Partial<PodSpec> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default", uid: "u", annotations },
    spec: { containers: [{ name: "main", image: "web" }], ...spec },
    status: { startTime: "2026-11-21T09:00:00Z" },
  };
}

/** Seconds since the pod's begin: `phase restartCount` of its instances, and when that changes. */
function at(pod: Pod, seconds: number) {
  const { state, waits, changesAt } = simulatedMoment(pod, "240.0.0.2", BEGIN + seconds * 1000);
  return {
    runs: state.containers.map(({ restartCount, state: run }) => `${run.phase} ${restartCount}`),
    ...(changesAt === undefined ? {} : { until: (changesAt - BEGIN) / 1000 }),
    ...(waits.size > 0 ? { waits: [...waits.values()].map(({ reason }) => reason) } : {}),
    ...(state.ending ? { ending: state.ending.why } : {}),
  };
}

test("a simulated pod without annotations runs at once and for ever", () => {
  expect(at(podWith({}), 0)).toEqual({ runs: ["running 0"] });
  expect(at(podWith({}), 1e6)).toEqual({ runs: ["running 0"] });
});

test("a simulated pod starts after a while", () => {
  const pod = podWith({ "kube.local/start-after": "2s" });
  expect(at(pod, 0)).toEqual({ runs: [], until: 2 });
  expect(at(pod, 2)).toEqual({ runs: ["running 0"] });
});

test("a simulated pod of a Job ends with its exit code", () => {
  const pod = podWith(
    { "kube.local/run-for": "1m", "kube.local/exit-code": "3" },
    { restartPolicy: "Never", initContainers: [{ name: "init", image: "web" }] },
  );
  expect(at(pod, 59)).toEqual({ runs: ["running 0", "exited 0"], until: 60 });
  expect(at(pod, 60)).toEqual({ runs: ["exited 0", "exited 0"], ending: "finished" });
  expect(simulatedMoment(pod, "", BEGIN + 60_000).state.containers[0]?.state).toMatchObject({ exitCode: 3 });
});

test("a simulated pod that must not end is restarted with back-off", () => {
  const pod = podWith({ "kube.local/run-for": "1s" }, { restartPolicy: "Always" });
  expect(at(pod, 0.5)).toEqual({ runs: ["running 0"], until: 1 });
  expect(at(pod, 1.5)).toEqual({ runs: ["running 1", "exited 0"], until: 2 });
  expect(at(pod, 2.5)).toEqual({ runs: ["exited 1", "exited 0"], until: 12, waits: ["CrashLoopBackOff"] });
  expect(at(pod, 12.5)).toEqual({ runs: ["running 2", "exited 1"], until: 13 });
});
