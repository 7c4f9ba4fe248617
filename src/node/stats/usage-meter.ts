import { type Clock, sleep } from "../../lib/time/clock.ts";
import type { ContainerRuntime, ContainerStats } from "../runtime/runtime.ts";

/** What one container or sandbox uses, measured over a while. */
export interface MeasuredStats {
  readonly stats: ContainerStats;
  readonly cpuNanocores: number;
  /** How long CPU was measured, in milliseconds. */
  readonly windowMs: number;
}

/** As often as the kubelet's cAdvisor reads. */
const FRESH_MS = 10_000;
/** Older readings say nothing about now. */
const LONGEST_WINDOW_MS = 60_000;
/** What has no earlier reading is read again after this. */
const SHORTEST_WINDOW_MS = 1000;

type Reading = ReadonlyMap<string, ContainerStats>;

/**
 * Measures what the containers of a node use, when somebody asks: a node that nobody asks does nothing. CPU is known from two readings, so
 * the first answer after a pause takes a second; who asks again soon gets the while since then.
 */
export class UsageMeter {
  readonly #runtime: Pick<ContainerRuntime, "stats">;
  readonly #clock: Clock;
  /** Oldest first. */
  #readings: readonly { readonly at: number; readonly byId: Reading }[] = [];
  #measuring: Promise<readonly MeasuredStats[]> | undefined;
  #isNewcomerExpected = false;

  constructor(runtime: Pick<ContainerRuntime, "stats">, clock: Clock) {
    this.#runtime = runtime;
    this.#clock = clock;
  }

  /** A container has started: whoever asks next need not wait until the last reading is old. */
  expectNewcomer(): void {
    this.#isNewcomerExpected = true;
  }

  /** Everything that runs. Who asks while somebody else is being answered gets the same answer. */
  measure(): Promise<readonly MeasuredStats[]> {
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = undefined;
    });
    return this.#measuring;
  }

  async #measure(): Promise<readonly MeasuredStats[]> {
    const latest = this.#readings.at(-1);
    const isFresh = latest !== undefined && this.#clock.now() - latest.at < FRESH_MS;
    if (!isFresh || this.#isNewcomerExpected) await this.#read();
    if (this.#hasNewcomers()) {
      await sleep(SHORTEST_WINDOW_MS, { clock: this.#clock });
      await this.#read();
    }
    return this.#measured();
  }

  async #read(): Promise<void> {
    this.#isNewcomerExpected = false;
    const stats = await this.#runtime.stats();
    const at = this.#clock.now();
    const recent = this.#readings.filter((reading) => at - reading.at <= LONGEST_WINDOW_MS);
    this.#readings = [...recent, { at, byId: new Map(stats.map((each) => [each.id, each])) }];
  }

  #hasNewcomers(): boolean {
    const latest = this.#readings.at(-1)?.byId ?? new Map<string, ContainerStats>();
    return [...latest.values()].some((stats) => this.#earliest(stats) === undefined);
  }

  #measured(): MeasuredStats[] {
    const latest = this.#readings.at(-1)?.byId ?? new Map<string, ContainerStats>();
    return [...latest.values()].flatMap((stats) => {
      const earlier = this.#earliest(stats);
      return earlier ? [measuredStats(earlier, stats)] : [];
    });
  }

  #earliest({ id, readAt }: ContainerStats): ContainerStats | undefined {
    return this.#readings.map(({ byId }) => byId.get(id)).find((stats) => stats !== undefined && stats.readAt < readAt);
  }
}

function measuredStats(earlier: ContainerStats, stats: ContainerStats): MeasuredStats {
  const windowMs = stats.readAt - earlier.readAt;
  const nanoseconds = Math.max(stats.cpuUsageNanoseconds - earlier.cpuUsageNanoseconds, 0);
  return { stats, windowMs, cpuNanocores: Math.round((nanoseconds / windowMs) * 1000) };
}
