import { ApiError } from "../api/api-error.ts";
import { lines } from "../client/lines.ts";
import { restPath } from "../client/rest-path.ts";
import { plainLine } from "../lib/terminal-text.ts";
import { Backoff } from "../lib/time/backoff.ts";
import { type Clock, sleep } from "../lib/time/clock.ts";
import type { LoggedLine, LogSource } from "./log-buffer.ts";
import type { RawTransport } from "./table-feed.ts";

export interface LogFeedOptions {
  readonly transport: RawTransport;
  readonly source: LogSource;
  readonly isPrevious: boolean;
  /** How far back to begin; undefined is the end of the log. */
  readonly sinceSeconds?: number | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onLine: (line: LoggedLine) => void;
}

const TAIL_LINES = "1000";
/** Of longer lines only the beginning is kept, and how much is missing: memory stays bounded whatever a program writes. */
const LONGEST_LINE = 16_384;
/** From here on a number of seconds means the whole log. */
const ALL_SECONDS = 1e9;
const BACKOFF = { initialMs: 1000, maxMs: 15_000, factor: 2, jitter: 0.2 };

/** Reads the log of a container and follows it to its end; resumes after the last line when the connection is lost. */
export async function followLog(options: LogFeedOptions): Promise<void> {
  const { source, signal, isPrevious } = options;
  const backoff = new Backoff(BACKOFF);
  let last = "";
  for (;;) {
    try {
      const resumedAt = last;
      for await (const line of await openLog(options, resumedAt)) {
        // The server begins with whole seconds: what was shown before comes again.
        if (resumedAt !== "" && line.timestamp <= resumedAt) continue;
        last = line.timestamp;
        options.onLine(line);
        backoff.reset();
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError || isPrevious) {
        const text = error instanceof Error ? plainLine(error.message) : String(error);
        return options.onLine({ source, timestamp: "", text: `(${text})` });
      }
      await sleep(backoff.next(), options).catch(() => undefined);
    }
  }
}

async function openLog(options: LogFeedOptions, since: string): Promise<AsyncIterable<LoggedLine>> {
  const { source, isPrevious, sinceSeconds, transport, signal } = options;
  const isFirst = since === "";
  const path = restPath({
    verb: "get",
    group: "",
    version: "v1",
    resource: "pods",
    namespace: source.namespace,
    name: source.pod,
    subresource: "log",
    query: {
      container: source.container,
      timestamps: "true",
      follow: isPrevious ? undefined : "true",
      previous: isPrevious ? "true" : undefined,
      tailLines: isFirst && sinceSeconds === undefined ? TAIL_LINES : undefined,
      sinceSeconds:
        isFirst && sinceSeconds !== undefined && sinceSeconds < ALL_SECONDS ? String(sinceSeconds) : undefined,
      sinceTime: isFirst ? undefined : since,
    },
  });
  const summary = { method: "GET", resource: "pods", name: source.pod };
  const response = await transport.raw({ method: "GET", path, headers: { Accept: "*/*" }, signal, summary });
  return loggedLines(response, source);
}

async function* loggedLines(response: Response, source: LogSource): AsyncGenerator<LoggedLine> {
  if (!response.body) return;
  for await (const line of lines(response.body)) {
    const space = line.indexOf(" ");
    const timestamp = space < 0 ? line : line.slice(0, space);
    yield { source, timestamp, text: space < 0 ? "" : lineText(line.slice(space + 1)) };
  }
}

function lineText(line: string): string {
  if (line.length <= LONGEST_LINE) return plainLine(line);
  return `${plainLine(line.slice(0, LONGEST_LINE))} … (${line.length - LONGEST_LINE} more characters)`;
}
