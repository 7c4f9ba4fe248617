import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ClientInfo } from "./http1/client-connection.ts";
import { Http2Proxy } from "./http2-proxy.ts";
import type { ProxyContext, RoundRobin } from "./proxy-context.ts";

/** For clients that speak HTTP/2 without TLS, as programs with gRPC do. */
export interface PlainHttp2Door extends AsyncDisposable {
  /** `first` was read from the socket already. */
  take(socket: Socket, client: ClientInfo, first: Buffer): void;
}

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** No other request can begin like this. */
export function startsHttp2(first: Buffer): boolean {
  const length = Math.min(first.length, PREFACE.length);
  return length >= 3 && first.subarray(0, length).equals(PREFACE.subarray(0, length));
}

/**
 * Bun's HTTP/2 takes a plain socket only before anything was read of it, and the protocol is known only afterwards. So such a connection is
 * passed on through a socket of the file system, which costs one copy.
 */
export async function plainHttp2Door(context: ProxyContext, turns: RoundRobin): Promise<PlainHttp2Door> {
  const folder = await mkdtemp(join(tmpdir(), "kube-ingress-"));
  const path = join(folder, "http2");
  // The connections come in the order in which they are made.
  const waiting: ClientInfo[] = [];
  const http2 = new Http2Proxy(context, turns, () => waiting.shift());
  await new Promise<void>((resolve, reject) => {
    http2.server.once("error", reject);
    http2.server.listen(path, () => {
      http2.server.off("error", reject);
      resolve();
    });
  });
  return {
    take(socket, client, first) {
      waiting.push(client);
      const inner = connect({ path, allowHalfOpen: true });
      inner.on("error", () => socket.destroy());
      inner.once("close", () => socket.destroy());
      socket.once("close", () => inner.destroy());
      inner.write(first);
      socket.pipe(inner);
      inner.pipe(socket);
    },
    async [Symbol.asyncDispose]() {
      http2[Symbol.dispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
