export interface UserTerminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/**
 * Runs a program that has the user's terminal until it ends, and resolves with its exit code. The program gets a terminal of
 * its own and all keys are passed on to it: two processes that read one terminal would each get some of them, for a read
 * that has begun cannot be taken back.
 */
export async function runOnTerminal(command: readonly string[], { stdin, stdout }: UserTerminal): Promise<number> {
  const child = Bun.spawn([...command], {
    terminal: {
      cols: stdout.columns,
      rows: stdout.rows,
      data: (_terminal, bytes) => void stdout.write(bytes),
    },
  });
  const { terminal } = child;
  const onReadable = (): void => {
    // A readable stream that is not in object mode gives text, bytes or nothing.
    for (;;) {
      const keys = stdin.read() as string | Uint8Array<ArrayBuffer> | null;
      if (keys === null) return;
      terminal?.write(keys);
    }
  };
  const onResize = (): void => terminal?.resize(stdout.columns, stdout.rows);
  stdin.setRawMode(true);
  stdin.ref();
  stdin.on("readable", onReadable);
  stdout.on("resize", onResize);
  try {
    return await child.exited;
  } finally {
    stdin.off("readable", onReadable);
    stdout.off("resize", onResize);
    terminal?.close();
  }
}
