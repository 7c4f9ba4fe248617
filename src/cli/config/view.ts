import { UserError } from "../../lib/user-error.ts";
import { booleanFlag } from "../flags/flag.ts";
import { type Invocation, kubectlCommand, usageError } from "../kubectl-command.ts";
import { structJsonPrinter } from "../printers/object-printer.ts";
import { objectPrinter, printFlags, unknownFormat } from "../printers/print-flags.ts";
import { readConfigFiles } from "./config-files.ts";
import { flattened, minified, redacted, shownConfig } from "./shown-config.ts";

const flags = {
  ...printFlags,
  merge: booleanFlag("Merge the full hierarchy of kubeconfig files", { default: true }),
  raw: booleanFlag("Display raw byte data and sensitive data"),
  flatten: booleanFlag(
    "Flatten the resulting kubeconfig file into self-contained output (useful for creating portable kubeconfig files)",
  ),
  minify: booleanFlag("Remove all information not used by current-context from the output"),
};

export const viewCommand = kubectlCommand({
  usage: "[flags]",
  flags,
  examples: `  kube config view
  kube config view --minify --flatten
  kube config view -o jsonpath='{.users[?(@.name == "e2e")].user.password}'`,
  run: view,
});

async function view(invocation: Invocation<typeof flags>): Promise<void> {
  const { args, flags: given, isGiven, context } = invocation;
  if (args.length > 0) throw usageError(invocation, `unexpected arguments: [${args.join(" ")}]`);
  const isNamed = given.kubeconfig !== "";
  const merges = isNamed && !isGiven("merge") ? false : given.merge;
  const output = given.output === "" && given.template === "" ? "yaml" : given.output;
  const print = output === "json" ? structJsonPrinter() : await objectPrinter({ ...given, output }, context);
  if (!print) throw unknownFormat(output);
  if (!merges && !isNamed) throw new UserError("if merge==false a precise file must be specified");
  const files = await readConfigFiles(given.kubeconfig, context, { keepsPaths: !merges });
  const chosen = given.minify ? minified(files, given.context) : files;
  const config = given.flatten ? await flattened(chosen, context.cwd) : given.raw ? chosen : redacted(chosen);
  context.stdout.write(print(shownConfig(config)));
}
