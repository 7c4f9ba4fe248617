import type { Readable, Writable } from "node:stream";

import type { Logger } from "../lib/logger.ts";
import type { Clock } from "../lib/time/clock.ts";

/** What a command may touch of the world outside: tests hand in their own. */
export interface CliContext {
  /** As what the binary was called: by a link named `kubectl` it is kubectl. */
  readonly program: "kube" | "kubectl";
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Which programs may be run for credentials, if the user's preferences say so. */
  readonly credentialPlugins?: { readonly policy: string; readonly allowlist: readonly string[] };
  /** Aborts at Ctrl-C: a command that waits takes it and ends in good order. */
  readonly signal: AbortSignal;
}
