import { accessSync, constants, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";

const PREFIX = "kubectl-";

export interface FoundPlugin {
  readonly path: string;
  /** How much of the command line is its name. */
  readonly wordCount: number;
}

/** The plugin for the longest beginning of a command line: `kube foo bar` may be `kubectl-foo-bar`, or `kubectl-foo`. */
export function findPlugin(args: readonly string[], path: string, { leastWords = 1 } = {}): FoundPlugin | undefined {
  const end = args.findIndex((arg) => arg.startsWith("-"));
  const words = (end < 0 ? args : args.slice(0, end)).map((word) => word.replaceAll("-", "_"));
  for (let count = words.length; count >= leastWords; count--) {
    const file = PREFIX + words.slice(0, count).join("-");
    // What has a slash in it is no name of a file on the path.
    if (file.includes("/")) continue;
    const found = path.split(delimiter).find((folder) => folder !== "" && isExecutable(join(folder, file)));
    if (found !== undefined) return { path: join(found, file), wordCount: count };
  }
  return undefined;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export interface PluginList {
  readonly plugins: readonly string[];
  /** Folders of the path that cannot be read, and why. */
  readonly problems: readonly string[];
}

/** Every file on the path that has the name of a plugin, in the order in which they are found. */
export async function listPlugins(path: string): Promise<PluginList> {
  const plugins: string[] = [];
  const problems: string[] = [];
  for (const folder of new Set(path.split(delimiter))) {
    if (folder.trim() === "") continue;
    try {
      // oxlint-disable-next-line no-await-in-loop -- told in the order of the path
      const entries = await readdir(folder, { withFileTypes: true });
      const files = entries.filter((entry) => !entry.isDirectory() && entry.name.startsWith(PREFIX));
      plugins.push(...files.map(({ name }) => join(folder, name)).toSorted());
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "no such file or directory" : String(error);
      problems.push(
        `Unable to read directory ${JSON.stringify(folder)} from your PATH: open ${folder}: ${reason}. Skipping...`,
      );
    }
  }
  return { plugins, problems };
}
