import { isApiError } from "../api/api-error.ts";
import type { Client } from "../client/client.ts";
import { EventRecorder } from "../client/event-recorder.ts";
import { BackgroundTasks } from "../lib/background.ts";
import { errorText, type Logger } from "../lib/logger.ts";
import { workQueueMetrics } from "../lib/metrics/work-queue-metrics.ts";
import { WorkQueue } from "../lib/work-queue.ts";
import { ActionExecutor } from "./action-executor.ts";
import type { ConnectedController, Controller, ControllerContext } from "./controller.ts";

/** `clientOf` makes clients in the name of users. */
type RunnerContext = Omit<ControllerContext, "client"> & { readonly clientOf: (user: string) => Client };

/** Runs controllers until disposed. Each works on its keys with its own queue; one that fails does not disturb the others. */
export function startControllers(controllers: readonly Controller[], context: RunnerContext): AsyncDisposable {
  const { clientOf, ...rest } = context;
  const tasks = new BackgroundTasks(context.log);
  for (const controller of controllers) {
    const scoped = { ...rest, client: clientOf(controller.user), log: context.log.named(controller.name) };
    tasks.run(controller.name, (signal) => runController(controller, scoped, signal));
  }
  return tasks;
}

async function runController(controller: Controller, context: ControllerContext, signal: AbortSignal): Promise<void> {
  const { client, informers, clock, log, metrics } = context;
  await using events = new EventRecorder({ client, component: controller.name, clock, log });
  const connected = controller.connect(context);
  try {
    await informers.synced(signal);
    await using queue = new WorkQueue({
      clock,
      workers: controller.workers,
      observer: workQueueMetrics(metrics, controller.name),
      process: (key, stopped) => turn({ connected, context, events, queue, key, signal: stopped }),
      onFailure: (key, error, retryAfterMs) => logFailure(log, key, error, retryAfterMs),
    });
    using watching = new DisposableStack();
    for (const watch of connected.watches) watching.defer(watch((key) => queue.add(key)));
    await aborted(signal);
  } finally {
    await connected.close();
  }
}

/** One look at one key. Ends only when the caches show what it wrote, so that the next look sees it. */
async function turn({
  connected,
  context: { client, informers, directories, clock },
  events,
  queue,
  key,
  signal,
}: {
  readonly connected: ConnectedController;
  readonly context: ControllerContext;
  readonly events: EventRecorder;
  readonly queue: WorkQueue;
  readonly key: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const executor = new ActionExecutor({
    client,
    informers,
    events,
    directories,
    signal,
    lookAgain: (afterMs) => queue.addAfter(key, afterMs),
  });
  try {
    await executor.perform(await connected.plan(key, () => clock.now()));
  } finally {
    await executor.settled();
  }
}

/** Losing a race for an object is part of the work; everything else is worth a warning. */
function logFailure(log: Logger, key: string, error: unknown, retryAfterMs: number): void {
  const isLostRace =
    isApiError(error, "Conflict") || isApiError(error, "NotFound") || isApiError(error, "AlreadyExists");
  const level = isLostRace ? "debug" : "warn";
  log[level](`Cannot reconcile "${key}": ${errorText(error)}`, { retryAfterMs: Math.round(retryAfterMs) });
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
