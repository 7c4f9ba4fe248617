import { badRequest } from "../api/api-error.ts";
import { Semaphore } from "../lib/semaphore.ts";
import type { ControlPlane, NodeFleet } from "./nodes/node-fleet.ts";
import type { Platform } from "./platform.ts";

export interface ClusterActivityOptions {
  readonly fleet: NodeFleet;
  readonly platform: Pick<Platform, "freeze" | "thaw">;
  /** Told when it has been paused, and when it goes on. */
  readonly onPaused: (isPaused: boolean) => Promise<void>;
}

/** What acts by itself, besides the nodes: it is begun anew after each pause. */
export type BeginDeciders = (begun: AsyncDisposableStack) => Promise<void>;

/**
 * All that acts in a cluster without being asked: controllers, scheduler, the agents of nodes, and the containers themselves. Paused, it does
 * nothing, and only the API and what the kernel does for Services are left. Disposing it ends the pods.
 */
export class ClusterActivity implements AsyncDisposable {
  readonly #options: ClusterActivityOptions;
  readonly #turns = new Semaphore(1);
  #beginDeciders: BeginDeciders | undefined;
  #deciders = new AsyncDisposableStack();
  #isPaused = false;

  constructor(options: ClusterActivityOptions) {
    this.#options = options;
  }

  /** Resolves when all nodes but those that are switched off are Ready. */
  async begin(controlPlane: ControlPlane, deciders: BeginDeciders): Promise<void> {
    await this.#turns.run(async () => {
      this.#beginDeciders = deciders;
      await Promise.all([deciders(this.#deciders), this.#options.fleet.startAll(controlPlane)]);
    });
  }

  async pause(): Promise<void> {
    await this.#turns.run(async () => {
      if (!this.#beginDeciders) throw badRequest("the cluster is still starting");
      if (this.#isPaused) return;
      this.#isPaused = true;
      // Probes of what is frozen would fail, so their agents go first.
      await this.#deciders.disposeAsync();
      await this.#options.fleet.pause();
      try {
        await this.#options.platform.freeze();
      } catch (error) {
        await this.#goOn();
        throw error;
      }
      await this.#options.onPaused(true);
    });
  }

  async unpause(): Promise<void> {
    await this.#turns.run(async () => {
      if (!this.#isPaused) return;
      await this.#goOn();
      await this.#options.onPaused(false);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turns.run(async () => {
      // What is frozen does not hear that it should end.
      if (this.#isPaused) await this.#options.platform.thaw();
      await this.#deciders.disposeAsync();
      await this.#options.fleet[Symbol.asyncDispose]();
    });
  }

  async #goOn(): Promise<void> {
    await this.#options.platform.thaw();
    // Nodes first: their leases are as old as the pause.
    await this.#options.fleet.resume();
    this.#deciders = new AsyncDisposableStack();
    await this.#beginDeciders?.(this.#deciders);
    this.#isPaused = false;
  }
}
