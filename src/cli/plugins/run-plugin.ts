import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";

import type { CliContext } from "../context.ts";
import { findPlugin } from "./find-plugins.ts";

/** Runs the plugin that a command line names and returns its exit code; undefined when there is none. */
export async function runPlugin(
  args: readonly string[],
  { env }: Pick<CliContext, "env">,
  options: { readonly leastWords?: number } = {},
): Promise<number | undefined> {
  const found = findPlugin(args, env["PATH"] ?? "", options);
  if (!found) return undefined;
  const child = spawn(found.path, args.slice(found.wordCount), { env: { ...env }, stdio: "inherit" });
  // Ctrl-C is for the plugin, which gets it too; we only wait.
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}
