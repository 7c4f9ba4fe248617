import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

import type { EndpointAddress } from "../../services/route-endpoints.ts";

/** Who a connection to a server talks for at the moment. */
export interface UpstreamUser {
  onData(bytes: Buffer): void;
  onDrain(): void;
  /** The server ended the connection, or it broke. */
  onClose(): void;
}

/** A connection to a server. It has one user at a time; without one it waits in the pool. */
export interface UpstreamConnection {
  readonly socket: Socket;
  /** It has answered before, so it may be about to close. */
  readonly isReused: boolean;
  /** Gives it back for the next request. */
  release(): void;
  destroy(): void;
}

export interface UpstreamTarget extends EndpointAddress {
  readonly isTls: boolean;
}

const MOST_IDLE_PER_TARGET = 64;
/** Shorter than servers commonly wait: the pool should be the one that hangs up. */
const IDLE_MS = 4000;

interface Pooled extends UpstreamConnection {
  user: UpstreamUser | undefined;
  isReused: boolean;
}

/** Connections to servers, kept for the next request while they are idle. */
export class UpstreamPool implements Disposable {
  readonly #idle = new Map<string, Pooled[]>();
  readonly #all = new Set<Pooled>();

  /** An idle connection, if there is one that is not closed. */
  reuse(target: UpstreamTarget, user: UpstreamUser): UpstreamConnection | undefined {
    const idle = this.#idle.get(keyOf(target));
    for (;;) {
      const pooled = idle?.pop();
      if (!pooled) return undefined;
      if (pooled.socket.destroyed || pooled.socket.readableEnded) continue;
      pooled.socket.setTimeout(0);
      pooled.user = user;
      pooled.isReused = true;
      return pooled;
    }
  }

  /** A new connection. Rejects with the system's error, or after `timeoutMs`. */
  async connect(target: UpstreamTarget, user: UpstreamUser, timeoutMs: number): Promise<UpstreamConnection> {
    const socket = await connected(target, timeoutMs);
    const key = keyOf(target);
    const pooled: Pooled = {
      socket,
      user,
      isReused: false,
      release: () => this.#release(key, pooled),
      destroy: () => {
        pooled.user = undefined;
        socket.destroy();
      },
    };
    this.#all.add(pooled);
    socket.on("data", (bytes: Buffer) => {
      // A server that talks without being asked is not understood.
      if (pooled.user) pooled.user.onData(bytes);
      else socket.destroy();
    });
    socket.on("drain", () => pooled.user?.onDrain());
    socket.on("error", () => socket.destroy());
    socket.on("timeout", () => socket.destroy());
    socket.on("end", () => socket.destroy());
    socket.on("close", () => {
      this.#all.delete(pooled);
      this.#forget(key, pooled);
      const { user: last } = pooled;
      pooled.user = undefined;
      last?.onClose();
    });
    return pooled;
  }

  [Symbol.dispose](): void {
    for (const pooled of this.#all) pooled.destroy();
  }

  #release(key: string, pooled: Pooled): void {
    pooled.user = undefined;
    const idle = this.#idle.get(key) ?? [];
    if (pooled.socket.destroyed || idle.length >= MOST_IDLE_PER_TARGET) return void pooled.socket.destroy();
    pooled.socket.resume();
    pooled.socket.setTimeout(IDLE_MS);
    idle.push(pooled);
    this.#idle.set(key, idle);
  }

  #forget(key: string, pooled: Pooled): void {
    const idle = this.#idle.get(key);
    const index = idle?.indexOf(pooled) ?? -1;
    if (index >= 0) idle?.splice(index, 1);
    if (idle?.length === 0) this.#idle.delete(key);
  }
}

const keyOf = ({ ip, port, isTls }: UpstreamTarget): string => `${isTls ? "https" : "http"} ${ip}:${port}`;

async function connected({ ip, port, isTls }: UpstreamTarget, timeoutMs: number): Promise<Socket> {
  return await new Promise((resolve, reject) => {
    // Certificates inside the cluster name no address that could be checked.
    const socket = isTls
      ? connectTls({ host: ip, port, rejectUnauthorized: false })
      : connect({ host: ip, port, noDelay: true });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.once("error", fail);
    socket.setTimeout(timeoutMs, () => fail(new Error(`${ip}:${port} did not accept within ${timeoutMs} ms`)));
    socket.once(isTls ? "secureConnect" : "connect", () => {
      socket.off("error", fail);
      socket.removeAllListeners("timeout");
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}
