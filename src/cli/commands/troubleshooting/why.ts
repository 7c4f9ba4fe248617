import type { KubeObject, ResourceType } from "../../../api/resource-type.ts";
import { namespaces } from "../../../api/resources.ts";
import { type Diagnosis, diagnose, diagnoseAll } from "../../../insight/diagnose.ts";
import { diagnosisText } from "../../../insight/diagnosis-text.ts";
import { readSnapshot } from "../../../insight/fetch/read-snapshot.ts";
import type { Snapshot } from "../../../insight/snapshot.ts";
import { subjects } from "../../../insight/subjects.ts";
import { UserError } from "../../../lib/user-error.ts";
import { yamlText } from "../../../lib/yaml/yaml-text.ts";
import { ExitError } from "../../command.ts";
import { stringFlag } from "../../flags/flag.ts";
import { allNamespacesFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import { isNear } from "../../near-words.ts";
import { loadObjects } from "../../objects/load-objects.ts";
import { selectObjects } from "../../objects/select-objects.ts";
import { throwAll } from "../../objects/visit.ts";

const whyFlags = {
  "all-namespaces": allNamespacesFlag,
  output: stringFlag("For programs: json or yaml.", { short: "o" }),
};

type WhyInvocation = Invocation<typeof whyFlags>;

/** Not 1, which says that nothing could be found out. */
const WRONG_EXIT_CODE = 2;

export const whyCommand = kubectlCommand({
  usage: "[TYPE NAME | TYPE/NAME | NAME] [-A] [-o json|yaml]",
  flags: whyFlags,
  examples: `  kube why pod/web-0                 why a pod does not work, and what to try
  kube why deployment web            a workload with its pods, volumes and settings
  kube why web                       whatever has that name
  kube why ingress shop              from the host name to the pods behind it
  kube why -n shop                   everything in a namespace that is not well
  kube why -A -o json                everywhere, for programs

Works with every cluster of your kubeconfig, and changes nothing in it.
The exit code is 0 when all is well or on its way, 2 when something is wrong, 1 when it could not be found out.`,
  run: why,
});

async function why(invocation: WhyInvocation): Promise<void> {
  const { args, flags, context } = invocation;
  if (!["", "json", "yaml"].includes(flags.output))
    throw new UserError(`unknown format ${JSON.stringify(flags.output)}: -o takes json or yaml`);
  if (args.length > 2) throw usageError(invocation, "name one object, or none for everything that is not well");
  if (args.length > 0 && flags["all-namespaces"])
    throw usageError(invocation, "an object has one namespace: leave -A out, or the name");
  const diagnoses = args.length === 0 ? await ofEverything(invocation) : await ofNamed(invocation);
  context.stdout.write(shown(diagnoses, invocation));
  if (diagnoses.some(({ verdict }) => verdict === "wrong")) throw new ExitError(WRONG_EXIT_CODE);
}

function shown(diagnoses: readonly Diagnosis[], { args, flags }: WhyInvocation): string {
  if (flags.output === "json") return `${JSON.stringify({ diagnoses }, undefined, 2)}\n`;
  if (flags.output === "yaml") return yamlText({ diagnoses });
  if (diagnoses.length === 0 && args.length === 0) return "Everything is well\n";
  return diagnoses.map(diagnosisText).join("\n");
}

async function ofEverything({ flags, session, context }: WhyInvocation): Promise<readonly Diagnosis[]> {
  const namespace = flags["all-namespaces"] ? undefined : (await session.target()).namespace;
  return diagnoseAll(await readSnapshot(await session.transport(), { namespace }, context.clock.now()));
}

async function ofNamed(invocation: WhyInvocation): Promise<readonly Diagnosis[]> {
  const { args, session, context } = invocation;
  const { namespace } = await session.target();
  const transport = await session.transport();
  const [only = ""] = args;
  if (args.length === 1 && !only.includes("/")) {
    const snapshot = await readSnapshot(transport, { namespace }, context.clock.now());
    return named(only, namespace, snapshot).map((object) => diagnose(object, snapshot));
  }
  const { objects, errors } = await loadObjects(transport, await selectObjects(session, { args }));
  throwAll(errors);
  const [loaded] = objects;
  if (!loaded) throw new UserError("no such object");
  // The mapping is of the resource that the object came from.
  const type: ResourceType = loaded.mapping;
  const object = loaded.object as unknown as KubeObject;
  const scope = type.kind === namespaces.kind && type.group === "" ? loaded.name : loaded.namespace || namespace;
  const snapshot = await readSnapshot(transport, { namespace: scope, extra: { type, object } }, context.clock.now());
  return [diagnose(sameIn(snapshot, type, object), snapshot)];
}

/** The object as the snapshot has it, which is what owners and dependents are found by. */
function sameIn(snapshot: Snapshot, { group, kind }: ResourceType, object: KubeObject): KubeObject {
  const known = subjects.find(({ type }) => type.group === group && type.kind === kind);
  const { name = "", namespace } = object.metadata;
  return (known && snapshot.find(known.type, name, namespace)) ?? object;
}

/** What has the name; of an owner and what it owns, the owner. */
function named(name: string, namespace: string, snapshot: Snapshot): readonly KubeObject[] {
  const all = subjects.flatMap(({ type }) => snapshot.list(type));
  const found = all.filter(({ metadata }) => metadata.name === name);
  if (found.length > 0)
    return found.filter((object) => !snapshot.ownersOf(object).some((owner) => found.includes(owner)));
  const near = [...new Set(all.flatMap(({ metadata }) => metadata.name ?? []))]
    .filter((each) => isNear(name, each))
    .slice(0, 5);
  throw new UserError(`Nothing named ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)}`, {
    hint:
      near.length > 0
        ? `Did you mean ${near.join(", ")}?`
        : "Name its type too (kube why pod/NAME), or another namespace with -n",
  });
}
