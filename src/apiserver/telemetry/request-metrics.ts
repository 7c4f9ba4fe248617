import { isApiError } from "../../api/api-error.ts";
import type { MetricsRegistry } from "../../lib/metrics/metrics.ts";
import type { ApiAnswer, WatchAnswer } from "../api-request.ts";
import type { RequestParts } from "../pipeline.ts";
import type { ResourceRequestInfo } from "../request-info.ts";

const LATENCY_BUCKETS = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
];
const SLI_BUCKETS = LATENCY_BUCKETS.slice(2);
const SIZE_BUCKETS = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

const ABOUT = ["group", "version", "resource", "subresource", "scope", "component"];
const COMPONENT = "apiserver";

const METHODS: Readonly<Record<string, string>> = {
  get: "GET",
  list: "LIST",
  watch: "WATCH",
  create: "POST",
  update: "PUT",
  patch: "PATCH",
  delete: "DELETE",
  deletecollection: "DELETECOLLECTION",
};
/** Requests whose end nobody can foresee, by the path they are made below. */
const CONNECTIONS: ReadonlySet<string> = new Set(["log", "exec", "portforward", "attach", "proxy"]);

/** Everything that requests of one sort are counted in. */
interface Series {
  readonly labels: readonly string[];
  /** By status code. */
  readonly counts: Map<number, () => void>;
  readonly observeDuration: (seconds: number) => void;
  readonly observeSliDuration: (seconds: number) => void;
  readonly observeSize: (sizeBytes: number) => void;
}

/** Clients choose the names of resources that are not there: what they make up is counted, but not kept here as well. */
const MOST_SERIES = 5000;

/** What is counted of each authorized request, under upstream's names (apiserver/pkg/endpoints/metrics). */
export class RequestMetrics {
  readonly #total;
  readonly #durations;
  readonly #sliDurations;
  readonly #longRunning;
  readonly #sizes;
  readonly #watchEvents;
  readonly #terminations;
  readonly #series = new Map<string, Series>();

