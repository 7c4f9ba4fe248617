import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silentLogger } from "../../../lib/logger.ts";
import { systemClock } from "../../../lib/time/clock.ts";
import { startTestDocker, whyNoDocker } from "../../../testing/docker-engine.ts";
import { runSandbox } from "../runtime.conformance.ts";
import { DockerConnection } from "./connection.ts";
import { dockerEndpoint } from "./endpoint.ts";
import { watchEvents } from "./events.ts";

const endpoint = await dockerEndpoint({ home: "/nonexistent", env: process.env });
const socketPath = endpoint.type === "socket" ? endpoint.path : undefined;
const skipped = socketPath === undefined ? "the engine has no local socket" : await whyNoDocker();

test.skipIf(skipped !== undefined)(
  `watchEvents comes back when the engine does, and says that events may be missing${skipped ? ` (${skipped})` : ""}`,
  async () => {
    await using docker = await startTestDocker();
    const directory = mkdtempSync(join(tmpdir(), "kube-events-"));
    const path = join(directory, "docker.sock");
    let front = await openFront(path, socketPath ?? "");
    using connection = new DockerConnection({ type: "socket", path }, systemClock);
    const stop = new AbortController();
    const seen: string[] = [];
    const watching = watchEvents(
      connection,
      docker.options,
      {
        onEvent: ({ type, pod }) => seen.push(`${pod.name} ${type}`),
        onLost: () => seen.push("lost"),
        onGap: () => seen.push("gap"),
      },
      { signal: stop.signal, log: silentLogger },
    );
    const until = async (claim: string): Promise<void> => {
      while (!seen.includes(claim)) await Bun.sleep(5);
    };

    const first = await runSandbox(docker, "first");
    await until("first started");
    front.close();
    await docker.runtime.removeSandbox(first.id);
    front = await openFront(path, socketPath ?? "");
    await until("gap");
    const second = await runSandbox(docker, "second");
    await until("second started");
    await docker.runtime.removeSandbox(second.id);
    await until("second removed");
    expect(seen).toEqual(["first started", "lost", "gap", "second started", "second exited", "second removed"]);

    stop.abort();
    await watching;
    front.close();
    rmSync(directory, { recursive: true });
  },
  20_000,
);

/** A socket that leads to the engine's, and can go away as a stopped engine's does. */
async function openFront(path: string, target: string): Promise<{ close(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const engine = connect(target);
    for (const socket of [client, engine]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        engine.destroy();
      });
    }
    client.pipe(engine).pipe(client);
  });
  rmSync(path, { force: true });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      rmSync(path, { force: true });
    },
  };
}
