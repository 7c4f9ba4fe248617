import type { Logger } from "../lib/logger.ts";
import { UserError } from "../lib/user-error.ts";
import { listenerKey, ListenerSet, type WantedListener } from "../network/services/listener-set.ts";
import { type PublishedPort, publishedPortText } from "./config/published-port.ts";

/** Ports of this machine behind which those of the nodes are: node ports, host ports, the ports of Ingresses. */
export class PublishedPorts implements Disposable {
  readonly #listeners: ListenerSet;
  #applied: readonly PublishedPort[] = [];

  constructor(log: Logger) {
    this.#listeners = new ListenerSet(log);
  }

  /** Throws UserError when one cannot be had; then all is as it was before. */
  async apply(ports: readonly PublishedPort[]): Promise<void> {
    const wanted = ports.map(wantedListener);
    await this.#listeners.apply(wanted);
    const failed = wanted.find((each) => this.#listeners.failureOf(listenerKey(each)) !== undefined);
    if (!failed) {
      this.#applied = ports;
      return;
    }
    const code = this.#listeners.failureOf(listenerKey(failed)) ?? "";
    await this.#listeners.apply(this.#applied.map(wantedListener));
    throw new UserError(`Cannot publish port ${failed.port} on ${failed.ip}: ${REASONS[code] ?? code}`, {
      hint: "Choose another with --ports",
    });
  }

  [Symbol.dispose](): void {
    this.#listeners[Symbol.dispose]();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program uses it",
  EACCES: "only root may listen there",
  EADDRNOTAVAIL: "this machine does not have that address",
};

/** What a node serves is on localhost: the nodes of this cluster are this machine. */
function wantedListener(published: PublishedPort): WantedListener {
  const { ip, port, nodePort, protocol } = published;
  const target = { endpointsFor: () => [{ ip: "127.0.0.1", port: nodePort }], admits: () => true };
  const purpose = `Published port ${publishedPortText(published)}`;
  return { protocol, ip, port, purpose, target: { ...target, affinitySeconds: undefined } };
}
