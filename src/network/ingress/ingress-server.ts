import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type SecureContext, type TLSSocket } from "node:tls";

import { errorText } from "../../lib/logger.ts";
import { ClientConnection, type ClientInfo } from "./http1/client-connection.ts";
import { Http2Proxy } from "./http2-proxy.ts";
import { type PlainHttp2Door, plainHttp2Door, startsHttp2 } from "./plain-http2-door.ts";
import { type ProxyContext, RoundRobin } from "./proxy-context.ts";

export interface IngressServerOptions {
  readonly context: ProxyContext;
  readonly addresses: readonly string[];
  /** 0: any free port; undefined: it is not served. */
  readonly httpPort: number | undefined;
  readonly httpsPort: number | undefined;
  /** The certificate for a host name. */
  secureContext(serverName: string): Promise<SecureContext>;
  /** For clients that name no host; PEM. */
  readonly fallback: { readonly key: string; readonly certificate: string };
}

/** Listens for HTTP and HTTPS on each of its addresses; a port is 0 where it does not. */
export interface IngressServer extends AsyncDisposable {
  readonly httpPort: number;
  readonly httpsPort: number;
}

const FIRST_BYTES_TIMEOUT_MS = 60_000;
/** Each costs a descriptor and some memory, and there are only so many. */
const MOST_CONNECTIONS = 16_384;

/** Rejects when not even the first address can be listened on. */
export async function startIngressServer(options: IngressServerOptions): Promise<IngressServer> {
  const { context, addresses } = options;
  await using starting = new AsyncDisposableStack();
  const turns = new RoundRobin();
  const front = new Front(context, turns);
  const http: Server[] = [];
  const https: Server[] = [];
  // Last, since a server is closed when its connections are.
  starting.defer(async () => await Promise.all([...http, ...https].map(closed)).then(() => undefined));
  const door = starting.use(await plainHttp2Door(context, turns));
  starting.use(front);
  let { httpPort = 0, httpsPort = 0 } = options;
  for (const address of addresses) {
    const plain = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => front.takePlain(socket, door));
    const secure = createTlsServer(
      {
        key: options.fallback.key,
        cert: options.fallback.certificate,
        allowHalfOpen: true,
        ALPNProtocols: ["h2", "http/1.1"],
        SNICallback(name, done) {
          options.secureContext(name.toLowerCase()).then(
            (found) => done(null, found),
            (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
          );
        },
      },
      (socket) => front.takeSecure(socket),
    );
    try {
      if (options.httpPort !== undefined) {
        httpPort = await listening(plain, address, httpPort);
        http.push(plain);
      }
      if (options.httpsPort !== undefined) {
        httpsPort = await listening(secure, address, httpsPort);
        https.push(secure);
      }
    } catch (error) {
      // A machine may have no IPv6.
      if (address === addresses[0]) throw error;
      context.log.debug(`Ingresses do not answer on ${address}: ${errorText(error)}`);
    }
  }
  const running = starting.move();
  return { httpPort, httpsPort, [Symbol.asyncDispose]: async () => await running.disposeAsync() };
}

/** Gives each connection to who speaks its protocol, and knows all that are open. */
class Front implements Disposable {
  readonly #context: ProxyContext;
  readonly #turns: RoundRobin;
  readonly #http2: Http2Proxy;
  readonly #sockets = new Set<Socket>();
  /** Of connections that were just given to HTTP/2. */
  readonly #waiting: ClientInfo[] = [];

  constructor(context: ProxyContext, turns: RoundRobin) {
    this.#context = context;
    this.#turns = turns;
    this.#http2 = new Http2Proxy(context, turns, () => this.#waiting.shift());
  }

  takePlain(socket: Socket, door: PlainHttp2Door): void {
    if (!this.#isTaken(socket)) return;
    const info = infoOf(socket, false);
    socket.setTimeout(FIRST_BYTES_TIMEOUT_MS, () => socket.destroy());
    // Nobody ends for it: its half may stay open.
    const onLeft = (): void => void socket.end();
    socket.once("end", onLeft);
    socket.once("data", (first: Buffer) => {
      socket.off("end", onLeft);
      socket.removeAllListeners("timeout");
      socket.setTimeout(0);
      if (startsHttp2(first)) door.take(socket, info, first);
      else this.#serveHttp1(socket, info, first);
    });
  }

  takeSecure(socket: TLSSocket): void {
    if (!this.#isTaken(socket)) return;
    const info = infoOf(socket, true);
    if (socket.alpnProtocol === "h2") {
      this.#waiting.push(info);
      this.#http2.server.emit("connection", socket);
    } else this.#serveHttp1(socket, info, Buffer.alloc(0));
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#http2[Symbol.dispose]();
  }

  #serveHttp1(socket: Socket, info: ClientInfo, first: Buffer): void {
    new ClientConnection(socket, info, this.#context, this.#turns).begin(first);
  }

  #isTaken(socket: Socket): boolean {
    socket.on("error", () => socket.destroy());
    if (this.#sockets.size >= MOST_CONNECTIONS) {
      socket.destroy();
      return false;
    }
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    return true;
  }
}

function infoOf(socket: Socket, isTls: boolean): ClientInfo {
  return { ip: (socket.remoteAddress ?? "").replace(/^::ffff:/, ""), isTls, port: socket.localPort ?? 0 };
}

async function listening(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  // A connection that could not be taken concerns its client only.
  server.on("error", () => {});
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("A TCP listener has an address");
  return address.port;
}

async function closed(server: Server): Promise<void> {
  await new Promise<void>((resolve) => void server.close(() => resolve()));
}
