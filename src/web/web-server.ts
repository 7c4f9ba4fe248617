import type { Transport } from "../client/transport.ts";
import type { DashboardResource } from "../feeds/resource.ts";
import type { RawTransport } from "../feeds/table-feed.ts";
import { BackgroundTasks } from "../lib/background.ts";
import type { Logger } from "../lib/logger.ts";
import type { Clock } from "../lib/time/clock.ts";
import { Access } from "./access.ts";
import { Catalog } from "./catalog.ts";
import { FeedHub } from "./feed-hub.ts";
import { webApp } from "./web-app.tsx";

export interface WebServerOptions {
  readonly contextName: string;
  readonly transport: Transport & RawTransport;
  /** What the API server has now. */
  readonly discover: () => Promise<readonly DashboardResource[]>;
  /** Where visitors begin; undefined for all. */
  readonly namespace: string | undefined;
  readonly isReadOnly: boolean;
  /** 0 for any that is free. Only this machine can reach it. */
  readonly port: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface WebServer extends AsyncDisposable {
  /** An address that lets one browser in, once. */
  newLink(): string;
}

/** Serves the dashboard's pages on the loopback address until it is disposed. Throws if the port is taken. */
export function startWebServer(options: WebServerOptions): WebServer {
  const { clock, transport, contextName, namespace, isReadOnly } = options;
  const tasks = new BackgroundTasks(options.log);
  const ended = new AbortController();
  let handle: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 503 });
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: options.port,
    // Streams of events may be silent for long.
    idleTimeout: 0,
    fetch: (request) => handle(request),
  });
  const port = server.port ?? options.port;
  const access = new Access(port);
  const app = webApp(
    {
      contextName,
      namespace,
      isReadOnly,
      transport,
      clock,
      catalog: new Catalog(options.discover, clock),
      hub: new FeedHub({ transport, clock, tasks }),
      signal: ended.signal,
    },
    access,
    port,
  );
  handle = (request) => app.fetch(request);
  return {
    newLink: () => `http://127.0.0.1:${port}/enter?link=${access.newLink()}`,
    async [Symbol.asyncDispose]() {
      ended.abort();
      await server.stop(true);
      await tasks.stop();
    },
  };
}
