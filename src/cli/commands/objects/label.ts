import { UserError } from "../../../lib/user-error.ts";
import { kubectlCommand } from "../../kubectl-command.ts";
import { changeMetadata, type MetadataField } from "../../metadata/change-metadata.ts";
import { metadataFlags } from "../../metadata/metadata-flags.ts";
import { labelChanges } from "../../metadata/pairs.ts";

const labels: MetadataField = {
  kind: "label",
  field: "labels",
  fieldManager: "kubectl-label",
  exampleFile: "pod",
  changes: labelChanges,
  overwriteProblem(current, { set }) {
    const problems = [...set].flatMap(([key, value]) => {
      const before = current[key];
      if (before === undefined || before === value) return [];
      return [new UserError(`'${key}' already has a value (${before}), and --overwrite is false`)];
    });
    return problems.length > 1 ? new AggregateError(problems) : problems[0];
  },
  operation(current, changed) {
    const hasAdded = Object.entries(changed).some(([key, value]) => current[key] !== value);
    const hasRemoved = Object.keys(current).some((key) => changed[key] === undefined);
    if (hasAdded && hasRemoved) return "modified";
    if (hasAdded) return "labeled";
    return hasRemoved ? "unlabeled" : "not labeled";
  },
  sendsEmptyPatch: false,
  tellsMissing: true,
  printsAnswer: false,
};

export const labelCommand = kubectlCommand({
  usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
  flags: metadataFlags,
  examples: `  kube label pod web-0 tier=front
  kube label pod web-0 tier=back --overwrite
  kube label pod web-0 tier-                 takes it off
  kube label pods --all checked=yes`,
  run: async (invocation) => await changeMetadata(invocation, labels),
});
