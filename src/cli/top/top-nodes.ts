import { type Amount, quantityMilliValue, wholeQuantity } from "../../api/quantity.ts";
import { byteOrder } from "../../lib/json/json-text.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { booleanFlag, stringFlag } from "../flags/flag.ts";
import { selectorFlag } from "../flags/shared-flags.ts";
import { type Invocation, kubectlCommand, usageError } from "../kubectl-command.ts";
import { itemsOf, nameOf, objectIn } from "../objects/api-object.ts";
import { TabWriter } from "../printers/tab-writer.ts";
import {
  type Measured,
  measuredResources,
  readJson,
  readMetrics,
  selectorQuery,
  type Usage,
  usageIn,
  usageText,
} from "./metrics.ts";
import { byUsage, checkSortBy } from "./top-pods.ts";

const flags = {
  selector: selectorFlag,
  "show-capacity": booleanFlag("Print node resources based on Capacity instead of Allocatable(default) of the nodes."),
  "show-swap": booleanFlag("Print node resources related to swap memory."),
  "sort-by": stringFlag(
    "If non-empty, sort nodes list using specified field. The field can be either 'cpu' or 'memory'.",
  ),
  "no-headers": booleanFlag("If present, print output without headers"),
  "use-protocol-buffers": booleanFlag("Enables using protocol-buffers to access Metrics API.", { default: true }),
};

export const topNodesCommand = kubectlCommand({
  usage: "[NAME | -l label]",
  flags,
  examples: `  kube top nodes
  kube top node node-1 --show-capacity       of all it has, not only of what pods may use`,
  run: topNodes,
});

async function topNodes(invocation: Invocation<typeof flags>): Promise<void> {
  const { args, flags: given, session, context } = invocation;
  if (args.length > 1) throw usageError(invocation, "node [NAME | -l label]");
  checkSortBy(given["sort-by"]);
  const [name = ""] = args;
  if (name !== "" && given.selector !== "") throw new UserError("only one of NAME or --selector can be provided");
  const query = selectorQuery({ labelSelector: given.selector });
  const path = name === "" ? `nodes${query}` : `nodes/${encodeURIComponent(name)}`;
  const metrics = await readMetrics(session, path);
  if (metrics.length === 0) throw new UserError("metrics not available yet");
  const answer = await readJson(session, `/api/v1/${path}`);
  const table = new TabWriter((text) => context.stdout.write(text));
  for (const row of nodeRows(metrics, itemsOf(answer) ?? [answer], given))
    table.write(row.map((cell) => `${cell}\t`).join("") + "\n");
  table.flush();
}

type NodeTable = Pick<Invocation<typeof flags>["flags"], "sort-by" | "show-swap" | "show-capacity" | "no-headers">;

interface Available {
  readonly usage: Usage;
  readonly hasSwap: boolean;
}

/** Nodes without metrics come last. */
export function nodeRows(
  metrics: readonly JsonObject[],
  nodes: readonly JsonObject[],
  table: NodeTable,
): readonly (readonly string[])[] {
  const resources = measuredResources({ swap: table["show-swap"] });
  const available = new Map(nodes.map((node) => [nameOf(node), availableOn(node, table["show-capacity"])]));
  const measured = metrics.map((each) => ({ name: nameOf(each), usage: usageIn(each["usage"]) }));
  const rows = measured
    .toSorted((left, right) => byUsage(table["sort-by"], left.usage, right.usage) || byteOrder(left.name, right.name))
    .map(({ name, usage }) => [
      name,
      ...resources.flatMap((resource) => usageCells(usage, resource, available.get(name))),
    ]);
  const known = new Set(measured.map(({ name }) => name));
  const missing = [...available.keys()].filter((name) => !known.has(name)).toSorted(byteOrder);
  return [
    ...(table["no-headers"] ? [] : [["NAME", ...resources.flatMap((resource) => COLUMNS[resource])]]),
    ...rows,
    ...missing.map((name) => [name, ...resources.flatMap(() => UNKNOWN)]),
  ];
}

const COLUMNS: Readonly<Record<Measured, readonly string[]>> = {
  cpu: ["CPU(cores)", "CPU(%)"],
  memory: ["MEMORY(bytes)", "MEMORY(%)"],
  swap: ["SWAP(bytes)", "SWAP(%)"],
};

const UNKNOWN = ["<unknown>", "<unknown>"];

function availableOn(node: JsonObject, capacity: boolean): Available {
  const status = objectIn(node, "status");
  const swap = objectIn(objectIn(status, "nodeInfo"), "swap")["capacity"];
  const usage = usageIn(status[capacity ? "capacity" : "allocatable"]);
  return typeof swap === "number"
    ? { usage: { ...usage, swap: wholeQuantity(swap, "BinarySI") }, hasSwap: true }
    : { usage, hasSwap: false };
}

function usageCells(usage: Usage, resource: Measured, available: Available | undefined): readonly string[] {
  if (resource === "swap" && !available?.hasSwap) return UNKNOWN;
  const used = usageText(usage, resource);
  return available ? [used, percent(usage[resource], available.usage[resource])] : [used];
}

function percent(used: Amount, available: Amount): string {
  const total = quantityMilliValue(available);
  return `${total === 0n ? 0n : (quantityMilliValue(used) * 100n) / total}%`;
}
