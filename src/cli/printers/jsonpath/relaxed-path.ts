import { UserError } from "../../../lib/user-error.ts";

const RELAXED = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/;

/** `metadata.name`, `.metadata.name` and `{metadata.name}` all mean `{.metadata.name}`. */
export function relaxedPath(path: string): string {
  if (path === "") return path;
  const match = RELAXED.exec(path);
  if (!match) {
    throw new UserError(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    );
  }
  return `{.${match[1] ?? match[2] ?? ""}}`;
}
