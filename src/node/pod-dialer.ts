import { connect, type Socket } from "node:net";

import { abortReason } from "../lib/abort.ts";

/**
 * How everything of this node reaches a port of a pod: probes, hooks, forwarded ports. One place, because where the host cannot
 * reach pod addresses itself (Docker Desktop) a relay must stand in.
 */
export interface PodDialer {
  /** A connected socket. Rejects with the system's error, or the signal's reason. */
  dial(host: string, port: number, signal: AbortSignal): Promise<Socket>;
}

/** Reaches pods through the host's own routes, as Linux with a bridge can. */
export const directDialer: PodDialer = {
  dial(host, port, signal) {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortReason(signal));
      const socket = connect({ host, port });
      const onAbort = (): void => {
        socket.destroy();
        reject(abortReason(signal));
      };
      const onError = (error: Error): void => {
        signal.removeEventListener("abort", onAbort);
        reject(error);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      socket.once("error", onError);
      socket.once("connect", () => {
        signal.removeEventListener("abort", onAbort);
        socket.off("error", onError);
        resolve(socket);
      });
    });
  },
};
