import { errorText } from "../../../lib/logger.ts";
import type { Timer } from "../../../lib/time/clock.ts";
import type { EndpointAddress } from "../../services/route-endpoints.ts";
import { changedHeaders } from "../header-changes.ts";
import type { IngressDecision } from "../ingress-decision.ts";
import { type ProxyContext, REASONS, refusalPage, type RoundRobin } from "../proxy-context.ts";
import type { ClientConnection } from "./client-connection.ts";
import { BodyScanner, responseBody } from "./message-body.ts";
import {
  BadMessage,
  endToEnd,
  headEnd,
  headText,
  joinedHeader,
  LONGEST_HEAD,
  listedWords,
  parseResponseHead,
  type RequestHead,
  type ResponseHead,
} from "./message-head.ts";
import { isRepeatable, requestHeadText } from "./request-head-text.ts";
import type { UpstreamConnection, UpstreamUser } from "./upstream-pool.ts";

export interface ExchangeOptions {
  readonly head: RequestHead;
  readonly authority: string;
  readonly host: string;
  readonly target: string;
  readonly body: BodyScanner;
  /** Whether the client can send another request afterwards. */
  readonly keepsOpen: boolean;
  readonly context: ProxyContext;
  readonly turns: RoundRobin;
}

type Proxying = Extract<IngressDecision, { kind: "proxy" }>;

const NOTHING = Buffer.alloc(0);
/** How much of a body is kept so that another server can be asked when the first does not take the connection. */
const MOST_KEPT_BYTES = 65_536;
/** The longest silence of a connection that was upgraded: programs say little on it. */
const UPGRADED_SILENCE_MS = 3_600_000;

/**
 * One request and its answer. The request goes to a server as it comes, the answer comes back as it goes, each as fast as the other side takes
 * it. Until a byte of the answer has come, a server that cannot be reached is passed over for the next.
 */
export class Exchange implements UpstreamUser {
  readonly #client: ClientConnection;
  readonly #options: ExchangeOptions;
  readonly #startedAt = performance.now();
  #decision: Proxying | undefined;
  #endpoints: readonly EndpointAddress[] = [];
  #upstream: UpstreamConnection | undefined;
  #server: string | undefined;
  /** Sent or to be sent to a server, kept while it may have to be sent again. */
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #canRepeat = true;
  #received: Buffer = NOTHING;
  #response: BodyScanner | undefined;
  #status = 0;
  #sentBytes = 0;
  #keepsOpen: boolean;
  #serverKeepsOpen = true;
  #isUpgraded = false;
  #isOver = false;
  #silence: Timer | undefined;
  #activeAt = 0;

  constructor(client: ClientConnection, options: ExchangeOptions) {
    this.#client = client;
    this.#options = options;
    this.#keepsOpen = options.keepsOpen;
  }

