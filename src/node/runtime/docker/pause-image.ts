import { Readable } from "node:stream";

import { pack } from "tar-stream";

import { UserError } from "../../../lib/user-error.ts";
import { isRuntimeError, RuntimeError } from "../runtime-error.ts";
import type { DockerConnection } from "./connection.ts";
import { jsonLines } from "./json-lines.ts";
import { pauseProgram } from "./pause-program.ts";

/** The tag changes with the program, so that a newer version never runs an older one's image. */
export const PAUSE_IMAGE = "kube-pause:1";

/** Makes the sandbox's image on the engine when it is missing; nothing is pulled. */
export async function ensurePauseImage(connection: DockerConnection, architecture: string): Promise<void> {
  const { docker } = connection;
  try {
    await connection.call("Looking for the pause image", () => docker.getImage(PAUSE_IMAGE).inspect());
  } catch (error) {
    if (!isRuntimeError(error, "ImageNotFound") && !isRuntimeError(error, "NotFound")) throw error;
    await importPauseImage(connection, architecture);
  }
}

async function importPauseImage(connection: DockerConnection, architecture: string): Promise<void> {
  const program = pauseProgram(architecture);
  if (!program) {
    throw new UserError(`Docker runs on ${architecture}: pods can be run on amd64 and arm64`);
  }
  const archive = pack();
  archive.entry({ name: "pause", mode: 0o755, mtime: new Date(0) }, Buffer.from(program));
  archive.finalize();
  const [repo, tag] = PAUSE_IMAGE.split(":");
  await connection.call("Importing the pause image", async (abortSignal) => {
    const progress = await connection.docker.importImage(Readable.from(archive), {
      repo,
      tag,
      changes: 'ENTRYPOINT ["/pause"]',
      abortSignal,
    });
    // The image exists once the engine has ended its answer.
    for await (const step of jsonLines(progress)) {
      if (typeof step["error"] === "string") throw new RuntimeError("Failed", step["error"]);
    }
  });
}
