import { compareQuantities } from "../../api/quantity.ts";
import { goDuration } from "../../lib/go/go-duration.ts";
import { byteOrder } from "../../lib/json/json-text.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { booleanFlag, stringFlag } from "../flags/flag.ts";
import { allNamespacesFlag, fieldSelectorFlag, selectorFlag } from "../flags/shared-flags.ts";
import { type Invocation, kubectlCommand, usageError } from "../kubectl-command.ts";
import { itemsOf, metadataOf, nameOf, namespaceOf, textIn } from "../objects/api-object.ts";
import { TabWriter } from "../printers/tab-writer.ts";
import {
  type Measured,
  measuredResources,
  readJson,
  readMetrics,
  selectorQuery,
  sumOf,
  type Usage,
  usageIn,
  usageText,
} from "./metrics.ts";

const flags = {
  "field-selector": fieldSelectorFlag,
  selector: selectorFlag,
  "show-swap": booleanFlag("Print pod resources related to swap memory."),
  "sort-by": stringFlag(
    "If non-empty, sort pods list using specified field. The field can be either 'cpu' or 'memory'.",
  ),
  containers: booleanFlag("If present, print usage of containers within a pod."),
  "all-namespaces": allNamespacesFlag,
  "no-headers": booleanFlag("If present, print output without headers."),
  sum: booleanFlag("Print the sum of the resource usage"),
  "use-protocol-buffers": booleanFlag("Enables using protocol-buffers to access Metrics API.", { default: true }),
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
  if (name !== "" && (given.selector !== "" || given["field-selector"] !== ""))
    throw new UserError("only one of NAME or selector can be provided");
  const everywhere = given["all-namespaces"];
  const { namespace } = await session.target();
  const collection = everywhere ? "pods" : `namespaces/${encodeURIComponent(namespace)}/pods`;
  const query = selectorQuery({ labelSelector: given.selector, fieldSelector: given["field-selector"] });
  const path = name === "" ? collection + query : `${collection}/${encodeURIComponent(name)}`;
  const pods = await readMetrics(session, path);
  if (pods.length === 0) {
    await checkUnmeasured(invocation, `namespaces/${encodeURIComponent(namespace)}/pods${query}`);
    context.stderr.write(everywhere ? "No resources found\n" : `No resources found in ${namespace} namespace.\n`);
    return;
  }
  const table = new TabWriter((text) => context.stdout.write(text));
  for (const row of podRows(pods, given)) table.write(row.map((cell) => `${cell}\t`).join("") + "\n");
  table.flush();
}

const METRICS_DELAY_MS = 120_000;

/** Pods without metrics are a problem, and old ones are named; no pods are none. */
async function checkUnmeasured({ session, context }: Invocation<typeof flags>, path: string): Promise<void> {
  const pods = itemsOf(await readJson(session, `/api/v1/${path}`)) ?? [];
  if (pods.length === 0) return;
  for (const pod of pods) {
    const ageMs = context.clock.now() - Date.parse(textIn(metadataOf(pod), "creationTimestamp"));
    if (ageMs > METRICS_DELAY_MS)
      throw new UserError(
        `Metrics not available for pod ${namespaceOf(pod)}/${nameOf(pod)}, age: ${goDuration(ageMs)}`,
      );
  }
  throw new UserError("metrics not available yet");
}

export function checkSortBy(field: string): void {
  if (!["", "cpu", "memory"].includes(field)) throw new UserError("--sort-by accepts only cpu or memory");
}

/** The heaviest first where a field is named, else by name. */
export function byUsage(field: string, left: Usage, right: Usage): number {
  if (field === "cpu") return compareQuantities(right.cpu, left.cpu);
  return field === "memory" ? compareQuantities(right.memory, left.memory) : 0;
}

type PodTable = Pick<
  Invocation<typeof flags>["flags"],
  "sort-by" | "containers" | "all-namespaces" | "no-headers" | "show-swap" | "sum"
>;

const COLUMNS: Readonly<Record<Measured, string>> = {
  cpu: "CPU(cores)",
  memory: "MEMORY(bytes)",
  swap: "SWAP(bytes)",
};

export function podRows(pods: readonly JsonObject[], table: PodTable): readonly (readonly string[])[] {
  const resources = measuredResources({ swap: table["show-swap"] });
  const namespaceCell = (text: string): readonly string[] => (table["all-namespaces"] ? [text] : []);
  const podCell = (text: string): readonly string[] => (table.containers ? [text] : []);
  const usageCells = (usage: Usage): readonly string[] => resources.map((resource) => usageText(usage, resource));
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
      ...usageCells(each.usage),
    ]),
  );
  const columns = resources.map((resource) => COLUMNS[resource]);
  const header = [...namespaceCell("NAMESPACE"), ...podCell("POD"), "NAME", ...columns];
  const total = usageCells(sumOf(sorted.map(({ usage }) => usage)));
  return [...(table["no-headers"] ? [] : [header]), ...rows, ...(table.sum ? sumRows(total, table) : [])];
}

/** Without headers kubectl does not count the columns that --all-namespaces and --containers add. */
function sumRows(total: readonly string[], table: PodTable): readonly (readonly string[])[] {
  const added = table["no-headers"] ? 0 : Number(table["all-namespaces"]) + Number(table.containers);
  const width = total.length + 1 + added;
  const empty = (count: number): readonly string[] => Array.from({ length: count }, () => "");
  return [
    [...empty(width - 2), "________", "________"],
    [...empty(width - 3), "", ...total],
  ];
}

function containersOf(pod: JsonObject, sortBy: string): readonly { readonly name: string; readonly usage: Usage }[] {
  const containers = Array.isArray(pod["containers"]) ? pod["containers"].filter(isJsonObject) : [];
  return containers
    .map((container) => ({ name: textIn(container, "name"), usage: usageIn(container["usage"]) }))
    .toSorted((left, right) => byUsage(sortBy, left.usage, right.usage) || byteOrder(left.name, right.name));
}
