import { expect, test } from "bun:test";

import { cronjobs, events, jobs } from "../../api/resources.ts";
import type { CronJob, Job } from "../../api/types/batch-v1.ts";
import { FakeClock } from "../../lib/time/fake-clock.ts";
import { startTestControllers, type TestControllers } from "../../testing/test-controllers.ts";
import { cronJobActions } from "./cron-job-actions.ts";
import { cronJobController } from "./cron-job.ts";

const key = { name: "tick", namespace: "default" };
const MINUTE = 60_000;

const aCronJob = (spec: Partial<NonNullable<CronJob["spec"]>> = {}): CronJob => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { ...key },
  spec: {
    schedule: "*/5 * * * *",
    jobTemplate: {
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "tick" }] } } },
    },
    ...spec,
  },
});

async function advanceUntil(clock: FakeClock, isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) {
    clock.advance(MINUTE / 2);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const jobsOf = async ({ client }: TestControllers): Promise<readonly Job[]> =>
  (await client.resource(jobs).list()).items;

/** Says that a Job is over, as the Job controller would. */
async function finish({ client }: TestControllers, job: Job, now: string): Promise<void> {
  const condition = (type: string) => ({ type, status: "True", lastTransitionTime: now, reason: "CompletionsReached" });
  const status = { startTime: now, conditions: [condition("SuccessCriteriaMet")] };
  const told = await client.resource(jobs).updateStatus({ ...job, status });
  const conditions = [condition("SuccessCriteriaMet"), condition("Complete")];
  await client.resource(jobs).updateStatus({ ...told, status: { ...status, conditions, completionTime: now } });
}

test("a CronJob starts a Job at each of its times, knows which are active, and keeps as many as it shall", async () => {
  const clock = new FakeClock();
  await using cluster = await startTestControllers([cronJobController], { clock });
  await cluster.client.resource(cronjobs).create(aCronJob({ successfulJobsHistoryLimit: 1 }));
  await advanceUntil(clock, async () => (await jobsOf(cluster)).length === 1);
  const [first] = await jobsOf(cluster);
  expect(first?.metadata.name).toBe(`tick-${Date.parse("2026-01-01T00:05:00Z") / MINUTE}`);
  expect(first?.metadata.annotations?.["batch.kubernetes.io/cronjob-scheduled-timestamp"]).toBe("2026-01-01T00:05:00Z");
  const active = await cluster.eventually(cronjobs, ([found]) => found?.status?.active?.length === 1 && found);
  expect(active.status).toMatchObject({
    lastScheduleTime: "2026-01-01T00:05:00Z",
    active: [{ uid: first?.metadata.uid }],
  });

  if (first) await finish(cluster, first, "2026-01-01T00:06:00Z");
  const idle = await cluster.eventually(cronjobs, ([found]) => found && !found.status?.active && found);
  expect(idle.status?.lastSuccessfulTime).toBe("2026-01-01T00:06:00Z");
  expect(
    (await cluster.eventually(events, (found) => found.find(({ reason }) => reason === "SawCompletedJob"))).message,
  ).toBe(`Saw completed job: ${first?.metadata.name ?? ""}, condition: Complete`);

  await advanceUntil(clock, async () => (await jobsOf(cluster)).length === 2);
  const second = (await jobsOf(cluster)).find(({ metadata }) => metadata.name !== first?.metadata.name);
  if (second) await finish(cluster, second, "2026-01-01T00:11:00Z");
  const left = await cluster.eventually(jobs, (found) => found.length === 1 && found);
  expect(left[0]?.metadata.name).toBe(second?.metadata.name ?? "");
});

const aJob = (name: string): Job => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: {
    name,
    namespace: "default",
    uid: `${name}-uid`,
    annotations: { "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-01T00:00:00Z" },
  },
});

/** What a CronJob that was created at midnight does at `now`, without events and status. */
function changes(spec: Partial<NonNullable<CronJob["spec"]>>, now: string, existing: readonly Job[] = []): string[] {
  const cronJob = aCronJob(spec);
  const created = { ...cronJob, metadata: { ...key, uid: "u", creationTimestamp: "2026-01-01T00:00:00Z" } };
  return cronJobActions({ cronJob: created, jobs: existing }, Date.parse(now)).flatMap((action) =>
    action.do === "create" || action.do === "delete" ? [`${action.do} ${action.object.metadata.name ?? ""}`] : [],
  );
}

const jobAt = (time: string): string => `tick-${Date.parse(time) / MINUTE}`;

test.each([
  ["waits for the first time", {}, "2026-01-01T00:04:59Z", [], []],
  [
    "starts the last of several missed Jobs",
    {},
    "2026-01-01T03:07:00Z",
    [],
    [`create ${jobAt("2026-01-01T03:05:00Z")}`],
  ],
  ["starts no Job after its deadline", { startingDeadlineSeconds: 60 }, "2026-01-01T00:07:00Z", [], []],
  ["starts none while it is suspended", { suspend: true }, "2026-01-01T00:05:00Z", [], []],
  [
    "starts none beside another that it forbids",
    { concurrencyPolicy: "Forbid" },
    "2026-01-01T00:05:00Z",
    [aJob("tick-1")],
    [],
  ],
  [
    "replaces the one that still runs",
    { concurrencyPolicy: "Replace" },
    "2026-01-01T00:05:00Z",
    [aJob("tick-1")],
    ["delete tick-1", `create ${jobAt("2026-01-01T00:05:00Z")}`],
  ],
  ["starts one only once", {}, "2026-01-01T00:05:00Z", [aJob(jobAt("2026-01-01T00:05:00Z"))], []],
] as const)("a CronJob %s", (_name, spec, now, existing, expected) => {
  expect(changes(spec, now, existing)).toEqual([...expected]);
});
