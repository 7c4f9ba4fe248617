import { registryApp } from "./registry-server.ts";

export interface RegistryOptions {
  /** Where it keeps what is pushed. */
  readonly folder: string;
  readonly addresses: readonly string[];
  readonly port: number;
}

/** Serves a registry over plain HTTP, which Docker allows on localhost. Throws the system's error when an address cannot be had. */
export async function startRegistry({ folder, addresses, port }: RegistryOptions): Promise<AsyncDisposable> {
  const app = registryApp(folder);
  await using starting = new AsyncDisposableStack();
  for (const hostname of addresses) {
    const server = Bun.serve({
      hostname,
      port,
      fetch: (request) => app.fetch(request),
      // Layers are as large as they are, and may come slowly.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      idleTimeout: 0,
    });
    starting.defer(async () => await server.stop(true));
  }
  return starting.move();
}