  start(): void {
    const { context, head, host, target, turns } = this.#options;
    const { isTls } = this.#client.info;
    const header = (name: string): string | undefined => joinedHeader(head.headers, name);
    const decision = context.decide({ method: head.method, host, target, isTls, header });
    if (decision.kind === "refuse") return this.#answer(decision.status, refusalPage(decision.status, decision.text));
    if (decision.kind === "redirect") return this.#answer(decision.status, "", decision.location);
    const { mostBodyBytes } = decision.settings;
    const announced = Number(head.headers.find(({ lowerName }) => lowerName === "content-length")?.value ?? 0);
    this.#decision = decision;
    if (mostBodyBytes !== undefined && Math.max(announced, this.#options.body.contentBytes) > mostBodyBytes) {
      return this.#tooLarge();
    }
    this.#endpoints = turns.order(decision.endpoints);
    this.#client.socket.setTimeout(decision.settings.readTimeoutMs);
    this.#ask();
  }

  /** Returns what of `bytes` does not belong to this request. */
  onClientData(bytes: Buffer): Buffer {
    if (this.#isOver) return NOTHING;
    if (this.#isUpgraded) {
      if (this.#upstream?.socket.write(bytes) === false) this.#client.socket.pause();
      this.#wake();
      return NOTHING;
    }
    const { body } = this.#options;
    let taken: number;
    try {
      taken = body.take(bytes);
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error;
      this.#fail(error.status, error.message);
      return NOTHING;
    }
    const most = this.#decision?.settings.mostBodyBytes;
    if (most !== undefined && body.contentBytes > most) {
      this.#tooLarge();
      return NOTHING;
    }
    if (taken > 0) this.#send(taken === bytes.length ? bytes : bytes.subarray(0, taken));
    return bytes.subarray(taken);
  }

  onClientDrain(): void {
    this.#upstream?.socket.resume();
  }

  onClientEnd(): void {
    if (this.#isUpgraded) this.#upstream?.socket.end();
    else if (!this.#options.body.isDone) this.#over(false);
    else this.#keepsOpen = false;
  }

  onClientClose(): void {
    this.#over(false);
  }

  /** The client neither sends nor takes anything. */
  onClientSilence(): void {
    if (this.#isUpgraded || this.#options.body.isDone) return;
    this.#fail(408, "The request did not come in time");
  }

  onData(bytes: Buffer): void {
    this.#wake();
    if (this.#isUpgraded || this.#response) return this.#passOn(bytes);
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    try {
      this.#readHeads();
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error;
      this.#fail(502, `The server's answer cannot be understood: ${error.message}`);
    }
  }

  onDrain(): void {
    this.#client.socket.resume();
  }

  onClose(): void {
    const upstream = this.#upstream;
    this.#upstream = undefined;
    if (this.#isOver) return;
    if (this.#isUpgraded || this.#response?.endsWithConnection) return this.#over(false);
    if (this.#response) {
      // Half an answer must not look like a whole one.
      this.#client.socket.destroy();
      return this.#over(false);
    }
    const { head } = this.#options;
    // A connection that was idle may have been closed by the server at the same moment.
    const mayRepeat = this.#canRepeat && this.#received.length === 0 && isRepeatable(head.method);
    if (upstream?.isReused && mayRepeat) return this.#ask();
    this.#fail(502, "The server closed the connection without an answer");
  }

  /** Sends the request to the next server. */
  #ask(): void {
    const [endpoint, ...others] = this.#endpoints;
    const decision = this.#decision;
    if (!endpoint || !decision) return this.#fail(502, "No server could be reached");
    const { context, head } = this.#options;
    const { settings } = decision;
    const target = { ...endpoint, isTls: settings.backendProtocol.endsWith("S") };
    this.#server = `${endpoint.ip}:${endpoint.port}`;
    // A server may hang up on an idle connection at any moment, and what must not be repeated would then be lost.
    const reused = isRepeatable(head.method) ? context.pool.reuse(target, this) : undefined;
    if (reused) return this.#connected(reused);
    this.#endpoints = others;
    context.pool.connect(target, this, settings.connectTimeoutMs).then(
      (upstream) => {
        if (this.#isOver) upstream.release();
        else this.#connected(upstream);
      },
      (error: unknown) => {
        context.log.debug(
          `${head.method} for ${this.#options.host}: ${this.#server} is passed over: ${errorText(error)}`,
        );
        if (!this.#isOver && this.#canRepeat) this.#ask();
        else this.#fail(502, "No server could be reached");
      },
    );
  }

  #connected(upstream: UpstreamConnection): void {
    const { head, authority } = this.#options;
    this.#upstream = upstream;
    const { target = "/", changes } = this.#decision ?? {};
    const first = Buffer.from(
      requestHeadText(head, { authority, target, client: this.#client.info, changes }),
      "latin1",
    );
    upstream.socket.write(this.#kept.length === 0 ? first : Buffer.concat([first, ...this.#kept]));
    this.#client.socket.resume();
    this.#wake();
  }

  #send(bytes: Buffer): void {
    if (this.#canRepeat) {
      this.#keptBytes += bytes.length;
      if (this.#keptBytes <= MOST_KEPT_BYTES || !this.#upstream) this.#kept.push(bytes);
      else this.#keepNoMore();
    }
    if (this.#upstream) {
      if (!this.#upstream.socket.write(bytes)) this.#client.socket.pause();
    } else if (this.#keptBytes > MOST_KEPT_BYTES) {
      // Until a server is there, the client waits.
      this.#client.socket.pause();
    }
  }

  #keepNoMore(): void {
    this.#canRepeat = false;
    this.#kept = [];
  }

  /** There may be interim answers (100, 103) before the one that counts. */
  #readHeads(): void {
    for (;;) {
      const end = headEnd(this.#received);
      if (end === undefined) {
        if (this.#received.length > LONGEST_HEAD) throw new BadMessage(502, "its head is too long");
        return;
      }
      const response = parseResponseHead(this.#received.subarray(0, end));
      const rest = this.#received.subarray(end);
      this.#received = NOTHING;
      if (response.status >= 200 || response.status === 101) return this.#begin(response, rest);
      const interim = headText(`HTTP/1.1 ${response.status} ${response.reason}`, endToEnd(response.headers));
      this.#client.socket.write(interim, "latin1");
      this.#received = rest;
    }
  }

  #begin(response: ResponseHead, rest: Buffer): void {
    const { head } = this.#options;
    this.#keepNoMore();
    this.#client.socket.resume();
    this.#status = response.status;
    const words = listedWords(response.headers, "connection");
    if (response.status === 101) return this.#upgrade(response, rest);
    const length = responseBody(head.method, response.status, response.headers);
    this.#response = new BodyScanner(length);
    this.#serverKeepsOpen =
      length.kind !== "rest" && (response.minorVersion === 1 ? !words.includes("close") : words.includes("keep-alive"));
    if (length.kind === "rest") this.#keepsOpen = false;
    const connection = this.#keepsOpen
      ? head.minorVersion === 0
        ? [{ name: "Connection", value: "keep-alive" }]
        : []
      : [{ name: "Connection", value: "close" }];
    const headers = changedHeaders(endToEnd(response.headers), this.#decision?.changes?.response);
    const text = headText(`HTTP/1.1 ${response.status} ${response.reason}`, [...headers, ...connection]);
    const taken = this.#response.take(rest);
    this.#sentBytes += taken;
    this.#write(Buffer.concat([Buffer.from(text, "latin1"), rest.subarray(0, taken)]));
    this.#checkEnd(rest.length - taken);
  }

  #upgrade(response: ResponseHead, rest: Buffer): void {
    this.#isUpgraded = true;
    this.#keepsOpen = false;
    const headers = response.headers.filter(({ lowerName }) => !lowerName.startsWith("proxy-"));
    const text = headText(`HTTP/1.1 101 ${response.reason}`, headers);
    this.#write(Buffer.concat([Buffer.from(text, "latin1"), rest]));
    this.#client.socket.setTimeout(0);
    this.#wake();
  }

  #passOn(bytes: Buffer): void {
    if (this.#isUpgraded) {
      this.#sentBytes += bytes.length;
      return this.#write(bytes);
    }
    const response = this.#response;
    if (!response) return;
    let taken: number;
    try {
      taken = response.take(bytes);
    } catch {
      // The head is sent, so the client can only be told by a broken connection.
      this.#client.socket.destroy();
      return this.#over(false);
    }
    this.#sentBytes += taken;
    if (taken > 0) this.#write(taken === bytes.length ? bytes : bytes.subarray(0, taken));
    this.#checkEnd(bytes.length - taken);
  }

  #write(bytes: Buffer): void {
    if (!this.#client.socket.write(bytes)) this.#upstream?.socket.pause();
  }

  #checkEnd(surplus: number): void {
    if (!this.#response?.isDone) return;
    // Whoever sends more than the answer is not to be trusted with another request.
    const isReusable = this.#serverKeepsOpen && surplus === 0 && this.#options.body.isDone;
    if (isReusable) this.#upstream?.release();
    else this.#upstream?.destroy();
    this.#upstream = undefined;
    this.#over(this.#keepsOpen && this.#options.body.isDone);
  }

  /** Something moves: the server is given the whole time again. One timer serves all of that, since this is called for every piece. */
  #wake(): void {
    this.#activeAt = performance.now();
    if (!this.#silence) this.#lookAfter(this.#silenceMs());
  }

  #silenceMs(): number {
    return this.#isUpgraded ? UPGRADED_SILENCE_MS : (this.#decision?.settings.readTimeoutMs ?? 0);
  }

  #lookAfter(ms: number): void {
    this.#silence = this.#options.context.clock.setTimeout(() => {
      this.#silence = undefined;
      const restMs = this.#silenceMs() - (performance.now() - this.#activeAt);
      if (restMs > 0) this.#lookAfter(restMs);
      else this.#serverSilent();
    }, ms);
  }

  #serverSilent(): void {
    if (!this.#options.body.isDone && !this.#isUpgraded) return this.#wake();
    if (!this.#response && !this.#isUpgraded) return this.#fail(504, "The server did not answer in time");
    this.#client.socket.destroy();
    this.#over(false);
  }

  #tooLarge(): void {
    this.#fail(413, "The request has a longer body than its Ingress allows");
  }

  /** Nothing of an answer may have been sent. */
  #fail(status: number, text: string): void {
    if (this.#isOver) return;
    if (this.#response || this.#isUpgraded) {
      this.#client.socket.destroy();
      return this.#over(false);
    }
    this.#upstream?.destroy();
    this.#upstream = undefined;
    if (!this.#options.body.isDone) this.#keepsOpen = false;
    this.#answer(status, refusalPage(status, text));
  }

  /** The proxy's own answer. */
  #answer(status: number, page: string, location?: string): void {
    const { body, head } = this.#options;
    this.#status = status;
    // The rest of the body would be taken for the next request.
    if (!body.isDone) this.#keepsOpen = false;
    const text = headText(`HTTP/1.1 ${status} ${REASONS[status] ?? ""}`, [
      ...(location === undefined ? [] : [{ name: "Location", value: location }]),
      { name: "Content-Type", value: "text/plain; charset=utf-8" },
      { name: "Content-Length", value: String(Buffer.byteLength(page)) },
      { name: "Connection", value: this.#keepsOpen ? "keep-alive" : "close" },
    ]);
    this.#client.socket.write(head.method === "HEAD" ? text : text + page);
    this.#over(this.#keepsOpen);
  }

  #over(keepsOpen: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#silence?.cancel();
    this.#upstream?.destroy();
    this.#upstream = undefined;
    const { context, head, host, target } = this.#options;
    context.accessed({
      clientIp: this.#client.info.ip,
      method: head.method,
      host,
      target,
      protocol: `HTTP/1.${head.minorVersion}`,
      // A client that left before the answer: nginx's number for it.
      status: this.#status === 0 ? 499 : this.#status,
      bytes: this.#sentBytes,
      ms: performance.now() - this.#startedAt,
      server: this.#server,
    });
    this.#client.exchangeEnded(keepsOpen);
  }
}
