import type { ContainerRuntime } from "../runtime/runtime.ts";

export interface ExecOutcome {
  readonly exitCode: number;
  /** What it wrote to both outputs, up to the limit. */
  readonly output: string;
}

/** Runs a command in a container to its end. */
export async function execInContainer(
  runtime: ContainerRuntime,
  containerId: string,
  command: readonly string[],
  { signal, maxOutputBytes }: { readonly signal: AbortSignal; readonly maxOutputBytes: number },
): Promise<ExecOutcome> {
  const session = await runtime.exec(containerId, { command, stdin: false, tty: false, signal });
  const [stdout, stderr, exitCode] = await Promise.all([
    firstBytes(session.stdout, maxOutputBytes),
    firstBytes(session.stderr, maxOutputBytes),
    session.exitCode,
  ]);
  return { exitCode, output: Buffer.concat([stdout, stderr]).subarray(0, maxOutputBytes).toString("utf8") };
}

/** Reads to the end, so that the writer is never stuck, but keeps the beginning only. */
async function firstBytes(stream: ReadableStream<Uint8Array>, limit: number): Promise<Buffer> {
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  for await (const chunk of stream) {
    if (keptBytes >= limit) continue;
    kept.push(chunk);
    keptBytes += chunk.length;
  }
  return Buffer.concat(kept).subarray(0, limit);
}
