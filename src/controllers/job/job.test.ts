import { expect, test } from "bun:test";

import { events, jobs, pods } from "../../api/resources.ts";
import type { Job } from "../../api/types/batch-v1.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { FakeClock } from "../../lib/time/fake-clock.ts";
import { startTestControllers, type TestControllers } from "../../testing/test-controllers.ts";
import { formatIndexes, parseIndexes } from "./indexes.ts";
import { jobController } from "./job.ts";
import { orphanedPodController } from "./orphaned-pods.ts";
import { ttlAfterFinishedController } from "./ttl-after-finished.ts";

const key = { name: "sum", namespace: "default" };

const aJob = (spec: Partial<Job["spec"]> = {}): Job => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { ...key },
  spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "sum" }] } }, ...spec },
});

/** Ends each pod as soon as it is there, with the code that `exitCodeOf` gives; undefined lets it run. */
function endPods({ client, informers }: TestControllers, exitCodeOf: (pod: Pod) => number | undefined): void {
  const end = async (pod: Pod): Promise<void> => {
    const { name = "", namespace, deletionTimestamp, uid } = pod.metadata;
    if (deletionTimestamp !== undefined) {
      await client.resource(pods).delete({ name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } });
      return;
    }
    const exitCode = exitCodeOf(pod);
    if (pod.status?.phase !== "Pending" || exitCode === undefined) return;
    const finishedAt = pod.metadata.creationTimestamp;
    const state = { terminated: { exitCode, finishedAt } };
    const containerStatuses = [{ name: "main", image: "", imageID: "", ready: false, restartCount: 0, state }];
    const status = { phase: exitCode === 0 ? "Succeeded" : "Failed", containerStatuses };
    await client.resource(pods).updateStatus({ ...pod, status });
  };
  const endOrLose = (pod: Pod): void => {
    // A pod that changed or went meanwhile comes again with its change.
    end(pod).catch(() => undefined);
  };
  informers.informer(pods).onChange({ added: endOrLose, updated: endOrLose });
}

const condition = ({ status }: Job, type: string): string | undefined => {
  const found = status?.conditions?.find((one) => one.type === type && one.status === "True");
  return found && (found.reason ?? "");
};

test("a Job runs as many pods at a time as it may, until enough have succeeded", async () => {
  await using cluster = await startTestControllers([jobController]);
  let most = 0;
  cluster.informers.informer(pods).onChange({
    added() {
      const running = cluster.informers
        .informer(pods)
        .list()
        .filter(({ status }) => status?.phase === "Pending");
      most = Math.max(most, running.length);
    },
  });
  endPods(cluster, () => 0);
  await cluster.client.resource(jobs).create(aJob({ completions: 5, parallelism: 2 }));
  const done = await cluster.eventually(jobs, ([job]) => job && condition(job, "Complete") !== undefined && job);
  expect({
    succeeded: done.status?.succeeded,
    failed: done.status?.failed,
    uncounted: done.status?.uncountedTerminatedPods,
  }).toEqual({
    succeeded: 5,
    failed: undefined,
    uncounted: {},
  });
  expect(most).toBeLessThanOrEqual(2);
  expect(done.status?.completionTime).toBeDefined();
  const left = await cluster.eventually(
    pods,
    (found) => found.every(({ metadata }) => !metadata.finalizers?.length) && found,
  );
  expect(left).toHaveLength(5);
  expect(
    (await cluster.eventually(events, (found) => found.find(({ reason }) => reason === "Completed"))).message,
  ).toBe("Job completed");
});

