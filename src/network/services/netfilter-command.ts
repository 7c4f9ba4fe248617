import { access } from "node:fs/promises";

import { errorText } from "../../lib/logger.ts";
import { UserError } from "../../lib/user-error.ts";

/** Runs nft scripts. A script is one transaction: it happens as a whole or not at all. */
export interface NetfilterCommand {
  run(script: string): Promise<void>;
  /** `table` as in `ip kube-name`. */
  hasTable(table: string): Promise<boolean>;
}

/** Runs a command with `input` as its standard input: on this machine, or where it has the right to change netfilter's rules. */
export type Execute = (command: readonly string[], input: string) => Promise<{ exitCode: number; stderr: string }>;

const CANDIDATES = ["/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft", "/usr/local/sbin/nft"];

/** This machine's nft, run by `execute`. Throws UserError when it is missing. */
export async function nftCommand(execute: Execute): Promise<NetfilterCommand> {
  const nft = await nftPath();
  if (nft === undefined) {
    throw new UserError("Cannot send traffic to pods: the program nft is missing", {
      hint: 'Install it (package "nftables"), then run kube start again',
    });
  }
  return {
    run: async (script) => {
      const { exitCode, stderr } = await execute([nft, "-f", "-"], script);
      if (exitCode !== 0) throw new Error(`nft refused the rules: ${firstLines(stderr)}`);
    },
    // One small chain of it: a whole table may have tens of thousands of rules to print.
    hasTable: async (table) =>
      (await execute([nft, "list", "chain", ...table.split(" "), "refuse"], "")).exitCode === 0,
  };
}

async function nftPath(): Promise<string | undefined> {
  for (const path of CANDIDATES) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

/** Directly: takes root. */
export const executeDirectly: Execute = async (command, input) => {
  try {
    const child = Bun.spawn([...command], { stdin: Buffer.from(input), stdout: "ignore", stderr: "pipe" });
    const stderr = await new Response(child.stderr).text();
    return { exitCode: await child.exited, stderr };
  } catch (error) {
    throw new Error(`Cannot run ${command[0]}: ${errorText(error)}`, { cause: error });
  }
};

const firstLines = (text: string): string => text.trim().split("\n").slice(0, 4).join("; ");
