import { byteOrder } from "../../lib/json/json-text.ts";
import { UserError } from "../../lib/user-error.ts";
import { booleanFlag, stringFlag } from "../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../kubectl-command.ts";
import { textIn } from "../objects/api-object.ts";
import { TabWriter } from "../printers/tab-writer.ts";
import { readConfigFiles } from "./config-files.ts";

const flags = {
  "no-headers": booleanFlag(
    "When using the default or custom-column output format, don't print headers (default print headers).",
  ),
  output: stringFlag("Output format. One of: (name).", { short: "o" }),
};

export const getContextsCommand = kubectlCommand({
  usage: "[(-o|--output=)name)]",
  flags,
  examples: `  kube config get-contexts
  kube config get-contexts my-context`,
  run: getContexts,
});

async function getContexts({ args, flags: given, context }: Invocation<typeof flags>): Promise<void> {
  const { output } = given;
  if (output !== "" && output !== "name")
    throw new UserError(
      `--output ${output} is not available in kubectl config get-contexts; resetting to default output format`,
    );
  const { contexts, currentContext } = await readConfigFiles(given.kubeconfig, context);
  const names = (args.length === 0 ? [...contexts.keys()] : args.filter((name) => contexts.has(name))).toSorted(
    byteOrder,
  );
  const table = new TabWriter((text) => context.stdout.write(text));
  if (output !== "name" && !given["no-headers"]) table.write("CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n");
  for (const name of names) {
    const body = contexts.get(name)?.body ?? {};
    const cells = [
      name === currentContext ? "*" : " ",
      name,
      textIn(body, "cluster"),
      textIn(body, "user"),
      textIn(body, "namespace"),
    ];
    table.write(output === "name" ? `${name}\n` : `${cells.join("\t")}\n`);
  }
  table.flush();
  const missing = args.filter((name) => !contexts.has(name));
  if (missing.length > 0) throw new AggregateError(missing.map((name) => new UserError(`context ${name} not found`)));
}
