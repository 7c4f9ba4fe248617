import type { CliContext } from "../context.ts";
import type { ConnectionFlagValues } from "../flags/connection-flags.ts";

/** What a config command without flags of its own takes of its invocation. */
export interface PlainInvocation {
  readonly args: readonly string[];
  readonly flags: ConnectionFlagValues;
  readonly context: CliContext;
  readonly commandPath: string;
}
