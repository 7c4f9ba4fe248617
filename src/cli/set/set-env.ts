import { text as streamText } from "node:stream/consumers";

import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { arrayFlag, booleanFlag, listFlag, stringFlag } from "../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../kubectl-command.ts";
import { type ApiObject, kindOf, nameOf, objectsIn, textIn } from "../objects/api-object.ts";
import { loadObjects } from "../objects/load-objects.ts";
import { selectObjects } from "../objects/select-objects.ts";
import { withChosenContainers } from "./chosen-containers.ts";
import {
  changedEnv,
  type EnvChanges,
  envChanges,
  envFrom,
  envList,
  overwriteProblem,
  renamedKeys,
} from "./env-changes.ts";
import { changePodTemplates, setFlags } from "./pod-template-change.ts";
import { referencedObjects, resolvedEnvList } from "./resolved-env.ts";

const setEnvFlags = {
  ...setFlags,
  containers: stringFlag("The names of containers in the selected pod templates to change - may use wildcards", {
    short: "c",
    default: "*",
  }),
  env: arrayFlag("Specify a key-value pair for an environment variable to set into each container.", { short: "e" }),
  from: stringFlag("The name of a resource from which to inject environment variables"),
  keys: listFlag("Comma-separated list of keys to import from specified resource"),
  list: booleanFlag("If true, display the environment and any changes in the standard format."),
  overwrite: booleanFlag(
    "If true, allow environment to be overwritten, otherwise reject updates that overwrite existing environment.",
    { default: true },
  ),
  prefix: stringFlag("Prefix to append to variable names"),
  resolve: booleanFlag("If true, show secret or configmap references when listing variables"),
};

type EnvInvocation = Invocation<typeof setEnvFlags>;

export const setEnvCommand = kubectlCommand({
  usage: "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
  flags: setEnvFlags,
  examples: `  kube set env deployment/web COLOR=blue
  kube set env deployment/web COLOR-         takes it out
  kube set env deployment/web --from=configmap/settings --prefix=APP_
  kube set env deployment/web --list`,
  run: setEnv,
});

async function setEnv(invocation: EnvInvocation): Promise<void> {
  const { args, flags } = invocation;
  const { resources, pairs } = splitArgs(args);
  checkFlags(invocation, resources);
  const changes = await wantedChanges(invocation, pairs);
  const listed: ListedObject[] = [];
  await changePodTemplates(invocation, resources, {
    what: "env",
    failure: "failed to patch env update to pod template",
    fieldManager: flags["field-manager"],
    change(spec, object) {
      const changed = withChosenContainers(spec, flags.containers, (container) =>
        withEnv(container, invocation, changes),
      );
      if (!changed) {
        const pattern = JSON.stringify(flags.containers);
        invocation.context.stderr.write(
          `Warning: ${kindOf(object)}/${nameOf(object)} does not have any containers matching ${pattern}\n`,
        );
        return spec;
      }
      if (!flags.list) return changed;
      listed.push({ object, spec: changed });
      return spec;
    },
  });
  await list(listed, invocation);
}

interface ListedObject {
  readonly object: ApiObject;
  readonly spec: JsonObject;
}

/** With --resolve, references are followed; those that lead nowhere are told behind their container, and are no failure. */
async function list(listed: readonly ListedObject[], { flags, session, context }: EnvInvocation): Promise<void> {
  const source = flags.resolve && listed.length > 0 ? await referencedObjects(session) : undefined;
  for (const { object, spec } of listed) {
    for (const container of chosenContainers(spec, flags.containers)) {
      context.stdout.write(`# ${kindOf(object)} ${nameOf(object)}, container ${textIn(container, "name")}\n`);
      // oxlint-disable-next-line no-await-in-loop -- told in order
      const resolved = source && (await resolvedEnvList(container, object, source));
      context.stdout.write(resolved?.text ?? envList(container));
      for (const problem of resolved?.problems ?? []) context.stderr.write(`${problem}\n`);
    }
  }
}

/** Arguments up to the first change name objects; `-` reads changes from the standard input. */
function splitArgs(args: readonly string[]): {
  readonly resources: readonly string[];
  readonly pairs: readonly string[];
} {
  const isPair = (arg: string): boolean => arg.includes("=") || arg.endsWith("-");
  const first = args.findIndex(isPair);
  const [resources, pairs] = first < 0 ? [args, []] : [args.slice(0, first), args.slice(first)];
  if (pairs.some((arg) => !isPair(arg)))
    throw new UserError(`all resources must be specified before environment changes: ${args.join(" ")}`);
  return { resources, pairs };
}

function checkFlags({ flags }: EnvInvocation, resources: readonly string[]): void {
  const hasFiles = flags.filename.length > 0 || flags.kustomize !== "";
  if (flags.all && flags.selector !== "") throw new UserError("cannot set --all and --selector at the same time");
  if (flags.local && flags["dry-run"] === "server")
    throw new UserError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
  if (resources.length === 0 && !hasFiles)
    throw new UserError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
  if (flags.list && flags.output !== "") throw new UserError("--list and --output may not be specified together");
  if (flags.keys.length > 0 && flags.from === "")
    throw new UserError("when specifying --keys, a configmap or secret must be provided with --from");
}

async function wantedChanges(
  { flags, session, context }: EnvInvocation,
  pairs: readonly string[],
): Promise<EnvChanges> {
  const lines = pairs.includes("-")
    ? (await streamText(context.stdin)).split(/\r?\n/).filter((line) => line !== "")
    : [];
  const { set, removed } = envChanges([...flags.env, ...pairs.filter((pair) => pair !== "-"), ...lines]);
  const imported: JsonObject[] = [];
  if (flags.from !== "") {
    const selection = await selectObjects(session, { args: [flags.from] });
    const { objects, errors } = await loadObjects(await session.transport(), selection);
    if (errors.length > 0) throw errors[0];
    for (const { object } of objects) {
      imported.push(...envFrom(object, flags.keys));
      for (const warning of renamedKeys(object, flags.keys)) context.stderr.write(warning);
    }
  }
  const all = [...set, ...imported];
  return { set: all.map((variable) => ({ ...variable, name: `${flags.prefix}${textIn(variable, "name")}` })), removed };
}

function withEnv(container: JsonObject, { flags }: EnvInvocation, changes: EnvChanges): JsonObject {
  const before = objectsIn(container, "env");
  const problem = flags.overwrite ? undefined : overwriteProblem(before, changes);
  if (problem) throw problem;
  const env = changedEnv(before, changes);
  if (env.length > 0) return { ...container, env };
  const { env: _, ...rest } = container;
  return rest;
}

function chosenContainers(spec: JsonObject, pattern: string): readonly JsonObject[] {
  const chosen = new Set<string>();
  withChosenContainers(spec, pattern, (container) => {
    chosen.add(textIn(container, "name"));
    return container;
  });
  const all = [...objectsIn(spec, "containers"), ...objectsIn(spec, "initContainers")];
  return all.filter((container) => chosen.has(textIn(container, "name")));
}
