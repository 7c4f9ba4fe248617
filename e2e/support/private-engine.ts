import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eventually } from "./eventually.ts";
import { type Output, run, type RunOptions } from "./run.ts";

/**
 * A Docker engine that a test may stop and start: it has a network, mounts and processes of its own, so the machine's engine does not notice.
 * Only root can make one.
 */
export interface PrivateEngine extends AsyncDisposable {
  readonly folder: string;
  /** Runs a command where this engine is the one at /var/run/docker.sock. */
  run(command: readonly string[], options?: RunOptions): Promise<Output>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function privateEngine(): Promise<PrivateEngine> {
  const folder = await mkdtemp(join(tmpdir(), "kube-engine-"));
  await mkdir(join(folder, "docker"));
  // What is written below /run, sockets and process ids, is the engine's own; everything goes when this first process ends.
  const init =
    "mount --make-rprivate / && mount -t tmpfs tmpfs /run && ip link set lo up && echo ready && exec sleep infinity";
  const host = Bun.spawn(
    ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c", init],
    { stdin: "ignore", stdout: "pipe", stderr: "inherit" },
  );
  const { value } = await host.stdout.getReader().read();
  if (new TextDecoder().decode(value).trim() !== "ready") throw new Error("The engine's namespaces could not be made");
  const [inner = ""] = (await Bun.file(`/proc/${host.pid}/task/${host.pid}/children`).text()).split(" ");
  const inside = (command: readonly string[]): string[] => [
    "nsenter",
    `--target=${inner}`,
    "--net",
    "--mount",
    "--pid",
    "--",
    ...command,
  ];
  const engine: PrivateEngine = {
    folder,
    run: async (command, options = {}) => await run(inside(command), options),
    async start() {
      const log = Bun.file(join(folder, "dockerd.log"));
      Bun.spawn(inside(["dockerd", "--data-root", join(folder, "docker"), "--exec-root=/run/docker"]), {
        stdio: ["ignore", log, log],
      });
      await eventually("the engine answers", async () => (await engine.run(["docker", "version"])).exitCode === 0);
    },
    async stop() {
      await engine.run(["sh", "-c", "kill $(cat /var/run/docker.pid)"]);
      await eventually("the engine is gone", async () => !(await isThere(engine, "/var/run/docker.pid")));
    },
    async [Symbol.asyncDispose]() {
      if (await isThere(engine, "/var/run/docker.pid")) await engine.stop();
      host.kill("SIGKILL");
      await host.exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
  return engine;
}

async function isThere(engine: PrivateEngine, path: string): Promise<boolean> {
  return (await engine.run(["test", "-e", path])).exitCode === 0;
}
