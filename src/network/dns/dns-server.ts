import { createSocket } from "node:dgram";
import { createServer, type Socket } from "node:net";

import { clusterAnswer, type DnsView } from "./cluster-records.ts";
import { answerMessage, type DnsQuery, failureMessage, parseQuery, truncated } from "./dns-message.ts";
import { framed, type Upstream } from "./upstream.ts";

/** The cluster's DNS server, by UDP and TCP. */
export interface DnsServer extends AsyncDisposable {
  readonly udpPort: number;
  readonly tcpPort: number;
}

export interface DnsServerOptions {
  readonly address: string;
  /** 0: any free port. */
  readonly port: number;
  readonly view: DnsView;
  readonly upstream: Upstream;
}

/** A client that says nothing for this long loses its connection. */
const TCP_IDLE_MS = 10_000;

export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const udp = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
  udp.on("message", (bytes, from) => {
    respond(bytes, "udp", options).then(
      (answer) => answer && udp.send(answer, from.port, from.address),
      // Forwarding failed in a way that was not foreseen: the client asks again.
      () => {},
    );
  });
  // A client that has closed its socket is told of by ICMP; it concerns nobody else.
  udp.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    udp.once("error", reject);
    udp.bind({ address: options.address, port: options.port }, () => {
      udp.off("error", reject);
      resolve();
    });
  });
  const connections = new Set<Socket>();
  const tcp = createServer((socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
    serveConnection(socket, options);
  });
  await new Promise<void>((resolve, reject) => {
    tcp.once("error", reject);
    tcp.listen({ host: options.address, port: options.port }, () => {
      tcp.off("error", reject);
      resolve();
    });
  });
  const address = tcp.address();
  if (typeof address !== "object" || address === null) throw new Error("A TCP listener has an address");
  return {
    udpPort: udp.address().port,
    tcpPort: address.port,
    async [Symbol.asyncDispose]() {
      udp.close();
      for (const socket of connections) socket.destroy();
      await new Promise<void>((resolve) => void tcp.close(() => resolve()));
    },
  };
}

async function respond(
  bytes: Buffer,
  by: "udp" | "tcp",
  { view, upstream }: DnsServerOptions,
): Promise<Buffer | undefined> {
  const query = parseQuery(bytes);
  if (!query) return undefined;
  const answer = clusterAnswer(query.question, view);
  if (answer.outcome === "elsewhere") return (await upstream.ask(bytes, by)) ?? failureMessage(query);
  return fitting(answerMessage(query, answer, view.clusterDomain), query, by);
}

function fitting(message: Buffer, query: DnsQuery, by: "udp" | "tcp"): Buffer {
  return by === "udp" && message.length > query.udpSize ? truncated(query) : message;
}

/** Several questions may come over one connection; each is answered as it can be. */
function serveConnection(socket: Socket, options: DnsServerOptions): void {
  let buffered = Buffer.alloc(0);
  socket.setTimeout(TCP_IDLE_MS, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    buffered = Buffer.concat([buffered, Buffer.from(chunk)]);
    while (buffered.length >= 2 && buffered.length >= 2 + buffered.readUInt16BE(0)) {
      const end = 2 + buffered.readUInt16BE(0);
      const message = Buffer.from(buffered.subarray(2, end));
      buffered = buffered.subarray(end);
      respond(message, "tcp", options).then(
        (answer) => (answer ? socket.write(framed(answer)) : socket.destroy()),
        () => socket.destroy(),
      );
    }
  });
}
