import { UserError } from "../../../lib/user-error.ts";
import { kubectlCommand } from "../../kubectl-command.ts";
import { changeMetadata, type MetadataField } from "../../metadata/change-metadata.ts";
import { metadataFlags } from "../../metadata/metadata-flags.ts";
import { annotationChanges } from "../../metadata/pairs.ts";

/** Says why something was changed, so it changes with every reason. */
const CHANGE_CAUSE = "kubernetes.io/change-cause";

const annotations: MetadataField = {
  kind: "annotation",
  field: "annotations",
  fieldManager: "kubectl-annotate",
  exampleFile: "rsrc",
  changes: annotationChanges,
  overwriteProblem(current, { set }) {
    const problems = [...set].flatMap(([key, value]) => {
      const before = current[key];
      return key === CHANGE_CAUSE || before === undefined || before === value
        ? []
        : [`'${key}' already has a value (${before})`];
    });
    if (problems.length === 0) return undefined;
    return new UserError(`--overwrite is false but found the following declared annotation(s): ${problems.join("; ")}`);
  },
  operation: () => "annotated",
  sendsEmptyPatch: true,
  tellsMissing: false,
  printsAnswer: true,
};

export const annotateCommand = kubectlCommand({
  usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
  flags: metadataFlags,
  examples: `  kube annotate pod web-0 owner='the front end team'
  kube annotate pod web-0 owner-             takes it off
  kube annotate deploy web kubernetes.io/change-cause='new image'`,
  run: async (invocation) => await changeMetadata(invocation, annotations),
});
