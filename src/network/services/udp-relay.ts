import { createSocket, type Socket } from "node:dgram";

import { EndpointChooser, type ListenerTarget } from "./endpoint-chooser.ts";
import type { EndpointAddress } from "./route-endpoints.ts";
import type { LocalListener } from "./tcp-relay.ts";

/** A client whose last datagram is older than this is forgotten: as the kernel's own UDP tracking does for streams. */
const IDLE_MS = 120_000;
/** Each flow has a socket. When there are more, the one that was silent for longest goes. */
const MOST_FLOWS = 4096;

interface Flow {
  readonly socket: Socket;
  readonly endpoint: EndpointAddress;
  lastUsedAt: number;
}

/**
 * Relays datagrams: each client address keeps one endpoint while it talks and the endpoint is there, and gets the answers back.
 */
export async function listenUdp(
  on: { readonly hostname: string; readonly port: number },
  target: () => ListenerTarget,
): Promise<LocalListener> {
  const flows = new Map<string, Flow>();
  const chooser = new EndpointChooser();
  const server = createSocket(on.hostname.includes(":") ? "udp6" : "udp4");
  const forget = (key: string, flow: Flow): void => {
    if (flows.get(key) !== flow) return;
    flows.delete(key);
    flow.socket.close();
  };

  const flowOf = (address: string, port: number): Flow | undefined => {
    const key = `${address} ${port}`;
    const current = target();
    const known = flows.get(key);
    if (known) {
      if (current.admits(address) && isAmong(current.endpointsFor(address), known.endpoint)) {
        // The first in the map is the one that was silent for longest.
        flows.delete(key);
        flows.set(key, known);
        return known;
      }
      forget(key, known);
    }
    const [endpoint] = chooser.candidates(current, address);
    if (!endpoint) return undefined;
    chooser.remember(current, address, endpoint);
    const socket = createSocket("udp4");
    const flow: Flow = { socket, endpoint, lastUsedAt: performance.now() };
    socket.on("message", (bytes) => server.send(bytes, port, address));
    // The pod refused or is gone: the next datagram finds another endpoint.
    socket.on("error", () => forget(key, flow));
    socket.connect(endpoint.port, endpoint.ip);
    socket.unref();
    flows.set(key, flow);
    const [oldest] = flows;
    if (flows.size > MOST_FLOWS && oldest) forget(...oldest);
    return flow;
  };

  server.on("message", (bytes, from) => {
    forgetIdle(flows);
    const flow = flowOf(from.address, from.port);
    if (!flow) return;
    flow.lastUsedAt = performance.now();
    whenConnected(flow.socket, () => flow.socket.send(bytes));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.bind({ address: on.hostname, port: on.port, exclusive: true }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  // An answer that a client does not take concerns nobody else.
  server.on("error", () => {});
  return {
    port: server.address().port,
    close() {
      server.close();
      for (const flow of flows.values()) flow.socket.close();
      flows.clear();
    },
  };
}

const isAmong = (endpoints: readonly EndpointAddress[], { ip, port }: EndpointAddress): boolean =>
  endpoints.some((each) => each.ip === ip && each.port === port);

/** Runs with the datagrams that come anyway: no timer waits for silence. Those used last come last. */
function forgetIdle(flows: Map<string, Flow>): void {
  const oldest = performance.now() - IDLE_MS;
  for (const [key, flow] of flows) {
    if (flow.lastUsedAt > oldest) return;
    flows.delete(key);
    flow.socket.close();
  }
}

function whenConnected(socket: Socket, send: () => void): void {
  try {
    socket.remoteAddress();
    send();
  } catch {
    // Thrown while the address is still being set; the first datagram waits for it.
    socket.once("connect", send);
  }
}
