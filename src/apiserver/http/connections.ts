import type { Socket } from "node:net";

import { type Clock, sleep, type Timer } from "../../lib/time/clock.ts";
import { type HttpRequest, type HttpResponse, tlsSocketOf } from "./http-request.ts";

/** How long requests under way may take to finish once the server is to stop. */
const GRACE_MS = 3_000;
/** As upstream (apiserver/pkg/server/secure_serving.go): for the head of the first request, and for the next one to come. */
const FIRST_HEAD_MS = 32_000;
const IDLE_MS = 90_000;

interface OpenConnection {
  /** How many requests are answered on it now. */
  busy: number;
  /** Closes it, so that who sends a head drop by drop, or nothing, does not keep it. */
  timer: Timer | undefined;
  /** Of HTTP/2, whose clients are told before. */
  session: { close(): void } | undefined;
}

/** The open connections of a server and what is answered on them. No client keeps one for ever by doing nothing, or the server from stopping. */
export class Connections {
  readonly #clock: Clock;
  readonly #open = new Map<Socket, OpenConnection>();
  readonly #responses = new Set<HttpResponse>();
  #onIdle: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(socket: Socket): void {
    const connection: OpenConnection = { busy: 0, timer: undefined, session: undefined };
    this.#open.set(socket, connection);
    this.#closeAfter(socket, connection, FIRST_HEAD_MS);
    socket.once("close", () => {
      connection.timer?.cancel();
      this.#open.delete(socket);
    });
  }

  begin(request: HttpRequest, response: HttpResponse): void {
    const socket = tlsSocketOf(request);
    const connection = this.#open.get(socket);
    if (connection) {
      connection.busy++;
      connection.timer?.cancel();
      if ("stream" in request) connection.session ??= request.stream.session;
    }
    this.#responses.add(response);
    response.once("close", () => {
      this.#responses.delete(response);
      if (this.#responses.size === 0) this.#onIdle?.();
      if (connection && --connection.busy === 0) this.#closeAfter(socket, connection, IDLE_MS);
    });
  }

  /** It belongs to another protocol from now on, which has its own ways to end. */
  release(socket: Socket): void {
    const connection = this.#open.get(socket);
    if (!connection) return;
    connection.busy++;
    connection.timer?.cancel();
  }

  /** Lets requests under way finish, then closes all connections. */
  async close(): Promise<void> {
    if (this.#responses.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onIdle = resolve;
      await Promise.race([promise, sleep(GRACE_MS, { clock: this.#clock })]);
    }
    for (const socket of this.#open.keys()) socket.destroy();
  }

  #closeAfter(socket: Socket, connection: OpenConnection, delayMs: number): void {
    connection.timer?.cancel();
    if (!this.#open.has(socket)) return;
    connection.timer = this.#clock.setTimeout(() => {
      if (connection.session) connection.session.close();
      else socket.destroy();
    }, delayMs);
  }
}
