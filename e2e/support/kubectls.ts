import { readdir, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";

import { run } from "./run.ts";
import { kubectlPath } from "./test-cluster.ts";

export interface Kubectl {
  /** `1.32` */
  readonly version: string;
  readonly path: string;
}

/** Every kubectl at hand, one for each minor version: the one on PATH, and those named `kubectl.1.NN` that lie beside it. */
export async function kubectls(): Promise<readonly Kubectl[]> {
  const main = kubectlPath();
  const folders = new Set([dirname(main), dirname(await realpath(main)), "/usr/lib/google-cloud-sdk/bin"]);
  const more = process.env["KUBECTL_FOLDER"];
  if (more !== undefined) folders.add(more);
  const byVersion = new Map<string, Kubectl>();
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (/^kubectl(\.1\.\d+)?$/.test(name)) await add(byVersion, join(folder, name));
    }
  }
  return [...byVersion.values()].toSorted((a, b) => a.version.localeCompare(b.version, undefined, { numeric: true }));
}

/** The newest of them. `KUBECTL_FOLDER` may name one more place to look. */
export async function newestKubectl(): Promise<Kubectl> {
  const newest = (await kubectls()).at(-1);
  if (!newest) throw new Error("kubectl is not on PATH: npm test installs it");
  return newest;
}

async function add(byVersion: Map<string, Kubectl>, path: string): Promise<void> {
  const { stdout, exitCode } = await run([path, "version", "--client", "-o", "json"]);
  const version = /"gitVersion": "v(1\.\d+)/.exec(stdout)?.[1];
  if (exitCode === 0 && version !== undefined && !byVersion.has(version)) byVersion.set(version, { version, path });
}
