import { posix } from "node:path";

import { UserError } from "../../lib/user-error.ts";

/** One side of a copy: a local path, or `[namespace/]pod:path`. */
export type FileSpec = LocalFile | PodFile;

interface LocalFile {
  readonly form: "local";
  readonly path: string;
}

export interface PodFile {
  readonly form: "pod";
  /** Undefined: the namespace of the context. */
  readonly namespace: string | undefined;
  readonly pod: string;
  readonly path: string;
}

export function parseFileSpec(text: string): FileSpec {
  const colon = text.indexOf(":");
  if (colon < 0) return { form: "local", path: withoutTrailingSlash(text) };
  const pieces = text.slice(0, colon).split("/");
  const pod = pieces.at(-1) ?? "";
  if (colon === 0 || pieces.length > 2)
    throw new UserError("filespec must match the canonical format: [[namespace/]pod:]file/path");
  const path = withoutTrailingSlash(text.slice(colon + 1)).replaceAll("\\", "/");
  return { form: "pod", namespace: pieces.length === 2 ? pieces[0] : undefined, pod, path };
}

const withoutTrailingSlash = (path: string): string => (path !== "/" && path.endsWith("/") ? path.slice(0, -1) : path);

/** What the names in a pod's archive of `path` begin with: tar leaves out leading slashes. */
export function archivePrefix(path: string): string {
  const cleaned = posix.normalize(path.replace(/^[/\\]+/, "") || ".");
  return withoutShortcuts(withoutTrailingSlash(cleaned));
}

/** Is a path that was made relative to a folder still inside it? */
export const staysInside = (relative: string): boolean =>
  relative === "" || relative === "." || (relative === withoutShortcuts(relative) && relative !== "..");

function withoutShortcuts(path: string): string {
  const rest = path.replace(/^(\.\.\/)+/, "");
  return rest === "." || rest === ".." ? "" : rest.replace(/^\//, "");
}
