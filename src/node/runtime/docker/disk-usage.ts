import { stat } from "node:fs/promises";

import { isRuntimeError } from "../runtime-error.ts";
import type { DockerConnection } from "./connection.ts";

/** dockerode passes it on, but does not know it. */
const WITH_SIZE = { size: true };

/** Of a container's own layer, which the engine measures by walking through it, and of its log where this process may see that. */
export async function diskUsage(connection: DockerConnection, id: string): Promise<number> {
  try {
    const inspected = await connection.call("Measuring what a container wrote", (abortSignal) =>
      connection.docker.getContainer(id).inspect({ ...WITH_SIZE, abortSignal }),
    );
    const log = inspected.LogPath ? await stat(inspected.LogPath).catch(() => undefined) : undefined;
    // The engine adds it when it was asked for.
    const { SizeRw = 0 } = inspected as { readonly SizeRw?: number };
    return SizeRw + (log?.size ?? 0);
  } catch (error) {
    if (isRuntimeError(error, "NotFound")) return 0;
    throw error;
  }
}
