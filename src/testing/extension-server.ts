import type { IncomingHttpHeaders } from "node:http";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";

import { createAuthority, signLeaf } from "../cluster/certificates/certificate-authority.ts";
import { systemClock } from "../lib/time/clock.ts";

const HOUR_MS = 3_600_000;
const GROUP = "wardle.example.com";

interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The name in the client's certificate. */
  readonly client: string | undefined;
}

export interface TestExtensionServer extends AsyncDisposable {
  readonly port: number;
  /** Of the authority that signed its certificate, in base64. */
  readonly caBundle: string;
  readonly requests: readonly SeenRequest[];
  /** Resolves when somebody has asked for the path. */
  asked(path: string): Promise<void>;
}

const FIXED: Readonly<Record<string, unknown>> = {
  [`/apis/${GROUP}/v1`]: {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: `${GROUP}/v1`,
    resources: [
      { name: "flunders", singularName: "flunder", namespaced: true, kind: "Flunder", verbs: ["get", "list"] },
      { name: "flunders/status", singularName: "", namespaced: true, kind: "Flunder", verbs: ["get"] },
    ],
  },
  "/apis": { kind: "APIGroupList", apiVersion: "v1", groups: [] },
  "/openapi/v2": {
    swagger: "2.0",
    paths: {
      "/version": { get: {} },
      [`/apis/${GROUP}/v1/namespaces/default/flunders`]: {
        get: { responses: { 200: { description: "OK", schema: { $ref: "#/definitions/com.example.Flunder" } } } },
      },
    },
    definitions: { "com.example.Flunder": { type: "object" }, "com.example.Unused": { type: "object" } },
  },
  "/openapi/v3": { paths: { [`apis/${GROUP}/v1`]: { serverRelativeURL: `/openapi/v3/apis/${GROUP}/v1?hash=A` } } },
};

const MISSING = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason: "NotFound", code: 404 };

/** A server of one group version on 127.0.0.1: it describes itself, refuses what is called `missing`, and else tells what it was asked. */
export async function startExtensionServer(host: string): Promise<TestExtensionServer> {
  const now = systemClock.now();
  const validity = { notBefore: new Date(now - HOUR_MS), notAfter: new Date(now + HOUR_MS) };
  const authority = await createAuthority("extensions", validity);
  const leaf = await signLeaf(authority, {
    ...validity,
    commonName: host,
    organizations: [],
    usage: "server",
    hosts: [host],
  });
  const requests: SeenRequest[] = [];
  const waiting = new Set<() => void>();
  // The one server of this platform that shows the certificates of its clients.
  const server = createSecureServer(
    { key: leaf.key, cert: leaf.certificate, allowHTTP1: true, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method, url, headers } = request;
        const client = (request.socket as TLSSocket).getPeerCertificate()?.subject?.CN;
        const seen = { method, url, headers, body: Buffer.concat(chunks).toString("utf8"), client: [client].flat()[0] };
        requests.push(seen);
        for (const look of waiting) look();
        const fixed = FIXED[url];
        const isMissing = url.endsWith("/missing");
        response.writeHead(isMissing ? 404 : method === "POST" ? 201 : 200, { "content-type": "application/json" });
        response.end(JSON.stringify(isMissing ? MISSING : (fixed ?? seen)));
      });
    },
  );
  const sockets = new Set<TLSSocket>();
  server.on("secureConnection", (socket: TLSSocket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    caBundle: Buffer.from(authority.certificate).toString("base64"),
    requests,
    asked: (path) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!requests.some(({ url }) => url === path)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
