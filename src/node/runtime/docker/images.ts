import type { AuthConfig } from "dockerode";

import { parseImageReference } from "../image-reference.ts";
import { isRuntimeError, RuntimeError } from "../runtime-error.ts";
import type { ImageRecord, ImageSummary, RegistryCredentials } from "../runtime.ts";
import type { DockerConnection } from "./connection.ts";
import { engineError } from "./engine-error.ts";
import { jsonLines } from "./json-lines.ts";

export async function inspectImage(connection: DockerConnection, reference: string): Promise<ImageRecord | undefined> {
  try {
    const image = await connection.call("Inspecting an image", () => connection.docker.getImage(reference).inspect());
    return {
      id: image.Id,
      tags: image.RepoTags ?? [],
      digests: image.RepoDigests ?? [],
      sizeBytes: image.Size,
      // Newer engines leave out what is empty.
      user: image.Config.User ?? "",
    };
  } catch (error) {
    if (isRuntimeError(error, "ImageNotFound") || isRuntimeError(error, "NotFound")) return undefined;
    throw error;
  }
}

export async function listImages(connection: DockerConnection): Promise<readonly ImageSummary[]> {
  const images = await connection.call("Listing images", (abortSignal) =>
    connection.docker.listImages({ abortSignal }),
  );
  return images.map((image) => ({
    id: image.Id,
    tags: named(image.RepoTags),
    digests: named(image.RepoDigests),
    sizeBytes: image.Size,
  }));
}

/** Lasts as long as the registry needs: only the signal ends it. */
export async function pullImage(
  connection: DockerConnection,
  reference: string,
  credentials: RegistryCredentials | undefined,
  signal: AbortSignal,
): Promise<ImageRecord> {
  const { repository, tag, digest } = parseImageReference(reference);
  const pull = async (abortSignal: AbortSignal): Promise<void> => {
    const progress = await connection.docker.createImage(authentication(credentials), {
      fromImage: repository,
      // Without a tag the engine would pull every tag of the repository.
      tag: digest ?? tag,
      abortSignal,
    });
    for await (const step of jsonLines(progress)) {
      if (typeof step["error"] === "string") throw pullError(step["error"]);
    }
  };
  await connection.call(`Pulling image "${reference}"`, pull, { signal, timeoutMs: Infinity });
  const image = await inspectImage(connection, reference);
  if (!image) throw new RuntimeError("ImageNotFound", `Image "${reference}" was pulled and is not there`);
  return image;
}

function authentication(credentials: RegistryCredentials | undefined): AuthConfig | undefined {
  if (!credentials) return undefined;
  const { username, password, serverAddress } = credentials;
  return { username, password, serveraddress: serverAddress };
}

/** Failures after the first byte come as a line of the answer, whose status was 200. */
function pullError(message: string): unknown {
  return engineError(Object.assign(new Error(message), { statusCode: 500, json: { message } }));
}

/** The engine lists what has no name as `<none>:<none>`. */
const named = (names: readonly string[] | undefined | null): readonly string[] =>
  (names ?? []).filter((name) => !name.includes("<none>"));