  constructor(metrics: MetricsRegistry) {
    this.#total = metrics.counter(
      "apiserver_request_total",
      "Requests, by verb, dry run, resource, scope, component and code of the response.",
      ["verb", "dry_run", ...ABOUT, "code", "system_client"],
    );
    this.#durations = metrics.histogram(
      "apiserver_request_duration_seconds",
      "How long requests took, in seconds.",
      LATENCY_BUCKETS,
      ["verb", "dry_run", ...ABOUT],
    );
    this.#sliDurations = metrics.histogram(
      "apiserver_request_sli_duration_seconds",
      "How long requests took, in seconds, without the time in queues.",
      SLI_BUCKETS,
      ["verb", ...ABOUT],
    );
    this.#longRunning = metrics.gauge(
      "apiserver_longrunning_requests",
      "Requests under way whose end nobody can foresee: watches, logs, exec.",
      ["verb", ...ABOUT],
    );
    this.#sizes = metrics.histogram("apiserver_response_sizes", "Sizes of responses in bytes.", SIZE_BUCKETS, [
      "verb",
      ...ABOUT,
    ]);
    this.#watchEvents = metrics.counter("apiserver_watch_events_total", "Events sent to watchers.", [
      "group",
      "version",
      "resource",
    ]);
    this.#terminations = metrics.counter(
      "apiserver_request_terminations_total",
      "Requests that the server ended in self-defence.",
      ["verb", ...ABOUT, "code"],
    );
  }

  answered(info: ResourceRequestInfo, { query, body }: RequestParts, answer: ApiAnswer, beginMs: number): ApiAnswer {
    switch (answer.form) {
      case "watch":
        return this.#followed(answer, info, body, beginMs);
      case "list":
        this.#record(this.#seriesOf(info, body, query), 200, beginMs);
        return answer;
      case "upgrade":
        this.#record(this.#seriesOf(info, body, query), 101, beginMs);
        return answer;
      case "stored":
      case "object":
      case "bytes":
        this.#record(this.#seriesOf(info, body, query), answer.statusCode, beginMs);
        return answer;
    }
  }

  refused(info: ResourceRequestInfo, { query, body }: RequestParts, error: unknown, beginMs: number): void {
    this.#record(this.#seriesOf(info, body, query), isApiError(error) ? error.code : 500, beginMs);
  }

  /** Turned away before anybody looked at it. */
  terminated(info: ResourceRequestInfo, code: number): void {
    const labels = labelsOf(info, { form: "none" });
    this.#terminations.increment([...labels, String(code)]);
    this.#total.increment([labels[0] ?? "", "", ...labels.slice(1), String(code), ""]);
  }

  sent(info: ResourceRequestInfo, body: RequestParts["body"], sizeBytes: number): void {
    this.#seriesOf(info, body, undefined).observeSize(sizeBytes);
  }

  #record(series: Series, code: number, beginMs: number): void {
    const seconds = (performance.now() - beginMs) / 1000;
    let count = series.counts.get(code);
    if (!count) {
      count = this.#total.incrementer([...series.labels, String(code), ""]);
      series.counts.set(code, count);
    }
    count();
    series.observeDuration(seconds);
    series.observeSliDuration(seconds);
  }

  /** What requests of one sort are counted in: found by one look-up, because every request asks. */
  #seriesOf(info: ResourceRequestInfo, body: RequestParts["body"], query: URLSearchParams | undefined): Series {
    const dryRun = (query && query.size > 0 && query.get("dryRun")) || "";
    const { group, version, resource, subresource } = info;
    const key = `${verbOf(info, body)} ${scopeOf(info)} ${group} ${version} ${resource} ${subresource} ${dryRun}`;
    const known = this.#series.get(key);
    if (known) return known;
    const [verb = "", ...about] = labelsOf(info, body);
    const labels = [verb, dryRun, ...about];
    const series: Series = {
      labels,
      counts: new Map(),
      observeDuration: this.#durations.observer(labels),
      observeSliDuration: this.#sliDurations.observer([verb, ...about]),
      observeSize: this.#sizes.observer([verb, ...about]),
    };
    if (this.#series.size < MOST_SERIES) this.#series.set(key, series);
    return series;
  }

  /** A watch is over when its stream ends. */
  #followed(answer: WatchAnswer, info: ResourceRequestInfo, body: RequestParts["body"], beginMs: number): WatchAnswer {
    const labels = labelsOf(info, body);
    const series = this.#seriesOf(info, body, undefined);
    const { type } = answer.resource;
    const eventLabels = [type.group, type.version, type.resource];
    return {
      ...answer,
      start: (sink) => {
        let isOpen = true;
        const close = (): void => {
          if (!isOpen) return;
          isOpen = false;
          this.#longRunning.decrement(labels);
          this.#record(series, 200, beginMs);
        };
        this.#longRunning.increment(labels);
        const stop = answer.start({
          send: (frames) => {
            this.#watchEvents.increment(eventLabels, frames.length);
            sink.send(frames);
          },
          end() {
            close();
            sink.end();
          },
        });
        return () => {
          close();
          stop();
        };
      },
    };
  }
}

/** Verb first, then what it is about. */
function labelsOf(info: ResourceRequestInfo, body: RequestParts["body"]): readonly string[] {
  const { group, version, resource, subresource } = info;
  return [verbOf(info, body), group, version, resource, subresource, scopeOf(info), COMPONENT];
}

function verbOf({ verb, subresource }: ResourceRequestInfo, body: RequestParts["body"]): string {
  if (CONNECTIONS.has(subresource)) return "CONNECT";
  if (verb === "patch" && body.form !== "none" && body.contentType.startsWith("application/apply-patch"))
    return "APPLY";
  return METHODS[verb] ?? "other";
}

function scopeOf({ name, verb, namespace }: ResourceRequestInfo): string {
  if (name !== "" || verb === "create") return "resource";
  return namespace === "" ? "cluster" : "namespace";
}
