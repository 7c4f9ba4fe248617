import { Semaphore } from "../../lib/semaphore.ts";
import { type AddonName, ADDONS, type AddonSwitches } from "../config/addon-switches.ts";

/** How one addon is there, and how it goes. What it leaves out is nothing to do. */
export interface Addon {
  /** While it is on, from each start of the cluster. Disposing what it returns ends that. */
  readonly start?: () => Promise<AsyncDisposable>;
  /** Makes its objects: when the cluster is new, and when it is switched on. Users may change or delete them afterwards. */
  readonly install?: () => Promise<void>;
  /** Takes its objects away again when it is switched off. */
  readonly uninstall?: () => Promise<void>;
}

/** The addons of a running cluster. */
export class Addons implements AsyncDisposable {
  readonly #addons: Readonly<Record<AddonName, Addon>>;
  readonly #running = new Map<AddonName, AsyncDisposable>();
  readonly #turns = new Semaphore(1);
  #switches: AddonSwitches;

  constructor(addons: Readonly<Record<AddonName, Addon>>, switches: AddonSwitches) {
    this.#addons = addons;
    this.#switches = switches;
  }

  /** With the objects of those that are on if the cluster is new: in an old one their absence is somebody's will. */
  async startAll({ isNew }: { readonly isNew: boolean }): Promise<void> {
    await this.#turns.run(async () => {
      const names = ADDONS.map(({ name }) => name).filter((name) => this.#switches[name]);
      if (isNew) await Promise.all(names.map(async (name) => await this.#addons[name].install?.()));
      await Promise.all(names.map(async (name) => await this.#start(name)));
    });
  }

  /** Resolves when the addons are as wanted. One that cannot start leaves itself off, and throws. */
  async apply(wanted: AddonSwitches): Promise<void> {
    await this.#turns.run(async () => {
      for (const { name } of ADDONS) {
        if (wanted[name] === this.#switches[name]) continue;
        if (wanted[name]) {
          await this.#start(name);
          await this.#addons[name].install?.();
        } else {
          await this.#stop(name);
          await this.#addons[name].uninstall?.();
        }
        this.#switches = { ...this.#switches, [name]: wanted[name] };
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turns.run(async () => {
      await Promise.all([...this.#running.keys()].map((name) => this.#stop(name)));
    });
  }

  async #start(name: AddonName): Promise<void> {
    const started = await this.#addons[name].start?.();
    if (started) this.#running.set(name, started);
  }

  async #stop(name: AddonName): Promise<void> {
    const running = this.#running.get(name);
    this.#running.delete(name);
    await running?.[Symbol.asyncDispose]();
  }
}
