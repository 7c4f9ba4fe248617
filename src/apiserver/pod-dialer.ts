import type { Duplex } from "node:stream";

/** How the server reaches addresses inside the cluster's networks; joined by the cluster, which knows the way. */
export interface PodDialer {
  /** A connected socket. Rejects with the system's error. */
  dial(host: string, port: number, signal: AbortSignal): Promise<Duplex>;
}
