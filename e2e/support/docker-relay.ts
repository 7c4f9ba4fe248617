import { createServer, connect, type Socket } from "node:net";

/** A socket that passes everything on to the machine's Docker engine, and can stop doing so without closing anything: an engine that hangs. */
export interface DockerRelay extends AsyncDisposable {
  /** For DOCKER_HOST. */
  readonly host: string;
  hang(): void;
  goOn(): void;
}

const ENGINE = "/var/run/docker.sock";

export async function dockerRelay(path: string): Promise<DockerRelay> {
  const sockets = new Set<Socket>();
  let isHanging = false;
  const server = createServer((client) => {
    const engine = connect(ENGINE);
    for (const [from, to] of [
      [client, engine],
      [engine, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
    if (isHanging) for (const socket of [client, engine]) socket.pause();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return {
    host: `unix://${path}`,
    hang() {
      isHanging = true;
      for (const socket of sockets) socket.pause();
    },
    goOn() {
      isHanging = false;
      for (const socket of sockets) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
