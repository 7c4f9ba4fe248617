import { connect, createServer, type Socket } from "node:net";

import { EndpointChooser, type ListenerTarget } from "./endpoint-chooser.ts";
import type { EndpointAddress } from "./route-endpoints.ts";

export interface LocalListener {
  readonly port: number;
  close(): void;
}

/** What an endpoint may take to accept before the next one is tried. */
const CONNECT_TIMEOUT_MS = 5000;

/**
 * Accepts connections and relays each to one of the target's endpoints, asked anew for each connection. An endpoint that refuses is passed
 * over for the next: it may be a pod that has just gone. Both directions have back-pressure and half-close. Closing the listener leaves
 * connections that are open to finish.
 */
export async function listenTcp(
  on: { readonly hostname: string; readonly port: number },
  target: () => ListenerTarget,
): Promise<LocalListener> {
  const chooser = new EndpointChooser();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => {
    client.on("error", () => client.destroy());
    const clientIp = plainAddress(client.remoteAddress ?? "");
    const current = target();
    relay(client, chooser.candidates(current, clientIp), (endpoint) => chooser.remember(current, clientIp, endpoint));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: on.hostname, port: on.port, exclusive: true }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  // A connection that could not be taken (no file descriptor is left, say) concerns its client only.
  server.on("error", () => {});
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("A TCP listener has an address");
  return { port: address.port, close: () => void server.close() };
}

/** `::ffff:127.0.0.1` is how a socket for both families names an old address. */
const plainAddress = (address: string): string => address.replace(/^::ffff:/, "");

function relay(
  client: Socket,
  [target, ...others]: readonly EndpointAddress[],
  onConnected: (endpoint: EndpointAddress) => void,
): void {
  if (!target) {
    client.resetAndDestroy();
    return;
  }
  const upstream = connect({ host: target.ip, port: target.port, allowHalfOpen: true, noDelay: true });
  const onRefused = (): void => {
    upstream.destroy();
    if (!client.destroyed) relay(client, others, onConnected);
  };
  upstream.once("error", onRefused);
  upstream.setTimeout(CONNECT_TIMEOUT_MS, onRefused);
  upstream.once("connect", () => {
    upstream.setTimeout(0);
    upstream.off("error", onRefused);
    upstream.on("error", () => upstream.destroy());
    onConnected(target);
    // Whichever side breaks takes the other with it; an orderly end passes through pipe.
    client.once("close", () => upstream.destroy());
    upstream.once("close", () => client.destroy());
    client.pipe(upstream);
    upstream.pipe(client);
  });
}
