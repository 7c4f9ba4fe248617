import { errorText, type Logger } from "../../../lib/logger.ts";
import { sleep } from "../../../lib/time/clock.ts";
import type { RuntimeEvent, RuntimeListener } from "../runtime.ts";
import type { DockerConnection } from "./connection.ts";
import { jsonLines } from "./json-lines.ts";
import { labelFilter, podOfLabels, type Owner } from "./labels.ts";

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 5_000;

const EVENT_TYPES: Readonly<Record<string, RuntimeEvent["type"]>> = {
  start: "started",
  die: "exited",
  destroy: "removed",
};

/**
 * Listens until the signal aborts, and connects again with growing pauses when the engine goes away. The first connection
 * asks for what happened since this call, so nothing is lost between it and a list made right after; a later one cannot know
 * what it missed, because a restarted engine forgets, and reports a gap.
 */
export async function watchEvents(
  connection: DockerConnection,
  owner: Owner,
  listener: RuntimeListener,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): Promise<void> {
  const { clock } = connection;
  const since = clock.now() / 1000;
  let isFirst = true;
  let retryMs = FIRST_RETRY_MS;
  while (!signal.aborted) {
    try {
      const stream = await openEvents(connection, owner, isFirst ? since : undefined, signal);
      if (!isFirst) {
        log.info("Docker answers again");
        listener.onGap();
      }
      isFirst = false;
      retryMs = FIRST_RETRY_MS;
      await readEvents(stream, listener, signal);
      if (!signal.aborted) log.warn("Docker closed its event stream");
    } catch (error) {
      if (signal.aborted) return;
      if (retryMs === FIRST_RETRY_MS) log.warn(`Docker's event stream failed: ${errorText(error)}`);
    }
    if (retryMs === FIRST_RETRY_MS && !signal.aborted) listener.onLost?.();
    await sleep(retryMs, { clock, signal }).catch(() => undefined);
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
  }
}

function openEvents(
  connection: DockerConnection,
  owner: Owner,
  since: number | undefined,
  signal: AbortSignal,
): Promise<NodeJS.ReadableStream> {
  const filters = { type: ["container"], event: Object.keys(EVENT_TYPES), label: labelFilter(owner) };
  return connection.call(
    "Opening Docker's event stream",
    (abortSignal) =>
      connection.docker.getEvents({
        filters: JSON.stringify(filters),
        ...(since === undefined ? {} : { since: since.toFixed(3) as unknown as number }),
        abortSignal,
      }),
    { signal },
  );
}

async function readEvents(
  stream: NodeJS.ReadableStream,
  listener: RuntimeListener,
  signal: AbortSignal,
): Promise<void> {
  // dockerode's type leaves out that it is a node:stream.
  const destroy = (): void => (stream as unknown as { destroy(): void }).destroy();
  signal.addEventListener("abort", destroy, { once: true });
  try {
    for await (const line of jsonLines(stream)) {
      const event = runtimeEvent(line);
      if (event) listener.onEvent(event);
    }
  } finally {
    signal.removeEventListener("abort", destroy);
    destroy();
  }
}

function runtimeEvent(line: Readonly<Record<string, unknown>>): RuntimeEvent | undefined {
  const { Action: action, Actor: actor } = line as { Action?: string; Actor?: EventActor };
  const type = EVENT_TYPES[action ?? ""];
  const pod = actor && podOfLabels(actor.Attributes);
  return type && pod ? { type, id: actor.ID, pod } : undefined;
}

interface EventActor {
  readonly ID: string;
  readonly Attributes: Readonly<Record<string, string>>;
}
