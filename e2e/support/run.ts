/** Runs a command to its end and gives back what it said. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly input?: string;
  /** The command is killed after this time: a test never hangs. */
  readonly timeoutMs?: number;
}

export async function run(command: readonly string[], options: RunOptions = {}): Promise<Output> {
  const child = Bun.spawn([...command], {
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdin: options.input === undefined ? "ignore" : Buffer.from(options.input),
    stdout: "pipe",
    stderr: "pipe",
    timeout: options.timeoutMs ?? 60_000,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { stdout, stderr, exitCode: await child.exited };
}

/** As `run`, but a failure is an error that shows everything. */
export async function succeed(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const output = await run(command, options);
  if (output.exitCode !== 0) {
    throw new Error(`${command.join(" ")} ended with ${output.exitCode}\n${output.stdout}\n${output.stderr}`);
  }
  return output.stdout;
}
