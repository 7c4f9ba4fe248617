import { once } from "node:events";
import type { IncomingMessage } from "node:http";

import { services } from "../../api/resources.ts";
import { untilAborted } from "../../lib/abort.ts";
import type { Clock } from "../../lib/time/clock.ts";
import type { ApiAnswer, HttpRequestParts } from "../api-request.ts";
import type { UserInfo } from "../auth/user-info.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { PodDialer } from "../pod-dialer.ts";
import { forwardRequest, sendRequest } from "../proxy/forward-request.ts";
import { forwardUpgrade } from "../proxy/forward-upgrade.ts";
import { type ConnectionSecurity, type ProxyTarget, serviceTarget } from "../proxy/proxy-target.ts";
import type { Extension } from "./extensions.ts";
import { identityHeaders, withoutIdentity } from "./identity-headers.ts";
import { serviceUnavailable } from "./service-unavailable.ts";

/** With which this server proves to others that it may speak for its users; both PEM. */
export type FrontProxyCertificate = NonNullable<ConnectionSecurity["client"]>;

interface ExtensionClientParts {
  readonly reader: ObjectReader;
  readonly dialer: PodDialer;
  readonly certificate: () => FrontProxyCertificate | undefined;
  readonly clock: Clock;
}

interface Question {
  readonly path: string;
  readonly user: UserInfo;
  readonly accept: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Document {
  readonly statusCode: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** More than any API needs to describe itself. */
const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

/** The way to servers that serve group versions in this one's place. */
export class ExtensionClient {
  readonly #parts: ExtensionClientParts;

  constructor(parts: ExtensionClientParts) {
    this.#parts = parts;
  }

  /** Where the server is now: any endpoint of its service. Rejects when there is none. */
  async target({ service, ca, isVerified }: Extension): Promise<ProxyTarget> {
    const { reader, certificate } = this.#parts;
    const { namespace, name, port } = service;
    const security = { serverName: `${name}.${namespace}.svc`, ca, isVerified, client: certificate() };
    const found = await reader.find(services, namespace, name);
    const externalName = found?.spec?.type === "ExternalName" ? found.spec.externalName : undefined;
    const target =
      externalName === undefined
        ? await serviceTarget(reader, namespace, `${name}:${port}`)
        : { host: externalName, port };
    return { ...target, scheme: "https", security };
  }

  /** Sends a client's request on in the name of its user. */
  async forward(
    extension: Extension,
    user: UserInfo,
    request: HttpRequestParts,
    { auditId, signal }: { readonly auditId: string | undefined; readonly signal: AbortSignal },
  ): Promise<ApiAnswer> {
    const target = await this.target(extension).catch(() => {
      throw serviceUnavailable();
    });
    const send = request.isUpgrade ? forwardUpgrade : forwardRequest;
    const answer = await send(this.#parts.dialer, {
      target,
      path: request.url,
      prefix: "",
      request: { ...request, headers: withoutIdentity(request.headers) },
      headers: { ...identityHeaders(user), ...(auditId === undefined ? {} : { "Audit-Id": auditId }) },
      signal,
    });
    return answer.form === "bytes" && isRedirect(answer.statusCode) && answer.headers["location"]
      ? redirected()
      : answer;
  }

  /** Asks for a document in this server's own name. Rejects when nobody answers in time. */
  async ask(target: ProxyTarget, { path, user, accept, timeoutMs, signal }: Question): Promise<Document> {
    const timeout = new AbortController();
    using _timer = this.#parts.clock.setTimeout(() => timeout.abort(new Error("context deadline exceeded")), timeoutMs);
    const either = AbortSignal.any([timeout.signal, signal]);
    const response = await sendRequest(this.#parts.dialer, {
      target,
      path,
      prefix: "",
      request: { method: "GET", url: path, headers: { accept, "user-agent": "kube-aggregator" }, body: undefined },
      headers: identityHeaders(user),
      signal: either,
    });
    const body = await untilAborted(bodyOf(response), either);
    return { statusCode: response.statusCode ?? 502, contentType: response.headers["content-type"] ?? "", body };
  }
}

async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_DOCUMENT_BYTES) response.destroy(new Error("http: response body too large"));
    else chunks.push(chunk);
  });
  await once(response, "end");
  return Buffer.concat(chunks);
}

const isRedirect = (statusCode: number): boolean => statusCode >= 300 && statusCode <= 399;

/** A client that follows would show its credentials to whoever the extension server names. */
const redirected = (): ApiAnswer => ({
  form: "bytes",
  statusCode: 502,
  headers: {},
  body: new Blob(["the backend attempted to redirect this request, which is not permitted"]).stream(),
});
