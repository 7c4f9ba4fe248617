import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

const BLOCK_BYTES = 512;

/** What a directory and all below it take on disk. What goes away meanwhile does not count. */
export async function diskUsage(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true }).catch(() => []);
  let bytes = 0;
  for (const entry of ["", ...entries]) {
    const stat = await lstat(join(directory, entry)).catch(() => undefined);
    bytes += (stat?.blocks ?? 0) * BLOCK_BYTES;
  }
  return bytes;
}
