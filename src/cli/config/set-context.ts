import { UserError } from "../../lib/user-error.ts";
import { booleanFlag, stringFlag } from "../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../kubectl-command.ts";
import { readConfigFiles } from "./config-files.ts";
import { setEntry } from "./set-entry.ts";
import { unexpectedArgs } from "./unexpected-args.ts";

const flags = {
  current: booleanFlag("Modify the current context"),
  cluster: stringFlag("cluster for the context entry in kubeconfig"),
  user: stringFlag("user for the context entry in kubeconfig"),
  namespace: stringFlag("namespace for the context entry in kubeconfig", { short: "n" }),
};

export const setContextCommand = kubectlCommand({
  usage: "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
  flags,
  examples: `  kube config set-context --current --namespace=web
  kube config set-context gce --user=cluster-admin`,
  run: setContext,
});

async function setContext({ args, flags: given, isGiven, context }: Invocation<typeof flags>): Promise<void> {
  if (args.length > 1) throw unexpectedArgs(args);
  const [asked = ""] = args;
  if (asked === "" && !given.current) throw new UserError("you must specify a non-empty context name or --current");
  if (asked !== "" && given.current) throw new UserError("you cannot specify both a context name and --current");
  const files = await readConfigFiles(given.kubeconfig, context);
  const name = given.current ? files.currentContext : asked;
  if (name === "") throw new UserError("no current context is set");
  const fields = (["cluster", "user", "namespace"] as const).filter((field) => isGiven(field));
  const change = Object.fromEntries(fields.map((field) => [field, given[field]]));
  const wasThere = await setEntry(files, "contexts", name, (body) => ({ ...body, ...change }), context);
  context.stdout.write(`Context ${JSON.stringify(name)} ${wasThere ? "modified" : "created"}.\n`);
}
