import type { CliContext } from "../context.ts";

/** The user's terminal while a remote process has it: keys come one by one, and its size is told. */
export interface RawTerminal extends Disposable {
  size(): TerminalSize;
  onResize(listener: () => void): Disposable;
}

interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

export function rawTerminal({ stdin, stdout }: Pick<CliContext, "stdin" | "stdout">): RawTerminal {
  stdin.setRawMode?.(true);
  return {
    size: () => ({ width: stdout.columns ?? 80, height: stdout.rows ?? 24 }),
    onResize(listener) {
      stdout.on("resize", listener);
      return { [Symbol.dispose]: () => void stdout.off("resize", listener) };
    },
    [Symbol.dispose]: () => void stdin.setRawMode?.(false),
  };
}
