import { errorText } from "../../lib/logger.ts";

/** Runs nft scripts. A script is one transaction: it happens as a whole or not at all. */
export interface NetfilterCommand {
  run(script: string): Promise<void>;
  /** `table` as in `ip kube-name`. */
  hasTable(table: string): Promise<boolean>;
}

/** Runs a command with `input` as its standard input: on this machine, or where it has the right to change the network. */
export type Execute = (command: readonly string[], input: string) => Promise<Executed>;

interface Executed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program `nft`, run by `execute`. */
export function nftCommand(nft: string, execute: Execute): NetfilterCommand {
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

/** Directly: takes root. */
export const executeDirectly: Execute = async (command, input) => {
  try {
    const child = Bun.spawn([...command], { stdin: Buffer.from(input), stdout: "pipe", stderr: "pipe" });
    const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    return { exitCode: await child.exited, stdout, stderr };
  } catch (error) {
    throw new Error(`Cannot run ${command[0]}: ${errorText(error)}`, { cause: error });
  }
};

export const firstLines = (text: string): string => text.trim().split("\n").slice(0, 4).join("; ");
