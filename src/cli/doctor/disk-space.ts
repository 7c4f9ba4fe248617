import { statfs } from "node:fs/promises";

/** What a file system has left for users. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Undefined where the file system makes inodes as it needs them. */
  readonly freeInodeShare: number | undefined;
}

export async function diskSpace(path: string): Promise<DiskSpace> {
  const { bavail, bsize, blocks, files, ffree } = await statfs(path);
  return {
    freeBytes: bavail * bsize,
    totalBytes: blocks * bsize,
    freeInodeShare: files > 0 ? ffree / files : undefined,
  };
}

/** Twice as much as what a node lets pods go for (node/eviction/node-pressure.ts): there is time left to make room. */
export const isShort = ({ freeBytes, totalBytes }: DiskSpace): boolean =>
  freeBytes < Math.min(totalBytes * 0.2, 2 * 2 ** 30);

export const hasFewInodes = ({ freeInodeShare }: DiskSpace): boolean =>
  freeInodeShare !== undefined && freeInodeShare < 0.1;

export const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
