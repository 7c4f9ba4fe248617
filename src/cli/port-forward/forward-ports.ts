import type { Server, Socket } from "node:net";
import type { Duplex } from "node:stream";

import { untilAborted } from "../../lib/abort.ts";
import { UserError } from "../../lib/user-error.ts";
import { SpdyConnection } from "../../lib/wire/spdy.ts";
import type { CliContext } from "../context.ts";
import { forwardConnection } from "./forward-connection.ts";
import type { ForwardedPort } from "./forwarded-ports.ts";
import { type ListenAddress, listenOnPort } from "./listen.ts";

/** Passes on all that connects to our ports through one tunnel to a pod, until the tunnel breaks or the user stops it. */
export async function forwardPorts(
  transport: Duplex,
  ports: readonly ForwardedPort[],
  addresses: readonly ListenAddress[],
  context: CliContext,
): Promise<void> {
  const tunnel = new SpdyConnection(transport);
  const lost = new UserError("lost connection to pod");
  // A server opens no streams.
  const broken = tunnel
    .run(() => undefined)
    .then(
      () => Promise.reject(lost),
      () => Promise.reject(lost),
    );
  const sockets = new Set<Socket>();
  let requests = 0;
  const onConnection = (socket: Socket, localPort: number, port: number): void => {
    context.stdout.write(`Handling connection for ${localPort}\n`);
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    forwardConnection(socket, tunnel, { id: requests++, port }).then(
      (problem) => {
        if (problem === "") return;
        context.stderr.write(`an error occurred forwarding ${localPort} -> ${port}: ${problem}\n`);
        // Kubernetes does this too (client-go/tools/portforward): the pod is taken to be gone.
        tunnel.close();
      },
      (error: unknown) => context.log.error(`Cannot forward a connection to port ${localPort}`, { error }),
    );
  };
  const servers: Server[] = [];
  const listening = listenOnAll(ports, addresses, { servers, onConnection, context });
  try {
    await untilAborted(Promise.race([broken, listening.then(() => broken)]), context.signal);
  } catch (error) {
    // Ctrl-C is how a session ends in good order.
    if (!context.signal.aborted) throw error;
  } finally {
    // What is being opened at this moment is to be closed as well.
    await Promise.allSettled([listening]);
    for (const server of servers) server.close();
    for (const socket of sockets) socket.destroy();
    transport.destroy();
  }
}

async function listenOnAll(
  ports: readonly ForwardedPort[],
  addresses: readonly ListenAddress[],
  {
    servers,
    onConnection,
    context,
  }: {
    readonly servers: Server[];
    readonly onConnection: (socket: Socket, localPort: number, port: number) => void;
    readonly context: CliContext;
  },
): Promise<void> {
  let served = 0;
  for (const port of ports) {
    // oxlint-disable-next-line no-await-in-loop -- in the order asked for, which is also the order of the messages
    const { servers: opened, problem } = await listenOnPort(port, addresses, {
      onListening: (address) => void context.stdout.write(`Forwarding from ${address} -> ${port.remote}\n`),
      onConnection: (socket, localPort) => onConnection(socket, localPort, port.remote),
    });
    servers.push(...opened);
    if (problem === undefined) served++;
    else context.stderr.write(`Unable to listen on port ${port.local}: ${problem}\n`);
  }
  if (served > 0) return;
  const asked = ports.map(({ local, remote }) => `{${local} ${remote}}`).join(" ");
  throw new UserError(`unable to listen on any of the requested ports: [${asked}]`);
}
