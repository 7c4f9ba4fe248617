import type { Command } from "commander";

import type { CliContext } from "./context.ts";

/** One command: a file in commands/ exports it, one line in commands.ts names it. */
export interface CliCommand {
  /** Adds arguments, options, examples and the action to a command that already has its name and summary. */
  configure(command: Command, context: CliContext): void;
}

/** A line of the table of contents: enough for `kube --help` without loading the command. */
export interface CommandEntry {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly group: CommandGroup;
  /** Kubectl has no such command. All of the group Cluster are ours anyway. */
  readonly isOwn?: boolean;
  load(): Promise<CliCommand>;
}

/** Headings of `kube --help`, in order. */
export const COMMAND_GROUPS = ["Cluster", "Objects", "Workloads", "Troubleshooting", "Settings"] as const;

type CommandGroup = (typeof COMMAND_GROUPS)[number];

/** Ends the process with a code other than 0 or 1 after the command has said everything itself. */
export class ExitError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.name = "ExitError";
    this.exitCode = exitCode;
  }
}
