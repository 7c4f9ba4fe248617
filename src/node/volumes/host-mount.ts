import { join, normalize } from "node:path";

/** A folder of this machine that a node has at another path. */
export interface HostMount {
  readonly source: string;
  /** Absolute, without a slash at its end. */
  readonly target: string;
}

/** Where a path of a node is on this machine: below the deepest folder that is mounted there, or what it says. */
export function mountedPath(path: string, mounts: readonly HostMount[]): string {
  // `..` must not lead out of a mounted folder to one that only looks as if it were below it.
  const normal = normalize(path);
  const [mount] = mounts
    .filter(({ target }) => normal === target || normal.startsWith(`${target}/`))
    .toSorted((a, b) => b.target.length - a.target.length);
  return mount ? join(mount.source, normal.slice(mount.target.length)) : path;
}
