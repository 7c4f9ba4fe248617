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

/** What is counted of each authorized request, under upstream's names (apiserver/pkg/endpoints/metrics). */
export class RequestMetrics {
  readonly #total;
  readonly #durations;
  readonly #sliDurations;
  readonly #longRunning;
  readonly #sizes;
  readonly #watchEvents;
  readonly #terminations;

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
    const labels = labelsOf(info, body);
    const dryRun = query.get("dryRun") ?? "";
    switch (answer.form) {
      case "watch":
        return this.#followed(answer, labels, beginMs);
      case "list":
        this.#record(labels, dryRun, 200, beginMs);
        return answer;
      case "upgrade":
        this.#record(labels, dryRun, 101, beginMs);
        return answer;
      case "stored":
      case "object":
      case "bytes":
        this.#record(labels, dryRun, answer.statusCode, beginMs);
        return answer;
    }
  }

  refused(info: ResourceRequestInfo, { query, body }: RequestParts, error: unknown, beginMs: number): void {
    this.#record(labelsOf(info, body), query.get("dryRun") ?? "", isApiError(error) ? error.code : 500, beginMs);
  }

  /** Turned away before anybody looked at it. */
  terminated(info: ResourceRequestInfo, code: number): void {
    const labels = labelsOf(info, { form: "none" });
    this.#terminations.increment([...labels, String(code)]);
    this.#total.increment([labels[0] ?? "", "", ...labels.slice(1), String(code), ""]);
  }

  sent(info: ResourceRequestInfo, body: RequestParts["body"], sizeBytes: number): void {
    this.#sizes.observe(sizeBytes, labelsOf(info, body));
  }

  #record(labels: readonly string[], dryRun: string, code: number, beginMs: number): void {
    const seconds = (performance.now() - beginMs) / 1000;
    const [verb = "", ...about] = labels;
    this.#total.increment([verb, dryRun, ...about, String(code), ""]);
    this.#durations.observe(seconds, [verb, dryRun, ...about]);
    this.#sliDurations.observe(seconds, labels);
  }

  /** A watch is over when its stream ends. */
  #followed(answer: WatchAnswer, labels: readonly string[], beginMs: number): WatchAnswer {
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
          this.#record(labels, "", 200, beginMs);
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
