import { connect, createServer, type Socket } from "node:net";

import type { EndpointAddress } from "./service-routes.ts";

export interface LocalListener {
  readonly port: number;
  close(): void;
}

/**
 * Accepts connections and relays each to one of `endpoints()`, asked anew for each connection. An endpoint that refuses is passed over for
 * the next: it may be a pod that has just gone. Both directions have back-pressure and half-close. Closing the listener leaves connections
 * that are open to finish.
 */
export async function listenTcp(
  on: { readonly hostname: string; readonly port: number },
  endpoints: () => readonly EndpointAddress[],
): Promise<LocalListener> {
  let next = 0;
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => {
    client.on("error", () => client.destroy());
    relay(client, rotated(endpoints(), next++));
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

function relay(client: Socket, [target, ...others]: readonly EndpointAddress[]): void {
  if (!target) {
    client.destroy();
    return;
  }
  const upstream = connect({ host: target.ip, port: target.port, allowHalfOpen: true, noDelay: true });
  const onRefused = (): void => {
    upstream.destroy();
    if (!client.destroyed) relay(client, others);
  };
  upstream.once("error", onRefused);
  upstream.once("connect", () => {
    upstream.off("error", onRefused);
    upstream.on("error", () => upstream.destroy());
    // Whichever side breaks takes the other with it; an orderly end passes through pipe.
    client.once("close", () => upstream.destroy());
    upstream.once("close", () => client.destroy());
    client.pipe(upstream);
    upstream.pipe(client);
  });
}

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const start = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
