import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rename, rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { RuntimeError } from "../runtime-error.ts";
import type { DockerConnection } from "./connection.ts";
import { createNamed, removeById } from "./containers.ts";
import { LABEL, type Owner } from "./labels.ts";

/**
 * Writes an image's files into a directory: those of a container that is made of it and never started, which every engine can export.
 * The directory is either empty or whole, also when this process dies on the way.
 */
export async function extractImage(
  connection: DockerConnection,
  owner: Owner,
  image: string,
  directory: string,
): Promise<void> {
  const id = await createNamed(connection, {
    Image: image,
    // It need not exist: nothing runs.
    Cmd: ["none"],
    Labels: { [LABEL.cluster]: owner.cluster, [LABEL.node]: owner.node },
    HostConfig: { NetworkMode: "none" },
  });
  try {
    const archive = (await connection.call("Exporting an image's files", () =>
      connection.docker.getContainer(id).export(),
    )) as Readable;
    const folder = `${directory}.new`;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o755 });
    await unpack(archive, folder);
    await rename(folder, directory);
  } finally {
    await removeById(connection, id);
  }
}

async function unpack(archive: Readable, folder: string): Promise<void> {
  const tar = spawn("tar", ["--extract", "--file=-", "--directory", folder], { stdio: ["pipe", "ignore", "pipe"] });
  let complaint = "";
  tar.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString("utf8")));
  const ended = once(tar, "close");
  // When tar ends early, what it said is the better message.
  await pipeline(archive, tar.stdin).catch(() => undefined);
  const [exitCode] = await ended;
  if (exitCode !== 0) throw new RuntimeError("Failed", `Cannot unpack an image's files: ${complaint.trim()}`);
}
