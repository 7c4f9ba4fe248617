import type { MetricsRegistry } from "../../lib/metrics/metrics.ts";
import type { FlowEntry, PriorityLevel } from "./priority-level.ts";

const WAIT_BUCKETS = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const FLOW_LABELS = ["priority_level", "flow_schema"];

/** What priority and fairness does, under upstream's names (apiserver/pkg/util/flowcontrol/metrics). */
export class FlowControlMetrics {
  readonly #metrics: MetricsRegistry;
  readonly #dispatched;
  readonly #rejected;
  readonly #waits;
  readonly #executions;

  constructor(metrics: MetricsRegistry) {
    this.#metrics = metrics;
    this.#dispatched = metrics.counter(
      "apiserver_flowcontrol_dispatched_requests_total",
      "Requests that were let in.",
      FLOW_LABELS,
    );
    this.#rejected = metrics.counter(
      "apiserver_flowcontrol_rejected_requests_total",
      "Requests that were turned away, and why.",
      [...FLOW_LABELS, "reason"],
    );
    this.#waits = metrics.histogram(
      "apiserver_flowcontrol_request_wait_duration_seconds",
      "How long requests waited for a seat, in seconds.",
      WAIT_BUCKETS,
      [...FLOW_LABELS, "execute"],
    );
    this.#executions = metrics.histogram(
      "apiserver_flowcontrol_request_execution_seconds",
      "How long requests held their seats, in seconds.",
      WAIT_BUCKETS,
      [...FLOW_LABELS, "type"],
    );
  }

  begun(level: string, { schema, arrivedAt, begunAt }: FlowEntry): void {
    this.#dispatched.increment([level, schema]);
    this.#waits.observe(((begunAt ?? arrivedAt) - arrivedAt) / 1000, [level, schema, "true"]);
  }

  ended(level: string, { schema }: FlowEntry, durationMs: number): void {
    this.#executions.observe(durationMs / 1000, [level, schema, "regular"]);
  }

  rejected(level: string, { schema }: FlowEntry, reason: string, waitedMs: number): void {
    this.#rejected.increment([level, schema, reason]);
    this.#waits.observe(waitedMs / 1000, [level, schema, "false"]);
  }

  /** Tells the state of the levels to whoever reads the metrics. */
  follow(levels: () => Iterable<PriorityLevel>): void {
    const gauge = (name: string, help: string, labels: readonly string[]) =>
      this.#metrics.gauge(`apiserver_flowcontrol_${name}`, help, labels);
    const nominal = gauge("nominal_limit_seats", "Seats that a level has.", ["priority_level"]);
    const limit = gauge("current_limit_seats", "Seats of a level with those borrowed and without those lent.", [
      "priority_level",
    ]);
    const waiting = gauge("current_inqueue_requests", "Requests that wait.", FLOW_LABELS);
    const executing = gauge("current_executing_requests", "Requests that hold seats.", FLOW_LABELS);
    const seats = gauge("current_executing_seats", "Seats that are held.", FLOW_LABELS);
    this.#metrics.onCollect(() => {
      for (const each of [waiting, executing, seats]) each.reset();
      for (const level of levels()) {
        nominal.set(level.limits.nominal, [level.name]);
        limit.set(level.currentLimit, [level.name]);
        for (const queue of level.queues?.snapshot() ?? []) {
          for (const { schema } of queue.waiting) waiting.increment([level.name, schema]);
        }
        for (const entry of level.executing) {
          executing.increment([level.name, entry.schema]);
          seats.increment([level.name, entry.schema], entry.seats);
        }
      }
    });
  }
}
