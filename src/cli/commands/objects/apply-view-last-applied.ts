import { goJson } from "../../../lib/json/json-text.ts";
import { UserError } from "../../../lib/user-error.ts";
import { yamlText } from "../../../lib/yaml/yaml-text.ts";
import { lastApplied } from "../../apply/last-applied.ts";
import { booleanFlag, stringFlag } from "../../flags/flag.ts";
import { filenameFlags, selectorFlag } from "../../flags/shared-flags.ts";
import { kubectlCommand, usageError } from "../../kubectl-command.ts";
import { loadObjects } from "../../objects/load-objects.ts";
import { selectObjects } from "../../objects/select-objects.ts";
import { visitEach } from "../../objects/visit.ts";

export const applyViewLastAppliedCommand = kubectlCommand({
  usage: "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
  examples: `  kube apply view-last-applied deployment/web
  kube apply view-last-applied -f app.yaml -o json`,
  flags: {
    ...filenameFlags,
    all: booleanFlag("Select all resources in the namespace of the specified resource types"),
    output: stringFlag("Output format. Must be one of (yaml, json)", { short: "o", default: "yaml" }),
    selector: selectorFlag,
  },
  async run(invocation) {
    const { args, flags, session, context } = invocation;
    const selection = await selectObjects(session, {
      args,
      filenames: flags.filename,
      kustomize: flags.kustomize,
      recursive: flags.recursive,
      labelSelector: flags.selector,
      all: flags.all,
    });
    const { objects, errors } = await loadObjects(await session.transport(), selection);
    await visitEach(
      objects,
      async ({ object, name }) => {
        const configuration = lastApplied(object);
        if (!configuration)
          throw new UserError(`no last-applied-configuration annotation found on resource: ${name}\n`);
        if (flags.output === "json") context.stdout.write(`${goJson(configuration, "  ")}\n`);
        else if (flags.output === "yaml") context.stdout.write(yamlText(configuration));
        else
          throw usageError(
            invocation,
            `Unexpected -o output mode: ${flags.output}, the flag 'output' must be one of yaml|json`,
          );
      },
      errors,
    );
  },
});
