import type { Logger } from "../../../lib/logger.ts";
import type { Clock } from "../../../lib/time/clock.ts";
import type { DockerConnection } from "./connection.ts";
import { createNamed, removeById, startById } from "./containers.ts";
import { connectDocker } from "./docker-runtime.ts";
import { engineFacts } from "./engine.ts";
import { exec } from "./exec.ts";
import { LABEL } from "./labels.ts";
import { ensurePauseImage, PAUSE_IMAGE } from "./pause-image.ts";
import { systemMounts } from "./system-folders.ts";

/** Runs commands of this machine with the right to change its network, for a user who may use Docker and is not root. */
export interface HostCommand extends AsyncDisposable {
  run(command: readonly string[], input: string): Promise<{ exitCode: number; stdout: string; stderr: string }>;
}

export interface HostCommandOptions {
  readonly cluster: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * One container in the host's network that waits, in which commands are run: the machine's own programs lie in it read-only, so nothing is
 * pulled. It can change the network and nothing else.
 */
export async function startHostCommand({ cluster, clock, log }: HostCommandOptions): Promise<HostCommand> {
  const connection = await connectDocker(clock);
  try {
    const { version } = await engineFacts(connection);
    await ensurePauseImage(connection, version.architecture);
    const id = await startWaiting(connection, cluster);
    return {
      run: async (command, input) => await runIn(connection, id, { command, input, log }),
      async [Symbol.asyncDispose]() {
        await removeById(connection, id);
        connection[Symbol.dispose]();
      },
    };
  } catch (error) {
    connection[Symbol.dispose]();
    throw error;
  }
}

async function startWaiting(connection: DockerConnection, cluster: string): Promise<string> {
  const id = await createNamed(connection, {
    name: `kube-${cluster}_host-command`,
    Image: PAUSE_IMAGE,
    Labels: { [LABEL.cluster]: cluster },
    HostConfig: {
      NetworkMode: "host",
      CapDrop: ["ALL"],
      // iptables before nftables opens a raw socket.
      CapAdd: ["NET_ADMIN", "NET_RAW"],
      Mounts: systemMounts(),
      ReadonlyRootfs: true,
      // The lock file of iptables.
      Tmpfs: { "/run": "size=64k" },
      SecurityOpt: ["no-new-privileges"],
      LogConfig: { Type: "none", Config: {} },
    },
  });
  await startById(connection, id);
  return id;
}

async function runIn(
  connection: DockerConnection,
  id: string,
  { command, input, log }: { readonly command: readonly string[]; readonly input: string; readonly log: Logger },
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const { signal } = new AbortController();
  const session = await exec(connection, id, { command, stdin: true, tty: false, signal }, log);
  const output = Promise.all([new Response(session.stdout).text(), new Response(session.stderr).text()]);
  const writer = session.stdin?.getWriter();
  if (input !== "") await writer?.write(Buffer.from(input));
  await writer?.close();
  const [stdout, stderr] = await output;
  return { exitCode: await session.exitCode, stdout, stderr };
}
