import { request as httpRequest } from "node:http";
import type { Duplex } from "node:stream";
import { connect as tlsConnect, type TLSSocket } from "node:tls";

import { isApiError } from "../../api/api-error.ts";
import { goNetworkError } from "../../lib/go/go-network-error.ts";
import { parseJson } from "../../lib/json/strict-json.ts";
import { errorText } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { PodDialer } from "../pod-dialer.ts";
import { calledEndpoint } from "../proxy/proxy-target.ts";

/** Where a webhook is: one of the two. */
export interface WebhookAddress {
  readonly url?: string | undefined;
  readonly service?:
    | {
        readonly namespace: string;
        readonly name: string;
        readonly path?: string | undefined;
        readonly port?: number | undefined;
      }
    | undefined;
  /** PEM in base64: who may have signed its certificate. Absent: the authorities this machine trusts. */
  readonly caBundle?: string | undefined;
}

const DEFAULT_PORT = 443;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** A webhook that could not be reached, or did not answer as it should. The message has the form of Go's HTTP client. */
export class WebhookCallError extends Error {
  override readonly name = "WebhookCallError";
}

/** Posts JSON to webhooks: of admission and of conversion. */
export class WebhookClient {
  readonly #reader: ObjectReader;
  readonly #dialer: PodDialer;
  readonly #clock: Clock;

  constructor(parts: { readonly reader: ObjectReader; readonly dialer: PodDialer; readonly clock: Clock }) {
    this.#reader = parts.reader;
    this.#dialer = parts.dialer;
    this.#clock = parts.clock;
  }

  /** What the webhook answers, read as JSON. Rejects with WebhookCallError. */
  async post(address: WebhookAddress, body: unknown, timeoutSeconds: number): Promise<unknown> {
    const url = urlOf(address);
    url.searchParams.set("timeout", `${timeoutSeconds}s`);
    const controller = new AbortController();
    const { promise: timedOut, reject } = Promise.withResolvers<never>();
    using _timer = this.#clock.setTimeout(() => {
      const error = new Error("context deadline exceeded");
      reject(error);
      controller.abort(error);
    }, timeoutSeconds * 1000);
    try {
      const answer = await Promise.race([this.#send(address, url, body, controller.signal), timedOut]);
      return parsed(answer);
    } catch (error) {
      if (error instanceof WebhookCallError) throw error;
      const reason = isApiError(error) ? error.message : errorText(error);
      throw new WebhookCallError(`Post ${JSON.stringify(shownUrl(url, address))}: ${goNetworkError(reason)}`);
    }
  }

  async #send(address: WebhookAddress, url: URL, body: unknown, signal: AbortSignal): Promise<Answer> {
    const socket = await this.#connect(address, url, signal);
    try {
      return await exchanged(socket, url, JSON.stringify(body), signal);
    } finally {
      socket.destroy();
    }
  }

  async #connect(address: WebhookAddress, url: URL, signal: AbortSignal): Promise<TLSSocket> {
    const port = Number(url.port || DEFAULT_PORT);
    const { service } = address;
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const target = service ? await calledEndpoint(this.#reader, service.namespace, service.name, port) : { host, port };
    const socket = await this.#dialer.dial(target.host, target.port, signal);
    const ca = address.caBundle ? Buffer.from(address.caBundle, "base64").toString("utf8") : undefined;
    return secured(socket, host, ca, signal);
  }
}

function urlOf({ url, service }: WebhookAddress): URL {
  if (url !== undefined) return new URL(url);
  if (!service) throw new WebhookCallError("webhook configuration must have either service or URL");
  const result = new URL(`https://${service.name}.${service.namespace}.svc:${service.port ?? DEFAULT_PORT}`);
  result.pathname = service.path ?? "/";
  return result;
}

/** Of a Service with its port, also where that is the usual one. */
const shownUrl = ({ href, host, hostname, port }: URL, { service }: WebhookAddress): string =>
  service && port === "" ? href.replace(host, `${hostname}:${DEFAULT_PORT}`) : href;

function secured(socket: Duplex, host: string, ca: string | undefined, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // A literal address has no place in the name indication, but the certificate must be for it.
    const isAddress = /^[0-9.]+$|:/.test(host);
    const secure = tlsConnect({
      socket,
      ...(isAddress ? { host } : { servername: host }),
      ...(ca === undefined ? {} : { ca: [ca] }),
      rejectUnauthorized: true,
    });
    const onAbort = (): void => {
      secure.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    secure.once("secureConnect", () => {
      signal.removeEventListener("abort", onAbort);
      resolve(secure);
    });
    secure.once("error", (error) => {
      signal.removeEventListener("abort", onAbort);
      reject(error);
    });
  });
}

interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

function exchanged(socket: Duplex, url: URL, body: string, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        createConnection: () => socket,
        method: "POST",
        path: url.pathname + url.search,
        headers: {
          host: url.host,
          "content-type": "application/json",
          accept: "application/json, */*",
          "content-length": Buffer.byteLength(body),
          "user-agent": "kube-apiserver-admission",
          connection: "close",
        },
        signal,
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_ANSWER_BYTES) request.destroy(new Error("http: response body too large"));
          else chunks.push(chunk);
        });
        response.once("end", () =>
          resolve({ statusCode: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
        );
        response.once("error", reject);
      },
    );
    request.once("error", reject);
    request.end(body);
  });
}

function parsed({ statusCode, body }: Answer): unknown {
  if (statusCode < 200 || statusCode > 299) {
    const text = body.trim() === "" ? "unknown" : body.trim();
    throw new WebhookCallError(
      statusCode === 404
        ? "the server could not find the requested resource"
        : `an error on the server (${JSON.stringify(text)}) has prevented the request from succeeding`,
    );
  }
  try {
    return parseJson(body);
  } catch {
    throw new WebhookCallError(`couldn't get version/kind; json parse error: ${JSON.stringify(body.slice(0, 100))}`);
  }
}
