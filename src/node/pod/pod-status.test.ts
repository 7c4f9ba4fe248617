import { expect, test } from "bun:test";
import { join } from "node:path";

import { parse } from "yaml";

import type { PodStatus } from "../../api/types/core-v1.ts";
import { NOW, podStateOf, type PodStateRow } from "../../testing/pod-states.ts";
import { podPlan } from "./pod-plan.ts";
import { podStatus } from "./pod-status.ts";

interface Row extends PodStateRow {
  readonly name: string;
  readonly previous?: PodStatus;
  readonly status: PodStatus;
}

// Parse edge: the file beside this test is written in this form.
const rows = parse(await Bun.file(join(import.meta.dir, "testdata/pod-status.yaml")).text()) as readonly Row[];

for (const row of rows) {
  test(`podStatus ${row.name}`, () => {
    const state = podStateOf(row);
    const { waits } = podPlan(state, NOW);
    const previous = row.previous ?? row.apiStatus;
    const status = podStatus(state, {
      hostIp: "192.0.2.1",
      runtimeName: "docker",
      supportsRecursiveReadOnly: true,
      waits,
      previous,
      now: NOW,
    });
    expect(status).toMatchObject({ ...row.status });
  });
}
