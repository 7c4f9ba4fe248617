import { createReadStream } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join, posix } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { pack, type Header, type Pack } from "tar-stream";

/** An archive of a local file or folder, whose names begin with `name`. It fails as a stream does when a file cannot be read. */
export function localArchive(path: string, name: string): Readable {
  const archive = pack();
  addTo(archive, path, name).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(archive);
}

/** Folders are implied by what is in them; only empty ones have an entry. Links stay links. */
async function addTo(archive: Pack, path: string, name: string): Promise<void> {
  const stat = await lstat(path);
  const header = { name, mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid, mtime: stat.mtime };
  if (stat.isDirectory()) {
    const entries = (await readdir(path)).toSorted();
    if (entries.length === 0) await addEntry(archive, { ...header, type: "directory" });
    for (const entry of entries) {
      // oxlint-disable-next-line no-await-in-loop -- an archive is written from front to back
      await addTo(archive, join(path, entry), posix.join(name, entry));
    }
    return;
  }
  if (stat.isSymbolicLink())
    return await addEntry(archive, { ...header, type: "symlink", linkname: await readlink(path) });
  await pipeline(createReadStream(path), archive.entry({ ...header, type: "file", size: stat.size }));
}

async function addEntry(archive: Pack, header: Partial<Header> & Pick<Header, "name">): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  archive.entry(header, (error) => (error ? reject(error) : resolve()));
  await promise;
}
