import { basename, dirname } from "node:path";

import { nameSuffix } from "../../../lib/random.ts";
import type { Clock } from "../../../lib/time/clock.ts";
import { createNamed, removeById, startById } from "./containers.ts";
import { connectDocker } from "./docker-runtime.ts";
import { engineFacts } from "./engine.ts";
import { ensurePauseImage, PAUSE_IMAGE } from "./pause-image.ts";
import { systemMounts } from "./system-folders.ts";

const PARENT = "/parent";
const TIMEOUT_MS = 10 * 60_000;

/**
 * Removes a directory of this machine with files in it that belong to users of containers, for a user who may use Docker and is not root.
 * A container that sees nothing but the directory's parent, and no network, does it with this machine's own `rm`.
 */
export async function removeAsRoot(path: string, clock: Clock): Promise<void> {
  using connection = await connectDocker(clock);
  const { version } = await engineFacts(connection);
  await ensurePauseImage(connection, version.architecture);
  const id = await createNamed(connection, {
    name: `kube-remove-${nameSuffix(8)}`,
    Image: PAUSE_IMAGE,
    Entrypoint: ["rm"],
    Cmd: ["-rf", "--one-file-system", "--", `${PARENT}/${basename(path)}`],
    Env: ["PATH=/usr/bin:/bin"],
    User: "0",
    HostConfig: {
      NetworkMode: "none",
      CapDrop: ["ALL"],
      CapAdd: ["DAC_OVERRIDE", "FOWNER"],
      Mounts: [...systemMounts(), { Type: "bind", Source: dirname(path), Target: PARENT }],
      ReadonlyRootfs: true,
      SecurityOpt: ["no-new-privileges"],
      LogConfig: { Type: "none", Config: {} },
    },
  });
  try {
    const container = connection.docker.getContainer(id);
    await startById(connection, id);
    const wait = (abortSignal: AbortSignal): Promise<{ StatusCode: number }> =>
      container.wait({ condition: "not-running", abortSignal });
    const { StatusCode } = await connection.call("Waiting for files to be removed", wait, { timeoutMs: TIMEOUT_MS });
    if (StatusCode !== 0) throw new Error(`Cannot remove "${path}" as root: rm ended with ${StatusCode}`);
  } finally {
    await removeById(connection, id);
  }
}
