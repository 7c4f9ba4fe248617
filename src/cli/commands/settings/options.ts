import { goDuration } from "../../../lib/go/go-duration.ts";
import { connectionFlags } from "../../flags/connection-flags.ts";
import type { Flag } from "../../flags/flag.ts";
import { kubectlCommand } from "../../kubectl-command.ts";

export const optionsCommand = kubectlCommand({
  usage: "",
  flags: {},
  examples: `  kube options`,
  async run({ context }) {
    context.stdout.write("The following options can be passed to any command:\n\n");
    for (const [name, flag] of Object.entries<Flag>(connectionFlags))
      if (flag.isHidden !== true) context.stdout.write(`${optionText(name, flag)}\n`);
    await Promise.resolve();
  },
});

function optionText(name: string, { short, kind, default: value, description }: Flag): string {
  const shown =
    kind === "string"
      ? `'${String(value)}'`
      : kind === "duration"
        ? goDuration(Number(value))
        : kind === "list" || kind === "array"
          ? "[]"
          : String(value);
  return `    ${short === undefined ? "" : `-${short}, `}--${name}=${shown}:\n\t${description}\n`;
}
