import type { Socket } from "node:net";

import { hostOf, type ProxyContext, REASONS, refusalPage, type RoundRobin } from "../proxy-context.ts";
import { Exchange } from "./exchange.ts";
import { BodyScanner, requestBody } from "./message-body.ts";
import {
  BadMessage,
  headEnd,
  headText,
  listedWords,
  LONGEST_HEAD,
  parseRequestHead,
  type RequestHead,
  singleHeader,
} from "./message-head.ts";

const HEAD_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 75_000;
/** A client that sends the next requests before the answer waits when it has sent this much. */
const MOST_PENDING = LONGEST_HEAD * 2;

export interface ClientInfo {
  readonly ip: string;
  readonly isTls: boolean;
  readonly port: number;
}

/**
 * A connection of a client that speaks HTTP/1: requests one after the other, each an exchange with a server. What comes before its turn waits
 * here.
 */
export class ClientConnection {
  readonly socket: Socket;
  readonly info: ClientInfo;
  readonly #context: ProxyContext;
  readonly #turns: RoundRobin;
  #pending: Buffer = Buffer.alloc(0);
  #exchange: Exchange | undefined;
  #isRefused = false;

  constructor(socket: Socket, info: ClientInfo, context: ProxyContext, turns: RoundRobin) {
    this.socket = socket;
    this.info = info;
    this.#context = context;
    this.#turns = turns;
    socket.setTimeout(HEAD_TIMEOUT_MS, () => this.#timedOut());
    socket.on("data", (bytes: Buffer) => this.#received(bytes));
    socket.on("drain", () => this.#exchange?.onClientDrain());
    socket.on("error", () => socket.destroy());
    // A client that has said all it has to say may still wait for the answer.
    socket.on("end", () => (this.#exchange ? this.#exchange.onClientEnd() : socket.end()));
    socket.on("close", () => this.#exchange?.onClientClose());
  }

  /** Bytes that came before this object was there. */
  begin(bytes: Buffer): void {
    if (bytes.length > 0) this.#received(bytes);
  }

  /** The exchange is over; the next request may be there already. */
  exchangeEnded(staysOpen: boolean): void {
    this.#exchange = undefined;
    if (!staysOpen || this.#isRefused) {
      this.socket.end();
      return;
    }
    this.socket.setTimeout(this.#pending.length > 0 ? HEAD_TIMEOUT_MS : KEEP_ALIVE_MS);
    this.socket.resume();
    if (this.#pending.length > 0) this.#advance();
  }

  #received(bytes: Buffer): void {
    const rest = this.#exchange ? this.#exchange.onClientData(bytes) : bytes;
    if (rest.length === 0) return;
    this.#pending = this.#pending.length === 0 ? rest : Buffer.concat([this.#pending, rest]);
    if (!this.#exchange) this.#advance();
    else if (this.#pending.length > MOST_PENDING) this.socket.pause();
  }

  #advance(): void {
    let skipped = 0;
    // An empty line before a request is taken for a leftover of the last one.
    while (this.#pending[skipped] === 13 || this.#pending[skipped] === 10) skipped++;
    if (skipped > 0) this.#pending = this.#pending.subarray(skipped);
    const end = headEnd(this.#pending);
    if (end === undefined || end > LONGEST_HEAD) {
      if (this.#pending.length > LONGEST_HEAD) this.#refuse(431, "The head of the request is too long");
      return;
    }
    const head = this.#pending.subarray(0, end);
    this.#pending = this.#pending.subarray(end);
    try {
      this.#start(parseRequestHead(head));
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error;
      this.#refuse(error.status, error.message);
    }
  }

  #start(head: RequestHead): void {
    const body = new BodyScanner(requestBody(head.headers));
    const { authority, target } = addressOf(head);
    const exchange = new Exchange(this, {
      head,
      authority,
      host: hostOf(authority),
      target,
      body,
      keepsOpen: keepsOpen(head),
      context: this.#context,
      turns: this.#turns,
    });
    this.#exchange = exchange;
    const pending = this.#pending;
    this.#pending = Buffer.alloc(0);
    const rest = exchange.onClientData(pending);
    exchange.start();
    if (rest.length === 0) return;
    // It may be over already, and the next one waiting.
    this.#pending = Buffer.concat([rest, this.#pending]);
    if (!this.#exchange && !this.socket.destroyed) this.#advance();
  }

  #timedOut(): void {
    if (this.#exchange) return this.#exchange.onClientSilence();
    if (this.#pending.length > 0) this.#refuse(408, "The request did not come in time");
    else this.socket.end();
  }

  /** Of a request that cannot even be read: nothing behind it can be trusted. */
  #refuse(status: number, text: string): void {
    const page = refusalPage(status, text);
    const head = headText(`HTTP/1.1 ${status} ${REASONS[status] ?? ""}`, [
      { name: "Content-Type", value: "text/plain; charset=utf-8" },
      { name: "Content-Length", value: String(Buffer.byteLength(page)) },
      { name: "Connection", value: "close" },
    ]);
    this.#pending = Buffer.alloc(0);
    this.#isRefused = true;
    this.socket.pause();
    this.socket.end(head + page);
  }
}

const HOST = /^(?:[a-zA-Z0-9._-]+|\[[0-9a-fA-F:.]+\])(?::\d{0,5})?$/;

/** The host a request is for: in its target, as for a proxy, or in its Host header. */
function addressOf({ target, headers, minorVersion }: RequestHead): { authority: string; target: string } {
  const hosts = headers.filter(({ lowerName }) => lowerName === "host");
  if (hosts.length > 1 || (hosts.length === 0 && minorVersion === 1)) {
    throw new BadMessage(400, "a request has one Host header");
  }
  const host = singleHeader(headers, "host") ?? "";
  const absolute = /^https?:\/\/([^/?#]+)(.*)$/i.exec(target);
  const authority = absolute?.[1] ?? host;
  if (authority !== "" && !HOST.test(authority)) throw new BadMessage(400, "malformed Host header");
  const path = absolute ? absolute[2] || "/" : target;
  if (!path.startsWith("/") && path !== "*") throw new BadMessage(400, "malformed request target");
  return { authority, target: path };
}

function keepsOpen({ headers, minorVersion }: RequestHead): boolean {
  const words = listedWords(headers, "connection");
  return minorVersion === 1 ? !words.includes("close") : words.includes("keep-alive");
}
