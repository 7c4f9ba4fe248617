import { createServer, type Server } from "node:http";

import { errorText, type Logger } from "../../lib/logger.ts";
import type { DataPath, Routes } from "./service-proxy.ts";

/** What is asked for on one address of a node. */
interface Wanted {
  readonly ip: string;
  readonly port: number;
  readonly namespace: string;
  readonly name: string;
  readonly localEndpoints: number;
}

/**
 * Answers on spec.healthCheckNodePort whether a node has endpoints of its own, as kube-proxy does (pkg/proxy/healthcheck): a load balancer that
 * keeps the client's address sends only to such nodes.
 */
export class HealthCheckPorts implements DataPath, AsyncDisposable {
  readonly name = "health check ports";
  readonly #log: Logger;
  readonly #servers = new Map<string, { readonly server: Server | undefined; wanted: Wanted }>();

  constructor(log: Logger) {
    this.#log = log;
  }

  async apply(routes: Routes): Promise<void> {
    const byKey = new Map(wantedChecks(routes).map((each) => [`${each.ip} ${each.port}`, each]));
    for (const [key, { server }] of this.#servers) {
      if (byKey.has(key)) continue;
      this.#servers.delete(key);
      await closed(server);
    }
    for (const [key, wanted] of byKey) {
      const open = this.#servers.get(key);
      if (open) open.wanted = wanted;
      else await this.#open(key, wanted);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.apply({ services: [], hostPorts: [], nodes: [] });
  }

  async #open(key: string, wanted: Wanted): Promise<void> {
    const server = createServer((_, response) => {
      const { namespace, name, localEndpoints } = this.#servers.get(key)?.wanted ?? wanted;
      response.writeHead(localEndpoints > 0 ? 200 : 503, {
        "content-type": "application/json",
        "x-content-type-options": "nosniff",
        "x-load-balancing-endpoint-weight": String(localEndpoints),
      });
      response.end(JSON.stringify({ service: { namespace, name }, localEndpoints, serviceProxyHealthy: true }));
    });
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen({ host: wanted.ip, port: wanted.port, exclusive: true }, () => resolve());
      });
      this.#servers.set(key, { server, wanted });
    } catch (error) {
      this.#servers.set(key, { server: undefined, wanted });
      this.#log.warn(
        `The health check of Service ${wanted.namespace}/${wanted.name} does not answer: ${errorText(error)}`,
      );
    }
  }
}

/** Each node answers for itself; localhost, which is all of them, for the whole. */
function wantedChecks({ services, nodes }: Routes): readonly Wanted[] {
  const seen = new Set<string>();
  return services.flatMap(({ service, healthCheckNodePort: port, outside }) => {
    if (port === undefined || seen.has(service)) return [];
    seen.add(service);
    const [namespace = "", name = ""] = service.split("/");
    const all = outside.everywhere.length;
    const ofNodes = nodes.map((node) => ({
      ip: node.ip,
      port,
      namespace,
      name,
      localEndpoints: outside.byNode.get(node.name)?.length ?? all,
    }));
    return [{ ip: "127.0.0.1", port, namespace, name, localEndpoints: all }, ...ofNodes];
  });
}

async function closed(server: Server | undefined): Promise<void> {
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server ? void server.close(() => resolve()) : resolve()));
}
