import type { CliContext } from "./context.ts";

export interface WarningWriter {
  readonly count: number;
  readonly warn: (text: string) => void;
}

/** Shows what the server warns of, each text once, as kubectl does. */
export function warningWriter(stderr: CliContext["stderr"]): WarningWriter {
  const shown = new Set<string>();
  return {
    get count() {
      return shown.size;
    },
    warn(text) {
      if (shown.has(text)) return;
      shown.add(text);
      stderr.write(stderr.isTTY === true ? `\u001b[33;1mWarning:\u001b[0m ${text}\n` : `Warning: ${text}\n`);
    },
  };
}
