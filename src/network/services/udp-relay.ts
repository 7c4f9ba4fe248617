import { createSocket, type Socket } from "node:dgram";

import type { EndpointAddress } from "./service-routes.ts";
import type { LocalListener } from "./tcp-relay.ts";

/** A client whose last datagram is older than this is forgotten: as the kernel's own UDP tracking does for streams. */
const IDLE_MS = 120_000;

interface Flow {
  readonly socket: Socket;
  lastUsedAt: number;
}

/** Relays datagrams: each client address keeps one endpoint while it talks, and gets the answers back. */
export async function listenUdp(
  on: { readonly hostname: string; readonly port: number },
  endpoints: () => readonly EndpointAddress[],
): Promise<LocalListener> {
  const flows = new Map<string, Flow>();
  const server = createSocket(on.hostname.includes(":") ? "udp6" : "udp4");
  let next = 0;

  const flowOf = (address: string, port: number): Flow | undefined => {
    const key = `${address} ${port}`;
    const known = flows.get(key);
    if (known) return known;
    const targets = endpoints();
    const target = targets[next++ % Math.max(targets.length, 1)];
    if (!target) return undefined;
    const socket = createSocket("udp4");
    const flow: Flow = { socket, lastUsedAt: performance.now() };
    const forget = (): void => {
      if (flows.get(key) !== flow) return;
      flows.delete(key);
      socket.close();
    };
    socket.on("message", (bytes) => server.send(bytes, port, address));
    // The pod refused or is gone: the next datagram finds another endpoint.
    socket.on("error", forget);
    socket.connect(target.port, target.ip);
    socket.unref();
    flows.set(key, flow);
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

/** Runs with the datagrams that come anyway: no timer waits for silence. */
function forgetIdle(flows: Map<string, Flow>): void {
  const oldest = performance.now() - IDLE_MS;
  for (const [key, flow] of flows) {
    if (flow.lastUsedAt > oldest) continue;
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
