import { once } from "node:events";
import { createServer, isIP, type Server, type Socket } from "node:net";

import { UserError } from "../../lib/user-error.ts";
import type { ForwardedPort } from "./forwarded-ports.ts";

/** Where connections are taken. */
export interface ListenAddress {
  readonly ip: string;
  /** One half of `localhost`: a machine may lack one of the two, but not both. */
  readonly isHalfOfLocalhost: boolean;
}

/** What `--address` says, each address once and in the order in which they are told. */
export function listenAddresses(texts: readonly string[]): readonly ListenAddress[] {
  const byIp = new Map<string, ListenAddress>();
  for (const text of texts) {
    if (text !== "localhost" && isIP(text) === 0) throw new UserError(`${text} is not a valid IP`);
    for (const ip of text === "localhost" ? ["127.0.0.1", "::1"] : [text])
      byIp.set(ip, { ip, isHalfOfLocalhost: text === "localhost" });
  }
  if (byIp.size === 0) throw new UserError("you must specify at least 1 address");
  return [...byIp.values()].toSorted((left, right) => (left.ip < right.ip ? -1 : 1));
}

export interface PortListener {
  /** An address takes connections: `127.0.0.1:8080`. */
  onListening(address: string): void;
  onConnection(socket: Socket, localPort: number): void;
}

/** What came of listening on one port. */
export interface PortListeners {
  readonly servers: readonly Server[];
  /** Undefined: enough addresses take connections. */
  readonly problem: string | undefined;
}

/** Takes connections to a port on each of the addresses. A free port, once found, is the same on all of them. */
export async function listenOnPort(
  { local }: ForwardedPort,
  addresses: readonly ListenAddress[],
  listener: PortListener,
): Promise<PortListeners> {
  const servers: Server[] = [];
  const failures: { readonly text: string; readonly address: ListenAddress }[] = [];
  let port = local;
  for (const address of addresses) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the first decides which port is free
      const server = await listen(address.ip, port, (socket) => listener.onConnection(socket, port));
      port = portOf(server);
      servers.push(server);
      listener.onListening(hostAndPort(address.ip, port));
    } catch (error) {
      failures.push({ text: failureText(error, address.ip, port), address });
    }
  }
  const halves = addresses.filter(({ isHalfOfLocalhost }) => isHalfOfLocalhost).length;
  const failedHalves = failures.filter(({ address }) => address.isHalfOfLocalhost).length;
  const isServed = failures.length === failedHalves && (halves === 0 || failedHalves < halves);
  const texts = failures.map(({ text }) => text).join(" ");
  return {
    servers,
    problem: isServed ? undefined : `Listeners failed to create with the following errors: [${texts}]`,
  };
}

async function listen(host: string, port: number, onConnection: (socket: Socket) => void): Promise<Server> {
  // Whoever has sent all may still wait for an answer.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  server.listen({ host, port, ipv6Only: isIP(host) === 6 });
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The listener has no port");
  return address.port;
}

const hostAndPort = (host: string, port: number): string => `${host.includes(":") ? `[${host}]` : host}:${port}`;

/** As Go's net package says it. */
const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: "bind: address already in use",
  EACCES: "bind: permission denied",
  EADDRNOTAVAIL: "bind: cannot assign requested address",
  EAFNOSUPPORT: "socket: address family not supported by protocol",
};

function failureText(error: unknown, ip: string, port: number): string {
  if (!(error instanceof Error)) throw error;
  const { code = "" } = error as NodeJS.ErrnoException;
  const problem = LISTEN_PROBLEMS[code] ?? error.message;
  return `unable to create listener: Error listen tcp${isIP(ip)} ${hostAndPort(ip, port)}: ${problem}`;
}
