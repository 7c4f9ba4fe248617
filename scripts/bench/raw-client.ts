import { connect, type TLSSocket } from "node:tls";

/**
 * A connection that sends one HTTP/1.1 request at a time and reads the whole answer, with as little work as possible: what is measured is
 * the server, and both share the same cores.
 */
export interface RawConnection extends Disposable {
  /** Resolves with the status code once the answer has been read to its end. */
  request(head: string, body?: string, types?: MediaTypes): Promise<number>;
}

interface MediaTypes {
  /** Of the answer; JSON when absent. */
  readonly accept?: string;
  /** Of the body; JSON when absent. */
  readonly contentType?: string;
}

export interface ServerAccess {
  readonly port: number;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export async function rawConnection(server: ServerAccess): Promise<RawConnection> {
  const socket = await tlsSocket(server);
  let received: Buffer[] = [];
  let size = 0;
  let waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;
  socket.on("data", (chunk: Buffer) => {
    received.push(chunk);
    size += chunk.length;
    const status = completeStatus(received, size);
    if (status === undefined) return;
    received = [];
    size = 0;
    waiting?.resolve(status);
  });
  socket.on("close", () => waiting?.reject(new Error("The server closed the connection")));
  socket.on("error", (error) => waiting?.reject(error));
  return {
    request: (head, body = "", { accept = "application/json", contentType = "application/json" } = {}) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        const length =
          body === "" ? "" : `Content-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
        socket.write(`${head} HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\n${length}\r\n${body}`);
      }),
    [Symbol.dispose]: () => socket.destroy(),
  };
}

export async function tlsSocket(server: ServerAccess): Promise<TLSSocket> {
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", servername: "localhost", ...server, ALPNProtocols: ["http/1.1"] }, () =>
      resolve(socket),
    );
    socket.setNoDelay(true);
    socket.once("error", reject);
  });
}

const HEAD_END = Buffer.from("\r\n\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

/** The status code when the answer is complete, by its Content-Length or its last chunk. */
function completeStatus(received: readonly Buffer[], size: number): number | undefined {
  const first = received[0] ?? Buffer.alloc(0);
  let head = first;
  let end = head.indexOf(HEAD_END);
  if (end < 0) {
    head = Buffer.concat(received);
    end = head.indexOf(HEAD_END);
    if (end < 0) return undefined;
  }
  const text = head.toString("latin1", 0, end);
  const status = Number(text.slice(9, 12));
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
  if (length !== undefined) return size >= end + 4 + Number(length) ? status : undefined;
  const last = received.at(-1) ?? first;
  const tail = last.length >= LAST_CHUNK.length ? last : Buffer.concat(received);
  return tail.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK) ? status : undefined;
}
