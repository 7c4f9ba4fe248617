import { compareQuantities } from "../../api/quantity.ts";
import { byteOrder } from "../../lib/json-text.ts";
import { isJsonObject, type JsonObject } from "../../lib/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { booleanFlag, stringFlag } from "../flags/flag.ts";
import { allNamespacesFlag, selectorFlag } from "../flags/shared-flags.ts";
import { type Invocation, kubectlCommand, usageError } from "../kubectl-command.ts";
import { nameOf, namespaceOf, textIn } from "../objects/api-object.ts";
import { TabWriter } from "../printers/tab-writer.ts";
import { cpuText, memoryText, readMetrics, sumOf, type Usage, usageIn } from "./metrics.ts";

const flags = {
  selector: selectorFlag,
  "sort-by": stringFlag(
    "If non-empty, sort pods list using specified field. The field can be either 'cpu' or 'memory'.",
  ),
  containers: booleanFlag("If present, print usage of containers within a pod."),
  "all-namespaces": allNamespacesFlag,
  "no-headers": booleanFlag("If present, print output without headers."),
};

export const topPodsCommand = kubectlCommand({
  usage: "[NAME | -l label]",
  flags,
  examples: `  kube top pods
  kube top pods web-0 --containers`,
  run: topPods,
});

async function topPods(invocation: Invocation<typeof flags>): Promise<void> {
  const { args, flags: given, session, context } = invocation;
  if (args.length > 1) throw usageError(invocation, "pod [NAME | -l label]");
  checkSortBy(given["sort-by"]);
  const [name = ""] = args;
  if (name !== "" && given.selector !== "") throw new UserError("only one of NAME or selector can be provided");
  const everywhere = given["all-namespaces"];
  const { namespace } = await session.target();
  const collection = everywhere ? "pods" : `namespaces/${encodeURIComponent(namespace)}/pods`;
  const query = given.selector === "" ? "" : `?${new URLSearchParams({ labelSelector: given.selector }).toString()}`;
  const path = name === "" ? collection + query : `${collection}/${encodeURIComponent(name)}`;
  const pods = await readMetrics(session, path);
  if (pods.length === 0) {
    context.stderr.write(everywhere ? "No resources found\n" : `No resources found in ${namespace} namespace.\n`);
    return;
  }
  const table = new TabWriter((text) => context.stdout.write(text));
  for (const row of podRows(pods, given)) table.write(row.map((cell) => `${cell}\t`).join("") + "\n");
  table.flush();
}

export function checkSortBy(field: string): void {
  if (!["", "cpu", "memory"].includes(field)) throw new UserError("--sort-by accepts only cpu or memory");
}

/** The heaviest first where a field is named, else by name. */
export function byUsage(field: string, left: Usage, right: Usage): number {
  if (field === "cpu") return compareQuantities(right.cpu, left.cpu);
  return field === "memory" ? compareQuantities(right.memory, left.memory) : 0;
}

type PodTable = Pick<Invocation<typeof flags>["flags"], "sort-by" | "containers" | "all-namespaces" | "no-headers">;

export function podRows(pods: readonly JsonObject[], table: PodTable): readonly (readonly string[])[] {
  const namespaceCell = (text: string): readonly string[] => (table["all-namespaces"] ? [text] : []);
  const podCell = (text: string): readonly string[] => (table.containers ? [text] : []);
  const measured = pods.map((pod) => ({ pod, containers: containersOf(pod, table["sort-by"]) }));
  const sorted = measured
    .map((each) => ({ ...each, usage: sumOf(each.containers.map(({ usage }) => usage)) }))
    .toSorted(
      (left, right) =>
        byUsage(table["sort-by"], left.usage, right.usage) ||
        byteOrder(namespaceOf(left.pod), namespaceOf(right.pod)) ||
        byteOrder(nameOf(left.pod), nameOf(right.pod)),
    );
  const rows = sorted.flatMap(({ pod, containers, usage }) =>
    (table.containers ? containers : [{ name: nameOf(pod), usage }]).map((each) => [
      ...namespaceCell(namespaceOf(pod)),
      ...podCell(nameOf(pod)),
      each.name,
      cpuText(each.usage),
      memoryText(each.usage),
    ]),
  );
  const header = [...namespaceCell("NAMESPACE"), ...podCell("POD"), "NAME", "CPU(cores)", "MEMORY(bytes)"];
  return table["no-headers"] ? rows : [header, ...rows];
}

function containersOf(pod: JsonObject, sortBy: string): readonly { readonly name: string; readonly usage: Usage }[] {
  const containers = Array.isArray(pod["containers"]) ? pod["containers"].filter(isJsonObject) : [];
  return containers
    .map((container) => ({ name: textIn(container, "name"), usage: usageIn(container["usage"]) }))
    .toSorted((left, right) => byUsage(sortBy, left.usage, right.usage) || byteOrder(left.name, right.name));
}
