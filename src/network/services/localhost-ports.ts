import type { Logger } from "../../lib/logger.ts";
import type { ListenerTarget } from "./endpoint-chooser.ts";
import { ListenerSet, type WantedListener } from "./listener-set.ts";
import type { DataPath, Routes } from "./service-proxy.ts";
import type { ServiceRoute } from "./service-routes.ts";

/** The addresses that the name `localhost` may mean. */
const LOCALHOSTS = ["127.0.0.1", "::1"] as const;

/**
 * Node ports and host ports on localhost, served in process: the kernel does not send packets from 127.x to another machine, and a laptop's
 * user types `localhost`.
 */
export class LocalhostPorts implements DataPath, Disposable {
  readonly name = "localhost ports";
  readonly #listeners: ListenerSet;

  constructor(log: Logger) {
    this.#listeners = new ListenerSet(log);
  }

  async apply({ services, hostPorts }: Routes): Promise<void> {
    const forNodePorts = services.flatMap((route) =>
      LOCALHOSTS.flatMap((ip): WantedListener[] => {
        if (route.nodePort === undefined || route.protocol === "SCTP") return [];
        const purpose = `Node port ${route.nodePort} of Service ${route.id}`;
        return [{ protocol: route.protocol, ip, port: route.nodePort, purpose, target: targetWithin(route) }];
      }),
    );
    const forHostPorts = hostPorts.flatMap(({ pod, protocol, hostPort, localhosts, target }) =>
      localhosts.flatMap((ip): WantedListener[] =>
        protocol === "SCTP"
          ? []
          : [
              {
                protocol,
                ip,
                port: hostPort,
                purpose: `Host port ${hostPort} of pod ${pod}`,
                target: targetOf([target]),
              },
            ],
      ),
    );
    await this.#listeners.apply([...forNodePorts, ...forHostPorts]);
  }

  [Symbol.dispose](): void {
    this.#listeners[Symbol.dispose]();
  }
}

/** Of connections that begin on this machine. */
function targetWithin({ outsideFromWithin, affinitySeconds }: ServiceRoute): ListenerTarget {
  return { endpointsFor: () => outsideFromWithin.everywhere, admits: () => true, affinitySeconds };
}

const targetOf = (endpoints: ReturnType<ListenerTarget["endpointsFor"]>): ListenerTarget => ({
  endpointsFor: () => endpoints,
  admits: () => true,
  affinitySeconds: undefined,
});
