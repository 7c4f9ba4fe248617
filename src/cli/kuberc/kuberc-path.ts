import { join, resolve } from "node:path";

import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";

/** Which file has the preferences, and whether somebody named it. */
export interface KubercFile {
  readonly path: string;
  /** As the user wrote it. */
  readonly shown: string;
  readonly isNamed: boolean;
}

/** By `--kuberc`, `$KUBERC` or the home directory; undefined when preferences are switched off. */
export function kubercFile(flag: string, { env, cwd }: Pick<CliContext, "env" | "cwd">): KubercFile | undefined {
  const variable = env["KUBERC"] ?? "";
  if (variable === "off") {
    if (flag !== "")
      throw new UserError("disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive");
    return undefined;
  }
  const named = flag === "" ? variable : flag;
  if (named !== "") return { path: resolve(cwd, named), shown: named, isNamed: true };
  const home = env["HOME"] ?? "";
  const path = join(home, ".kube", "kuberc");
  return home === "" ? undefined : { path, shown: path, isNamed: false };
}

/** What `--kuberc` says, before anything else is known of the line. */
export function kubercFlag(args: readonly string[]): string {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  const at = own.findIndex((arg) => arg === "--kuberc" || arg.startsWith("--kuberc="));
  if (at < 0) return "";
  const found = own[at] === "--kuberc" ? own[at + 1] : own[at]?.slice("--kuberc=".length);
  if (!found) throw new UserError("kuberc file is not found");
  return found;
}
