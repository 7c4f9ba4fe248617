import { ByteChannel } from "./byte-channel.ts";
import { RuntimeError } from "./runtime-error.ts";
import type { RuntimeConnection } from "./runtime.ts";

/**
 * Connects to an address in numbers. The socket is created before this function returns, so it belongs to the network
 * namespace the thread is in at that moment. Both directions hold back their writer and end on their own.
 */
export function connectTcp(hostname: string, port: number, signal: AbortSignal): Promise<RuntimeConnection> {
  const abort = new AbortController();
  const received = new ByteChannel(() => abort.abort());
  let drained = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const connecting = Bun.connect({
    hostname,
    port,
    allowHalfOpen: true,
    socket: {
      data(socket, bytes) {
        const push = received.push(Uint8Array.from(bytes));
        if (!received.isFull) return;
        socket.pause();
        void push.then(() => socket.resume());
      },
      drain() {
        drained.resolve();
        drained = Promise.withResolvers();
      },
      end: () => received.close(),
      close(_socket, error) {
        if (error) received.fail(error);
        else received.close();
        closed.resolve();
        drained.resolve();
      },
    },
  });
  return connecting.then(
    (socket) => {
      const terminate = (): void => socket.terminate();
      const stopped = AbortSignal.any([signal, abort.signal]);
      stopped.addEventListener("abort", terminate, { once: true });
      void closed.promise.then(() => stopped.removeEventListener("abort", terminate));
      if (stopped.aborted) terminate();
      const writable = new WritableStream<Uint8Array>({
        async write(chunk) {
          for (let sent = 0; sent < chunk.length;) {
            const written = socket.write(chunk.subarray(sent));
            if (written < 0) throw new RuntimeError("NotRunning", "The pod closed the connection");
            sent += written;
            if (sent < chunk.length) await drained.promise;
          }
        },
        close: () => socket.shutdown(),
        abort: terminate,
      });
      return { readable: received.readable, writable };
    },
    (cause: unknown) => {
      throw new RuntimeError("ConnectionRefused", `Cannot connect to ${hostname}:${port}`, cause);
    },
  );
}
