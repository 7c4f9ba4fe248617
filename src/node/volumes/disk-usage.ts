import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

const BLOCK_BYTES = 512;

/** What a directory and all below it take on disk. What goes away meanwhile does not count. */
export async function diskUsage(directory: string): Promise<number> {
  const stat = await lstat(directory).catch(() => undefined);
  let bytes = (stat?.blocks ?? 0) * BLOCK_BYTES;
  if (!stat?.isDirectory()) return bytes;
  // Level by level: a directory that goes away meanwhile takes only itself out of the sum.
  for (const entry of await readdir(directory).catch(() => [])) bytes += await diskUsage(join(directory, entry));
  return bytes;
}
