import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import { pods } from "../api/resources.ts";
import type { Pod } from "../api/types/core-v1.ts";
import type { NodeReports } from "../apiserver/node-reports.ts";
import type { Client } from "../client/client.ts";
import { InformerFactory } from "../client/informer-factory.ts";
import { groupsOf } from "../cluster/access/component-users.ts";
import type { Controller } from "../controllers/controller.ts";
import { startControllers } from "../controllers/runner.ts";
import { silentLogger, type Logger } from "../lib/logger.ts";
import { MetricsRegistry } from "../lib/metrics/metrics.ts";
import { systemClock, timestamp, type Clock } from "../lib/time/clock.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { startTestApiServer, type TestApiServer } from "./test-api-server.ts";

export interface TestControllers extends AsyncDisposable {
  readonly api: TestApiServer;
  readonly client: Client;
  readonly informers: InformerFactory;
  /** Resolves with what `find` gives for the objects of a kind, once it gives something. */
  eventually<T extends KubeObject, R>(
    type: ResourceType<T>,
    find: (objects: readonly T[]) => R | undefined | false,
  ): Promise<R>;
}

export interface TestControllersOptions {
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly nodeReports?: NodeReports;
}

/** An API server with some controllers at work. Objects in their caches are frozen. */
export async function startTestControllers(
  controllers: readonly Controller[],
  { clock = systemClock, log = silentLogger, nodeReports }: TestControllersOptions = {},
): Promise<TestControllers> {
  await using starting = new AsyncDisposableStack();
  const api = starting.use(await startTestApiServer({ clock, rbac: true, ...(nodeReports ? { nodeReports } : {}) }));
  const { client } = api;
  const informers = starting.use(new InformerFactory(client, { clock, log, keep: deepFreeze }));
  starting.use(
    startControllers(controllers, {
      clientOf: (user) => api.clientOf(user, groupsOf(user)),
      informers,
      directories: noDirectories,
      clock,
      log,
      metrics: new MetricsRegistry(),
    }),
  );
  const running = starting.move();
  return {
    api,
    client,
    informers,
    async eventually(type, find) {
      const informer = informers.informer(type);
      // The test's own timeout is the limit.
      await informer.until(() => informer.hasSynced && isFound(find(informer.list())), new AbortController().signal);
      const found = find(informer.list());
      if (!isFound(found)) throw new Error("What was found is gone again");
      return found;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const noDirectories = { make: () => Promise.resolve(), remove: () => Promise.resolve() };

function isFound<R>(found: R | undefined | false): found is R {
  return found !== undefined && found !== false;
}

/** Stands in for the node agents: whatever pod appears is running and ready at once, and gone as soon as it shall go. */
export function runPodsAtOnce({ client, informers }: TestControllers, isHealthy = (_pod: Pod): boolean => true): void {
  const resource = client.resource(pods);
  const run = async (pod: Pod): Promise<void> => {
    const { name = "", namespace, deletionTimestamp, uid } = pod.metadata;
    if (deletionTimestamp !== undefined) {
      await resource.delete({ name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } });
    } else if ((pod.status?.phase ?? "Pending") === "Pending" && isHealthy(pod)) {
      const now = timestamp(systemClock.now());
      const ready = { type: "Ready", status: "True", lastTransitionTime: now };
      const status = { phase: "Running", startTime: now, conditions: [ready] };
      await resource.updateStatus({ ...pod, status });
    }
  };
  const runOrLose = (pod: Pod): void => {
    // A pod that changed or went meanwhile comes again with its change.
    run(pod).catch(() => undefined);
  };
  informers.informer(pods).onChange({ added: runOrLose, updated: runOrLose });
}
