import { UserError } from "../../lib/user-error.ts";
import { kubectlCommand } from "../kubectl-command.ts";
import { dryRunOf } from "../objects/write-options.ts";
import { changePodTemplates, setFlags } from "./pod-template-change.ts";

export const setServiceAccountCommand = kubectlCommand({
  usage: "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
  flags: setFlags,
  examples: `  kube set serviceaccount deployment web builder`,
  async run(invocation) {
    const { args, flags, context } = invocation;
    if (flags.local && dryRunOf(flags["dry-run"], context) === "server")
      throw new UserError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
    const name = args.at(-1);
    if (name === undefined) throw new UserError("serviceaccount is required");
    await changePodTemplates(invocation, args.slice(0, -1), {
      what: "serviceaccount",
      failure: "failed to patch ServiceAccountName",
      fieldManager: flags["field-manager"],
      change: (spec) => ({ ...spec, serviceAccountName: name }),
      patchesAlways: true,
    });
  },
});
