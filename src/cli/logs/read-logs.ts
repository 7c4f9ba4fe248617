import { isApiError } from "../../api/api-error.ts";
import type { HttpsTransport } from "../../client/https-transport.ts";
import { sleep } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import { byteLines } from "../../lib/wire/byte-lines.ts";
import { writeAll } from "../../lib/wire/write-all.ts";
import type { CliContext } from "../context.ts";
import { messageOf } from "../error-message.ts";
import type { LogSource } from "./log-sources.ts";

/** Names and values of the log subresource's query. */
export type LogQuery = Readonly<Record<string, string | undefined>>;

export interface ReadLogsOptions {
  readonly query: LogQuery;
  readonly follow: boolean;
  readonly prefix: boolean;
  readonly ignoresErrors: boolean;
  readonly maxConcurrent: number;
  /** How long a followed log may be missing. */
  readonly patienceMs: number;
}

/** Writes logs to standard output: one after the other, or several at once while following, never mixing within a line. */
export async function readLogs(
  transport: HttpsTransport,
  sources: readonly LogSource[],
  options: ReadLogsOptions,
  context: CliContext,
): Promise<void> {
  if (!options.follow || sources.length < 2) {
    // oxlint-disable-next-line no-await-in-loop -- one log after the other
    for (const source of sources) await readWithPatience(transport, source, options, context);
    return;
  }
  if (sources.length > options.maxConcurrent)
    throw new UserError(
      `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${options.maxConcurrent}, use --max-log-requests to increase the limit`,
    );
  // The first failure ends them all.
  const failed = new AbortController();
  const shared = { ...context, signal: AbortSignal.any([context.signal, failed.signal]) };
  await Promise.all(
    sources.map((source) =>
      readWithPatience(transport, source, options, shared).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
}

const RETRY_MS = 1000;

/** A container that is to be followed may not have started yet: the server is asked again for a while. */
async function readWithPatience(
  transport: HttpsTransport,
  source: LogSource,
  options: ReadLogsOptions,
  context: CliContext,
): Promise<void> {
  const { clock, signal } = context;
  const deadline = clock.now() + options.patienceMs;
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- again only after a failure
      return await readLog(transport, source, options, context);
    } catch (error) {
      if (signal.aborted) throw error;
      if (options.ignoresErrors) {
        context.stdout.write(`error: ${plainMessage(error)}\n`);
        return;
      }
      if (!options.follow) throw error;
      context.stderr.write(`${plainMessage(error)}\n`);
      if (!isApiError(error)) throw error;
      if (clock.now() + RETRY_MS > deadline) throw new UserError("context deadline exceeded");
      // oxlint-disable-next-line no-await-in-loop -- the wait between two tries
      await sleep(RETRY_MS, { clock, signal });
    }
  }
}

const plainMessage = (error: unknown): string => (isApiError(error) ? error.message : messageOf(error));

async function readLog(
  transport: HttpsTransport,
  source: LogSource,
  { query, prefix }: ReadLogsOptions,
  { stdout, signal }: CliContext,
): Promise<void> {
  const { body } = await transport.raw({ method: "GET", path: logPath(source, query), signal });
  if (!body) return;
  const head = Buffer.from(`[pod/${source.pod}/${source.container}] `);
  for await (const line of byteLines(body)) await writeAll(stdout, prefix ? Buffer.concat([head, line]) : line);
}

function logPath({ namespace, pod, container }: LogSource, query: LogQuery): string {
  const parameters = new URLSearchParams({ container });
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, value);
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${parameters.toString()}`;
}
