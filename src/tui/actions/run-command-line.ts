/** A command line of this program that was run in this process, with what it wrote. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs a command line against the cluster that is shown; ends when the signal aborts. */
export type RunCommand = (
  args: readonly string[],
  options: {
    readonly signal: AbortSignal;
    /** Told all that was written to standard output so far, after each piece. */
    readonly onOutput?: (stdout: string) => void;
  },
) => Promise<CommandResult>;

/** Runs one line after the other, to the first that fails. */
export async function runLines(
  run: RunCommand,
  lines: readonly (readonly string[])[],
  signal: AbortSignal,
): Promise<CommandResult> {
  let all: CommandResult = { stdout: "", stderr: "", exitCode: 0 };
  for (const line of lines) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as in a shell
    const { stdout, stderr, exitCode } = await run(line, { signal });
    all = { stdout: all.stdout + stdout, stderr: all.stderr + stderr, exitCode };
    if (exitCode !== 0) return all;
  }
  return all;
}
