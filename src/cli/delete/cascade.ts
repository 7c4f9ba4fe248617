import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { booleanText } from "../flags/flag-value.ts";

export type PropagationPolicy = "Background" | "Foreground" | "Orphan";

/** What becomes of the objects that belong to a deleted one. */
export function propagationPolicy(cascade: string, { stderr }: Pick<CliContext, "stderr">): PropagationPolicy {
  switch (cascade) {
    case "background":
      return "Background";
    case "foreground":
      return "Foreground";
    case "orphan":
      return "Orphan";
    default:
      return deprecatedBoolean(cascade, stderr);
  }
}

function deprecatedBoolean(cascade: string, stderr: CliContext["stderr"]): PropagationPolicy {
  const value = booleanText(cascade);
  if (value === undefined)
    throw new UserError(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
  const [policy, replacement] = value ? (["Background", "background"] as const) : (["Orphan", "orphan"] as const);
  stderr.write(
    `warning: --cascade=${cascade} is deprecated (boolean value) and can be replaced with --cascade=${replacement}.\n`,
  );
  return policy;
}
