import { createSocket } from "node:dgram";
import { createServer, type Socket } from "node:net";

import { errorText, type Logger } from "../../lib/logger.ts";
import { answerMessage, failureMessage, LONGEST_MESSAGE, parseQuery } from "./dns-message.ts";
import { askElsewhere, followAliases, localAnswer, type NameSources } from "./name-sources.ts";
import { framed } from "./upstream.ts";

/** The cluster's DNS server, by UDP and TCP. */
export interface DnsServer extends AsyncDisposable {
  readonly udpPort: number;
  readonly tcpPort: number;
}

export interface DnsServerOptions {
  readonly address: string;
  /** 0: any free port. */
  readonly port: number;
  readonly names: NameSources;
  readonly log: Logger;
}

/** A client that says nothing for this long loses its connection. */
const TCP_IDLE_MS = 10_000;
/** Whoever opens more does not mean well. */
const MOST_CONNECTIONS = 1024;

export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const { log } = options;
  const udp = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
  let isStopped = false;
  udp.on("message", (bytes, from) => {
    respond(bytes, "udp", options)
      .then((answer) => {
        // Another resolver may take seconds: the server may have stopped meanwhile.
        if (answer && !isStopped) udp.send(answer, from.port, from.address);
      })
      // The client asks again.
      .catch((error: unknown) => log.debug(`A DNS question has no answer: ${errorText(error)}`));
  });
  // A client that has closed its socket is told of by ICMP; it concerns nobody else.
  udp.on("error", (error) => log.debug(`A DNS answer was not taken: ${errorText(error)}`));
  await using starting = new AsyncDisposableStack();
  starting.defer(() => {
    isStopped = true;
    udp.close();
  });
  await new Promise<void>((resolve, reject) => {
    udp.once("error", reject);
    udp.bind({ address: options.address, port: options.port }, () => {
      udp.off("error", reject);
      resolve();
    });
  });
  const connections = new Set<Socket>();
  const tcp = createServer((socket) => {
    if (connections.size >= MOST_CONNECTIONS) return void socket.destroy();
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
  tcp.on("error", (error) => log.warn(`A DNS connection was not taken: ${errorText(error)}`));
  starting.defer(async () => {
    for (const socket of connections) socket.destroy();
    await new Promise<void>((resolve) => void tcp.close(() => resolve()));
  });
  const address = tcp.address();
  if (typeof address !== "object" || address === null) throw new Error("A TCP listener has an address");
  const running = starting.move();
  return {
    udpPort: udp.address().port,
    tcpPort: address.port,
    [Symbol.asyncDispose]: async () => await running.disposeAsync(),
  };
}

async function respond(bytes: Buffer, by: "udp" | "tcp", { names }: DnsServerOptions): Promise<Buffer | undefined> {
  const query = parseQuery(bytes);
  if (!query) return undefined;
  const answer = localAnswer(query.question, names);
  if (answer.outcome === "elsewhere")
    return (await askElsewhere(bytes, by, query.question.name, names)) ?? failureMessage(query);
  const whole = answer.outcome === "found" ? await followAliases(answer, query.question, names) : answer;
  const zone = names.view.clusterDomain;
  return by === "udp"
    ? answerMessage(query, whole, zone, { longest: query.udpSize, whenLonger: "empty" })
    : answerMessage(query, whole, zone, { longest: LONGEST_MESSAGE, whenLonger: "cut" });
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
      respond(message, "tcp", options)
        .then((answer) => (answer ? socket.write(framed(answer)) : socket.destroy()))
        .catch((error: unknown) => {
          options.log.debug(`A DNS question has no answer: ${errorText(error)}`);
          socket.destroy();
        });
    }
  });
}
