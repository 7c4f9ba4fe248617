import { errorText, type Logger } from "../../lib/logger.ts";
import type { DataPath } from "./service-proxy.ts";
import type { EndpointAddress, ServiceRoute } from "./service-routes.ts";
import { type LocalListener, listenTcp } from "./tcp-relay.ts";
import { listenUdp } from "./udp-relay.ts";

/** The addresses that the name `localhost` may mean. */
const LOCALHOSTS = ["127.0.0.1", "::1"] as const;

/**
 * Node ports on localhost, served in process: the kernel does not send packets from 127.x to another machine, and a laptop's user types
 * `localhost`. Endpoints are looked up for each connection, so a change of endpoints never touches a listener.
 */
export class LocalhostPorts implements DataPath, AsyncDisposable {
  readonly name = "localhost ports";
  readonly #log: Logger;
  readonly #listeners = new Map<
    string,
    { readonly listeners: readonly LocalListener[]; endpoints: readonly EndpointAddress[] }
  >();

  constructor(log: Logger) {
    this.#log = log;
  }

  async apply(routes: readonly ServiceRoute[]): Promise<void> {
    const wanted = new Map(
      routes.flatMap((route) =>
        route.nodePort === undefined
          ? []
          : [[`${route.protocol}:${route.nodePort}`, route] satisfies [string, ServiceRoute]],
      ),
    );
    for (const [key, open] of this.#listeners) {
      if (wanted.has(key)) continue;
      this.#listeners.delete(key);
      for (const listener of open.listeners) listener.close();
    }
    for (const [key, route] of wanted) {
      const open = this.#listeners.get(key);
      if (open) open.endpoints = route.endpoints;
      else this.#listeners.set(key, { listeners: await this.#open(key, route), endpoints: route.endpoints });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.apply([]);
  }

  /** A port that another program holds is told and left: the cluster goes on, and the port still answers on the node's address. */
  async #open(key: string, route: ServiceRoute): Promise<readonly LocalListener[]> {
    const port = route.nodePort ?? 0;
    const endpoints = (): readonly EndpointAddress[] => this.#listeners.get(key)?.endpoints ?? route.endpoints;
    const listeners: LocalListener[] = [];
    for (const hostname of LOCALHOSTS) {
      try {
        if (route.protocol === "TCP") listeners.push(await listenTcp({ hostname, port }, endpoints));
        if (route.protocol === "UDP") listeners.push(await listenUdp({ hostname, port }, endpoints));
      } catch (error) {
        if (hostname === "::1") continue;
        this.#log.warn(`Node port ${port} of Service ${route.id} does not answer on localhost: ${errorText(error)}`);
      }
    }
    return listeners;
  }
}