test("a Job fails when more pods have failed than it allows, and tries again ever later until then", async () => {
  const clock = new FakeClock();
  const start = clock.now();
  await using cluster = await startTestControllers([jobController], { clock });
  endPods(cluster, () => 1);
  await cluster.client.resource(jobs).create(aJob({ backoffLimit: 2 }));
  const isOver = async (): Promise<boolean> =>
    condition(await cluster.client.resource(jobs).get(key), "Failed") !== undefined;
  while (!(await isOver())) {
    clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const failed = await cluster.client.resource(jobs).get(key);
  expect([condition(failed, "Failed"), failed.status?.failed]).toEqual(["BackoffLimitExceeded", 3]);
  // Ten seconds after the first failure, twenty after the second.
  expect(clock.now() - start).toBeGreaterThanOrEqual(30_000);
});

test("the pods of an indexed Job know their indexes, and the Job which are done", async () => {
  await using cluster = await startTestControllers([jobController]);
  endPods(cluster, ({ spec }) => (spec?.hostname === "sum-2" ? undefined : 0));
  await cluster.client.resource(jobs).create(aJob({ completions: 4, parallelism: 4, completionMode: "Indexed" }));
  const going = await cluster.eventually(jobs, ([job]) => job?.status?.succeeded === 3 && job);
  expect(going.status?.completedIndexes).toBe("0,1,3");
  const waiting = await cluster.eventually(pods, (found) => found.find(({ spec }) => spec?.hostname === "sum-2"));
  expect(waiting.metadata.labels?.["batch.kubernetes.io/job-completion-index"]).toBe("2");
  expect(waiting.spec?.containers[0]?.env?.map(({ name }) => name)).toEqual(["JOB_COMPLETION_INDEX"]);
  await cluster.client.resource(pods).updateStatus({ ...waiting, status: { phase: "Succeeded" } });
  const done = await cluster.eventually(jobs, ([job]) => job && condition(job, "Complete") !== undefined && job);
  expect(done.status?.completedIndexes).toBe("0-3");
});

test("a pod failure policy ends a Job at once, and does not count what it ignores", async () => {
  await using cluster = await startTestControllers([jobController]);
  endPods(cluster, () => 42);
  const rules = [{ action: "FailJob", onExitCodes: { operator: "In", values: [42] } }];
  await cluster.client.resource(jobs).create(aJob({ podFailurePolicy: { rules } }));
  const failed = await cluster.eventually(jobs, ([job]) => job && condition(job, "Failed") !== undefined && job);
  const message = failed.status?.conditions?.find(({ type }) => type === "Failed")?.message ?? "";
  expect(message).toMatch(
    /^Container main for pod default\/sum-\w+ failed with exit code 42 matching FailJob rule at index 0$/,
  );
});

test("a suspended Job has no pods and no failures, and starts when it is resumed", async () => {
  await using cluster = await startTestControllers([jobController]);
  let mayEnd = false;
  endPods(cluster, () => (mayEnd ? 0 : undefined));
  await cluster.client.resource(jobs).create(aJob());
  await cluster.eventually(jobs, ([job]) => job?.status?.active === 1);
  await cluster.client.resource(jobs).patch(key, { spec: { suspend: true } }, { type: "merge" });
  const suspended = await cluster.eventually(
    jobs,
    ([job]) => job && condition(job, "Suspended") !== undefined && !job.status?.active && job,
  );
  await cluster.eventually(pods, (found) => found.length === 0);
  expect(suspended.status?.failed).toBeUndefined();
  mayEnd = true;
  await cluster.client.resource(jobs).patch(key, { spec: { suspend: false } }, { type: "merge" });
  await cluster.eventually(jobs, ([job]) => job && condition(job, "Complete") !== undefined);
});

test("a Job is deleted when it has been over for as long as it wanted to be kept", async () => {
  const clock = new FakeClock();
  await using cluster = await startTestControllers([jobController, ttlAfterFinishedController], { clock });
  endPods(cluster, () => 0);
  await cluster.client.resource(jobs).create(aJob({ ttlSecondsAfterFinished: 60 }));
  const done = await cluster.eventually(jobs, ([job]) => job && condition(job, "Complete") !== undefined && job);
  const isDeleted = async (): Promise<boolean> =>
    (await cluster.client.resource(jobs).find(key))?.metadata.deletionTimestamp !== undefined;
  while (!(await isDeleted())) {
    clock.advance(5000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(clock.now() - Date.parse(done.status?.completionTime ?? "")).toBeGreaterThanOrEqual(60_000);
});

test("formatIndexes writes what parseIndexes reads", () => {
  expect(formatIndexes(new Set([7, 0, 1, 3, 4, 5]))).toBe("0,1,3-5,7");
  expect([...parseIndexes("0,1,3-5,7", 6)]).toEqual([0, 1, 3, 4, 5]);
  expect(parseIndexes(undefined, 6).size).toBe(0);
});

test("a pod that a Job has lost goes when it is deleted, and one that comes back is counted again", async () => {
  await using cluster = await startTestControllers([jobController, orphanedPodController]);
  const { client } = cluster;
  await client.resource(jobs).create(aJob({ parallelism: 1 }));
  const pod = await cluster.eventually(pods, ([one]) => one);
  const podKey = { name: pod.metadata.name ?? "", namespace: "default" };
  const TRACKING = "batch.kubernetes.io/job-tracking";
  const owners = { metadata: { ownerReferences: null } };
  await client.resource(pods).patch(podKey, owners, { type: "merge" });
  // Its labels still match, so the Job takes it back.
  await cluster.eventually(
    pods,
    (all) =>
      all.some(
        ({ metadata }) => metadata.ownerReferences?.[0]?.kind === "Job" && metadata.finalizers?.[0] === TRACKING,
      ) && all.length === 1,
  );
  const stripped = { metadata: { labels: null, ownerReferences: null } };
  await client.resource(pods).patch(podKey, stripped, { type: "merge" });
  await client.resource(pods).delete(podKey, { gracePeriodSeconds: 0 });
  await cluster.eventually(pods, (all) => all.length === 1 && all[0]?.metadata.uid !== pod.metadata.uid);
});
