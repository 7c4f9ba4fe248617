import { sleep, type Clock } from "../../lib/time/clock.ts";

/** What a fake process has of the world. */
export interface FakeProcessIo {
  readonly clock: Clock;
  readonly stdin: ReadableStream<Uint8Array> | undefined;
  write(stream: "stdout" | "stderr", text: string): Promise<void>;
  /** Aborts when the process is killed. */
  readonly signal: AbortSignal;
}

/** The folder in which no fake program exists: starting one fails, as a missing file does. */
export const MISSING_PROGRAMS = "/nonexistent/";

/**
 * What a command does in the fake runtime: enough of a shell for tests (`sh -c "echo up; sleep 2; exit 3"`) with `echo`,
 * `sleep`, `cat`, `true`, `false` and `exit`. Every other program runs until it is stopped, as servers do.
 */
export async function runFakeProgram(command: readonly string[], io: FakeProcessIo): Promise<number> {
  const [program = "", ...args] = command;
  if (program === "sh" && args[0] === "-c") return await runScript(args[1] ?? "", io);
  return await runProgram(program, args, io);
}

/** The exit code that a `trap "exit N" TERM` in the script asks for. */
export function trappedExitCode(command: readonly string[]): number | undefined {
  const code = /\btrap "exit (\d+)" TERM\b/.exec(command.at(-1) ?? "")?.[1];
  return code === undefined ? undefined : Number(code);
}

async function runScript(script: string, io: FakeProcessIo): Promise<number> {
  let status = 0;
  for (const statement of script.split(/;|&&|&(?!\d)/).map((text) => text.trim())) {
    const [program = "", ...args] = statement.split(/\s+/);
    if (program === "" || program === "trap" || program === "wait") continue;
    if (program === "exit") return Number(args[0] ?? status);
    status = await runProgram(program, args, io);
  }
  return status;
}

async function runProgram(program: string, args: readonly string[], io: FakeProcessIo): Promise<number> {
  switch (program) {
    case "true":
      return 0;
    case "false":
      return 1;
    case "echo":
      await io.write(args.includes(">&2") ? "stderr" : "stdout", `${args.filter((arg) => arg !== ">&2").join(" ")}\n`);
      return 0;
    case "sleep":
      await sleep(Number(args[0] ?? 0) * 1000, io);
      return 0;
    case "cat":
      for await (const chunk of io.stdin ?? []) await io.write("stdout", new TextDecoder().decode(chunk));
      return 0;
    default:
      await aborted(io.signal);
      return 0;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
