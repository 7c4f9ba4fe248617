import type { HttpsTransport } from "../client/https-transport.ts";
import { type DashboardResource, addressText } from "../feeds/resource.ts";
import type { BackgroundTasks } from "../lib/background.ts";
import { errorText } from "../lib/logger.ts";
import { printable } from "../lib/terminal-text.ts";
import { type Clock, type Timer, timestamp } from "../lib/time/clock.ts";
import { change, podSelector } from "./actions/cluster-actions.ts";
import { editObject } from "./actions/edit-object.ts";
import { nextTickMs } from "./state/next-tick.ts";
import type { Effect, Event, State } from "./state/state.ts";
import { subscriptions } from "./state/subscriptions.ts";
import { update } from "./state/update.ts";
import { Subscriber } from "./subscriber.ts";

/** The terminal, as far as somebody else may have it for a while. */
interface TerminalLoan {
  /** Runs a program on the terminal in place of the dashboard; resolves with its exit code. */
  run(command: readonly string[]): Promise<number>;
}

export interface RuntimeOptions {
  readonly transport: HttpsTransport;
  readonly discover: () => Promise<readonly DashboardResource[]>;
  /** The command line of this program, with the connection's flags. */
  readonly kube: (args: readonly string[]) => readonly string[];
  /** The user's editor, with its arguments. */
  readonly editor: readonly string[];
  readonly clock: Clock;
  readonly tasks: BackgroundTasks;
  readonly terminal: TerminalLoan;
  readonly onState: (state: State) => void;
  readonly onQuit: () => void;
}

/** Holds the state: hands events to `update`, follows what the new state asks for, and does its effects. */
export class Runtime {
  readonly #options: RuntimeOptions;
  readonly #subscriber: Subscriber;
  #state: State;
  #tick: Timer | undefined;

  constructor(initial: State, options: RuntimeOptions) {
    this.#state = initial;
    this.#options = options;
    const { transport, clock, tasks } = options;
    this.#subscriber = new Subscriber({ transport, clock, tasks, dispatch: this.dispatch });
  }

  get state(): State {
    return this.#state;
  }

  start(): void {
    this.#subscriber.follow(subscriptions(this.#state));
  }

  readonly dispatch = (event: Event): void => {
    const { state, effects } = update(this.#state, event);
    if (state !== this.#state) {
      this.#state = state;
      this.#subscriber.follow(subscriptions(state));
      this.#options.onState(state);
    }
    this.#tickLater();
    for (const effect of effects) this.#perform(effect);
  };

  stop(): void {
    this.#tick?.cancel();
    this.#subscriber.follow({ feeds: [], logs: [] });
  }

  /** Time passes on the screen only where an age is shown, and as often as it changes. */
  #tickLater(): void {
    this.#tick?.cancel();
    const delayMs = nextTickMs(this.#state);
    if (delayMs === undefined) return;
    this.#tick = this.#options.clock.setTimeout(
      () => this.dispatch({ type: "ticked", now: this.#options.clock.now() }),
      delayMs,
    );
  }

  #perform(effect: Effect): void {
    if (effect.type === "quit") return this.#options.onQuit();
    this.#options.tasks.run(effect.type, async () => {
      try {
        await this.#done(effect);
      } catch (error) {
        this.notify("bad", errorText(error));
      }
    });
  }

  async #done(effect: Exclude<Effect, { type: "quit" }>): Promise<void> {
    const { transport, clock, terminal, kube } = this.#options;
    switch (effect.type) {
      case "drill": {
        const selector = await podSelector(transport, effect.address);
        return this.dispatch({ type: "drilled", address: effect.address, into: effect.into, selector });
      }
      case "discover":
        return this.dispatch({
          type: "discovered",
          resources: await this.#options.discover(),
          command: effect.command,
        });
      case "delete":
      case "scale":
      case "restart":
      case "cordon":
        return this.notify("good", await change(transport, effect, timestamp(clock.now())));
      case "shell": {
        const { namespace = "", name } = effect.pod;
        const container = effect.container === undefined ? [] : [`--container=${effect.container}`];
        const shell = "command -v bash >/dev/null && exec bash || exec sh";
        const args = ["exec", "-it", name, `--namespace=${namespace}`, ...container, "--", "sh", "-c", shell];
        const exitCode = await terminal.run(kube(args));
        return this.notify(exitCode === 0 ? "good" : "bad", `Shell in ${name} ended with exit code ${exitCode}`);
      }
      case "edit": {
        const openEditor = async (path: string): Promise<void> => {
          const exitCode = await terminal.run([...this.#options.editor, path]);
          if (exitCode !== 0)
            throw new Error(`The editor ended with exit code ${exitCode}: ${addressText(effect.address)} not changed`);
        };
        return this.notify("good", await editObject(effect.address, { transport, openEditor }));
      }
    }
  }

  notify(tone: "good" | "bad", text: string): void {
    this.dispatch({ type: "notified", notice: { tone, text: printable(text) } });
  }
}
