import { createWriteStream } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { extract } from "tar-stream";

import { UserError } from "../../lib/user-error.ts";
import { staysInside } from "./file-spec.ts";

export interface Unpacking {
  /** All names of the archive must begin with it; it becomes `destination`. */
  readonly prefix: string;
  /** As the user wrote it, for messages, and where it is. */
  readonly destination: string;
  readonly destinationPath: string;
  readonly warn: (text: string) => void;
  /** How to copy links all the same; told once. */
  readonly linkHint: string;
}

/**
 * Writes the files of an archive that a container made, which may be hostile: nothing is written outside the
 * destination, and no link is made, since a later name could lead through it.
 */
export async function unpackArchive(archive: Readable, unpacking: Unpacking): Promise<void> {
  const { prefix, destination, destinationPath, warn } = unpacking;
  const files = extract();
  const fed = pipeline(archive, files);
  // Awaited at the end; until then, what breaks is seen by the loop.
  fed.catch(() => undefined);
  let hasWarnedOfLinks = false;
  const within = (name: string): string | undefined => {
    if (!name.startsWith(prefix)) throw new UserError("tar contents corrupted");
    const path = join(destinationPath, name.slice(prefix.length));
    return staysInside(relative(destinationPath, path)) ? path : undefined;
  };
  for await (const entry of files) {
    const { name, type, linkname } = entry.header;
    const path = within(name);
    const shown = join(destination, name.slice(prefix.length));
    if (path === undefined) {
      warn(`warning: file ${JSON.stringify(shown)} is outside target destination, skipping\n`);
      entry.resume();
      continue;
    }
    await mkdir(type === "directory" ? path : dirname(path), { recursive: true });
    if (type === "file" || type === "contiguous-file") {
      await pipeline(entry, createWriteStream(path));
      continue;
    }
    entry.resume();
    const linked = type === "link" && linkname.startsWith(prefix) ? within(linkname) : undefined;
    if (linked !== undefined) await copyFile(linked, path);
    if (type !== "symlink") continue;
    const hint = hasWarnedOfLinks ? "" : ` (${unpacking.linkHint})`;
    hasWarnedOfLinks = true;
    warn(`warning: skipping symlink: ${JSON.stringify(shown)} -> ${JSON.stringify(linkname)}${hint}\n`);
  }
  await fed;
}
