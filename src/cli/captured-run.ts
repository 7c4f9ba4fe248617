import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";

import type { Connection } from "../client/https-transport.ts";
import { silentLogger } from "../lib/logger.ts";
import { type Clock, systemClock } from "../lib/time/clock.ts";
import type { CliContext } from "./context.ts";
import { runCommandLine } from "./program.ts";

/** For tests: a command line run in this process against a server, with what it wrote. */
export interface CapturedRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface CapturedRunOptions {
  readonly program?: CliContext["program"];
  readonly stdin?: Readable | string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  /** Told all that was written to standard output so far, after each piece. */
  readonly onOutput?: (stdout: string) => void;
}

export async function captureRun(
  args: readonly string[],
  connection: Connection,
  options: CapturedRunOptions = {},
): Promise<CapturedRun> {
  const folder = await mkdtemp(join(tmpdir(), "kube-cli-test-"));
  try {
    const kubeconfig = join(folder, "config");
    await writeFile(kubeconfig, JSON.stringify(kubeconfigFor(connection)));
    const stdout = captured(options.onOutput);
    const stderr = captured();
    const context: CliContext = {
      program: options.program ?? "kube",
      stdin:
        typeof options.stdin === "string" ? Readable.from([options.stdin]) : (options.stdin ?? new PassThrough().end()),
      stdout: stdout.stream,
      stderr: stderr.stream,
      env: { KUBECONFIG: kubeconfig, HOME: folder, ...options.env },
      cwd: options.cwd ?? folder,
      clock: options.clock ?? systemClock,
      log: silentLogger,
      signal: options.signal ?? new AbortController().signal,
    };
    const exitCode = await runCommandLine(args, context);
    return { stdout: stdout.text(), stderr: stderr.text(), exitCode };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function captured(onOutput?: (text: string) => void): { readonly stream: Writable; readonly text: () => string } {
  const pieces: Buffer[] = [];
  const text = (): string => Buffer.concat(pieces).toString("utf8");
  const stream = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      pieces.push(chunk);
      onOutput?.(text());
      callback();
    },
  });
  return { stream, text };
}

const base64 = (text: string | undefined): string => Buffer.from(text ?? "").toString("base64");

function kubeconfigFor({ server, caPem, clientCertificatePem, clientKeyPem }: Connection): unknown {
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server, "certificate-authority-data": base64(caPem) } }],
    users: [
      {
        name: "test",
        user: {
          "client-certificate-data": base64(clientCertificatePem),
          "client-key-data": base64(clientKeyPem),
        },
      },
    ],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    "current-context": "test",
  };
}
