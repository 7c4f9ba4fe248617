import { BackgroundTasks } from "../../lib/background.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import { type Clock, sleep } from "../../lib/time/clock.ts";
import {
  type EvictionCandidate,
  evictionMessage,
  evictionOrder,
  type Observation,
  type Pressure,
  type PressureCondition,
  pressuresOf,
} from "./node-pressure.ts";

export interface EvictorOptions {
  readonly observe: () => Promise<Observation>;
  /** Running pods, with what they use of that resource. Asked under pressure only: it costs. */
  readonly candidates: (resource: Pressure["resource"]) => Promise<readonly EvictionCandidate[]>;
  readonly evict: (podUid: string, message: string) => void;
  /** Told when the conditions of the node change. */
  readonly onConditions: (conditions: ReadonlySet<PressureCondition>) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** As often as the kubelet looks (pkg/kubelet/eviction). */
const LOOK_EVERY_MS = 10_000;
/** A node that was under pressure is not believed to be well again at once. */
const TRANSITION_MS = 5 * 60_000;

/** Watches over a machine's memory and disk. Under pressure the node says so, and gives up one pod at a time until there is room again. */
export class Evictor implements AsyncDisposable {
  readonly #options: EvictorOptions;
  readonly #tasks: BackgroundTasks;
  readonly #lastSeen = new Map<PressureCondition, number>();
  #conditions: ReadonlySet<PressureCondition> = new Set();

  constructor(options: EvictorOptions) {
    this.#options = options;
    this.#tasks = new BackgroundTasks(options.log);
  }

  /** What the node is under now, and a while after. */
  get conditions(): ReadonlySet<PressureCondition> {
    return this.#conditions;
  }

  start(): void {
    const { clock, log } = this.#options;
    this.#tasks.run("Watch over memory and disk", async (signal) => {
      for (;;) {
        await sleep(LOOK_EVERY_MS, { clock, signal });
        await this.#look().catch((error: unknown) => log.warn(`Cannot look at the machine: ${errorText(error)}`));
      }
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#tasks.stop();
  }

  async #look(): Promise<void> {
    const pressures = pressuresOf(await this.#options.observe());
    this.#remember(pressures);
    const [first] = pressures;
    if (first) await this.#relieve(first);
  }

  #remember(pressures: readonly Pressure[]): void {
    const now = this.#options.clock.now();
    for (const { condition } of pressures) this.#lastSeen.set(condition, now);
    const held = [...this.#lastSeen].filter(([, at]) => now - at < TRANSITION_MS).map(([condition]) => condition);
    const isNews = held.length !== this.#conditions.size || held.some((condition) => !this.#conditions.has(condition));
    if (!isNews) return;
    this.#conditions = new Set(held);
    this.#options.onConditions(this.#conditions);
  }

  async #relieve(pressure: Pressure): Promise<void> {
    const { candidates, evict, log } = this.#options;
    const [chosen] = evictionOrder(await candidates(pressure.resource), pressure.resource);
    if (!chosen) return log.warn(`The node is low on ${pressure.resource}, and has no pod to give up`);
    evict(chosen.pod.metadata.uid ?? "", evictionMessage(chosen, pressure));
  }
}
