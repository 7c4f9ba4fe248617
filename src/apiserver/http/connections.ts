import type { Socket } from "node:net";

import { sleep, type Clock } from "../../lib/time/clock.ts";
import type { HttpResponse } from "./http-request.ts";

/** How long requests under way may take to finish once the server is to stop. */
const GRACE_MS = 3_000;

/** The open connections of a server and what is answered on them, so that an idle client does not keep it from stopping. */
export class Connections {
  readonly #sockets = new Set<Socket>();
  readonly #responses = new Set<HttpResponse>();
  #onIdle: (() => void) | undefined;

  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  begin(response: HttpResponse): void {
    this.#responses.add(response);
    response.once("close", () => {
      this.#responses.delete(response);
      if (this.#responses.size === 0) this.#onIdle?.();
    });
  }

  /** Lets requests under way finish, then closes all connections. */
  async close(clock: Clock): Promise<void> {
    if (this.#responses.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onIdle = resolve;
      await Promise.race([promise, sleep(GRACE_MS, { clock })]);
    }
    for (const socket of this.#sockets) socket.destroy();
  }
}
