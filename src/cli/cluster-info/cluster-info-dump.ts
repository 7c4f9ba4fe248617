import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import type { Pod } from "../../api/types/core-v1.ts";
import { writeAll } from "../../lib/wire/write-all.ts";
import { apiVersionOfMapping } from "../discovery/resource-mapping.ts";
import { messageOf } from "../error-message.ts";
import { booleanFlag, listFlag, stringFlag } from "../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../kubectl-command.ts";
import { type ApiObject, nameOf } from "../objects/api-object.ts";
import { loadObjects } from "../objects/load-objects.ts";
import { throwAll } from "../objects/visit.ts";
import { podRunningTimeoutFlag } from "../pods/find-pod.ts";
import type { ObjectPrinter } from "../printers/object-printer.ts";
import { generatedPrinter, printFlags } from "../printers/print-flags.ts";

const dumpFlags = {
  ...printFlags,
  output: stringFlag(printFlags.output.description, { short: "o", default: "json" }),
  "all-namespaces": booleanFlag("If true, dump all namespaces.  If true, --namespaces is ignored.", { short: "A" }),
  namespaces: listFlag("A comma separated list of namespaces to dump."),
  "output-directory": stringFlag(
    "Where to output the files.  If empty or '-' uses stdout, otherwise creates a directory hierarchy in that directory",
  ),
  "pod-running-timeout": podRunningTimeoutFlag(20_000),
};

type DumpInvocation = Invocation<typeof dumpFlags>;

export const clusterInfoDumpCommand = kubectlCommand({
  usage: "[flags]",
  flags: dumpFlags,
  examples: `  kube cluster-info dump --output-directory=./dump     files, by namespace
  kube cluster-info dump -A | less`,
  run: dump,
});

/** What is dumped of each namespace: the resource, and the name of its file. */
const RESOURCES = [
  ["events", "events"],
  ["replicationcontrollers", "replication-controllers"],
  ["services", "services"],
  ["daemonsets.apps", "daemonsets"],
  ["deployments.apps", "deployments"],
  ["replicasets.apps", "replicasets"],
  ["pods", "pods"],
] as const;

async function dump(invocation: DumpInvocation): Promise<void> {
  const { flags, context } = invocation;
  const print = await generatedPrinter(flags, "", context);
  const extension = flags.output === "json" || flags.output === "yaml" ? `.${flags.output}` : ".txt";
  const write = async (file: string, text: string): Promise<void> => await writeDumped(invocation, file, text);
  await write(`nodes${extension}`, print(await listOf("nodes", "", invocation)));
  for (const namespace of await wantedNamespaces(invocation)) {
    for (const [resource, file] of RESOURCES) {
      // oxlint-disable-next-line no-await-in-loop -- the dump has a fixed order
      await dumpList(invocation, { resource, namespace, file: join(namespace, `${file}${extension}`) }, print);
    }
  }
  const folder = flags["output-directory"];
  if (folder !== "" && folder !== "-") context.stdout.write(`Cluster info dumped to ${folder}\n`);
}

interface Dumped {
  readonly resource: string;
  readonly namespace: string;
  readonly file: string;
}

async function dumpList(invocation: DumpInvocation, dumped: Dumped, print: ObjectPrinter): Promise<void> {
  const list = await listOf(dumped.resource, dumped.namespace, invocation);
  await writeDumped(invocation, dumped.file, print(list));
  if (dumped.resource !== "pods") return;
  // Parse edge: the list is one of pods.
  for (const pod of list["items"] as unknown as readonly Pod[]) {
    // oxlint-disable-next-line no-await-in-loop -- the dump has a fixed order
    await dumpLogs(invocation, pod);
  }
}

async function wantedNamespaces(invocation: DumpInvocation): Promise<readonly string[]> {
  const { flags, session } = invocation;
  if (flags["all-namespaces"]) {
    // Parse edge: the list is one of namespaces.
    const items = (await listOf("namespaces", "", invocation))["items"] as readonly ApiObject[];
    return items.map(nameOf);
  }
  return flags.namespaces.length > 0 ? flags.namespaces : ["kube-system", (await session.target()).namespace];
}

async function listOf(resource: string, namespace: string, { session }: DumpInvocation): Promise<ApiObject> {
  const mapping = (await session.mapper()).resourceFor(resource);
  const collection = {
    type: "collection" as const,
    mapping,
    namespace,
    labelSelector: undefined,
    fieldSelector: undefined,
  };
  const { objects, errors } = await loadObjects(await session.transport(), {
    sources: [collection],
    errors: [],
    isSingle: false,
  });
  throwAll(errors);
  // The items of a typed list do not say what they are.
  const items = objects.map(({ object }) => ({ ...object }));
  for (const item of items) {
    delete item["kind"];
    delete item["apiVersion"];
  }
  return { kind: `${mapping.kind}List`, apiVersion: apiVersionOfMapping(mapping), metadata: {}, items };
}

/** The logs of all containers of a pod, one behind the other in one file. */
async function dumpLogs(invocation: DumpInvocation, { metadata, spec }: Pod): Promise<void> {
  const { namespace = "", name = "" } = metadata;
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const logs = await Promise.all(
    containers.map(async (container) => {
      const title = `logs for container ${container.name} of pod ${namespace}/${name} ====\n`;
      const text = await logOf(invocation, { namespace, name, container: container.name });
      return `==== START ${title}${text}==== END ${title}`;
    }),
  );
  await writeDumped(invocation, join(namespace, name, "logs.txt"), logs.join(""));
}

async function logOf(
  { session }: DumpInvocation,
  { namespace, name, container }: { readonly namespace: string; readonly name: string; readonly container: string },
): Promise<string> {
  const pod = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
  try {
    const path = `${pod}/log?container=${encodeURIComponent(container)}`;
    return await (await (await session.transport()).raw({ method: "GET", path })).text();
  } catch (error) {
    return `Request log error: ${messageOf(error).replace(/^Error from server[^:]*: /, "")}\n`;
  }
}

/** To the file of that name, or to standard output. */
async function writeDumped({ flags, context }: DumpInvocation, file: string, text: string): Promise<void> {
  const folder = flags["output-directory"];
  if (folder === "" || folder === "-") return await writeAll(context.stdout, Buffer.from(text));
  const path = resolve(context.cwd, folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
