import { addressText, qualifiedName } from "../../feeds/resource.ts";
import type { BackgroundTasks } from "../../lib/background.ts";
import { printable } from "../../lib/terminal-text.ts";
import type { Event, Forward } from "../state/state.ts";
import type { RunCommand } from "./run-command-line.ts";

export interface PortForwardsOptions {
  readonly tasks: BackgroundTasks;
  readonly dispatch: (event: Event) => void;
}

const LISTENS = /^Forwarding from (.+)$/gm;

/** Port-forwards that go on until they are ended, break, or the dashboard is left. */
export class PortForwards {
  readonly #options: PortForwardsOptions;
  readonly #running = new Map<number, AbortController>();

  constructor(options: PortForwardsOptions) {
    this.#options = options;
  }

  /** `run` is that of the cluster which is shown now: switching to another one does not move what is open. */
  start({ id, address, ports }: Forward, run: RunCommand): void {
    const { tasks, dispatch } = this.#options;
    const stop = new AbortController();
    this.#running.set(id, stop);
    const tell = (change: Partial<Forward>): void => dispatch({ type: "forwarded", id, change });
    const scope = address.namespace === undefined ? [] : [`--namespace=${address.namespace}`];
    const target =
      qualifiedName(address.resource) === "pods" ? address.name : `${qualifiedName(address.resource)}/${address.name}`;
    tasks.run(`forwarding ports of ${addressText(address)}`, async (ended) => {
      let isTold = false;
      const { stderr } = await run(["port-forward", target, ...ports.split(/\s+/), ...scope], {
        signal: AbortSignal.any([ended, stop.signal]),
        onOutput(stdout) {
          const listens = [...stdout.matchAll(LISTENS)].map(([, text = ""]) => printable(text));
          if (listens.length > 0) tell({ status: "active", listens });
          if (listens.length === 0 || isTold) return;
          isTold = true;
          dispatch({ type: "notified", notice: { tone: "good", text: `${addressText(address)}: ${listens[0]}` } });
        },
      });
      this.#running.delete(id);
      const problem = stop.signal.aborted ? "" : printable(stderr.trim().split("\n").at(-1) ?? "");
      tell({ status: "ended", problem, listens: [] });
      if (problem !== "") dispatch({ type: "notified", notice: { tone: "bad", text: problem } });
    });
  }

  end(id: number): void {
    this.#running.get(id)?.abort();
  }
}
