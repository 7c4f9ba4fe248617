import { expect, test } from "bun:test";
import { join } from "node:path";

import { parse } from "yaml";

import type { PodStatus } from "../../api/types/core-v1.ts";
import { NOW, podStateOf, type PodStateRow } from "../../testing/pod-states.ts";
import type { PodAction } from "./pod-action.ts";
import { podPlan } from "./pod-plan.ts";

interface Row extends PodStateRow {
  readonly name: string;
  readonly status?: PodStatus;
  readonly actions?: readonly string[];
  readonly waits?: readonly string[];
  /** Seconds from now. */
  readonly wakes?: number;
  readonly ends?: "finished" | "deadline";
}

// Parse edge: the file beside this test is written in this form.
const rows = parse(await Bun.file(join(import.meta.dir, "testdata/pod-plan.yaml")).text()) as readonly Row[];

for (const row of rows) {
  test(`podPlan ${row.name}`, () => {
    const state = podStateOf({ ...row, ...(row.status ? { apiStatus: row.status } : {}) });
    const plan = podPlan(state, NOW);
    expect({
      actions: plan.actions.map(actionText),
      waits: [...plan.waits].map(
        ([name, { until, reason, message }]) => `${name} ${(until - NOW) / 1000}s ${reason} ${message}`,
      ),
      wakes: plan.wakeAt === undefined ? undefined : (plan.wakeAt - NOW) / 1000,
      ends: plan.ends,
    }).toEqual({ actions: [...(row.actions ?? [])], waits: [...(row.waits ?? [])], wakes: row.wakes, ends: row.ends });
  });
}

function actionText(action: PodAction): string {
  switch (action.do) {
    case "mountVolumes":
      return action.do;
    case "runSandbox":
      return `runSandbox ${action.attempt}`;
    case "removeSandbox":
      return `removeSandbox ${action.sandboxId}`;
    case "removeContainer":
      return `removeContainer ${action.containerId}`;
    case "startContainer":
      return `startContainer ${action.container.name} as ${action.role}`;
    case "killContainer":
      return `killContainer ${action.name} for ${action.kill.failedProbe ?? "no probe"}: ${action.kill.message}`;
    case "resizeContainers":
      return `resizeContainers ${action.updates.map(({ name, limits }) => `${name} ${JSON.stringify(limits)}`).join(", ")}`;
    case "stopPod":
      return `stopPod ${action.containerIds.join(" ")} in ${action.graceSeconds}s`;
  }
}
