import { type Amount, quantityMilliValue } from "../../api/quantity.ts";
import { byteOrder } from "../../lib/json-text.ts";
import type { JsonObject } from "../../lib/json-value.ts";
import { isJsonObject } from "../../lib/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { booleanFlag, stringFlag } from "../flags/flag.ts";
import { selectorFlag } from "../flags/shared-flags.ts";
import { type Invocation, kubectlCommand, usageError } from "../kubectl-command.ts";
import { itemsOf, nameOf } from "../objects/api-object.ts";
import { TabWriter } from "../printers/tab-writer.ts";
import { cpuText, memoryText, readJson, readMetrics, usageIn } from "./metrics.ts";
import { byUsage, checkSortBy } from "./top-pods.ts";

const flags = {
  selector: selectorFlag,
  "sort-by": stringFlag(
    "If non-empty, sort nodes list using specified field. The field can be either 'cpu' or 'memory'.",
  ),
  "no-headers": booleanFlag("If present, print output without headers"),
};

export const topNodesCommand = kubectlCommand({
  usage: "[NAME | -l label]",
  flags,
  examples: `  kube top nodes`,
  run: topNodes,
});

async function topNodes(invocation: Invocation<typeof flags>): Promise<void> {
  const { args, flags: given, session, context } = invocation;
  if (args.length > 1) throw usageError(invocation, "node [NAME | -l label]");
  checkSortBy(given["sort-by"]);
  const [name = ""] = args;
  if (name !== "" && given.selector !== "") throw new UserError("only one of NAME or selector can be provided");
  const query = given.selector === "" ? "" : `?${new URLSearchParams({ labelSelector: given.selector }).toString()}`;
  const path = name === "" ? `nodes${query}` : `nodes/${encodeURIComponent(name)}`;
  const metrics = await readMetrics(session, path);
  if (metrics.length === 0) throw new UserError("metrics not available yet");
  const answer = await readJson(session, `/api/v1/${path}`);
  const table = new TabWriter((text) => context.stdout.write(text));
  if (!given["no-headers"]) table.write("NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)\t\n");
  for (const row of nodeRows(metrics, itemsOf(answer) ?? [answer], given["sort-by"]))
    table.write(row.map((cell) => `${cell}\t`).join("") + "\n");
  table.flush();
}

/** Nodes without metrics come last. */
export function nodeRows(
  metrics: readonly JsonObject[],
  nodes: readonly JsonObject[],
  sortBy: string,
): readonly (readonly string[])[] {
  const allocatable = new Map(
    nodes.map((node) => [
      nameOf(node),
      usageIn(isJsonObject(node["status"]) ? node["status"]["allocatable"] : undefined),
    ]),
  );
  const measured = metrics.map((each) => ({ name: nameOf(each), usage: usageIn(each["usage"]) }));
  const rows = measured
    .toSorted((left, right) => byUsage(sortBy, left.usage, right.usage) || byteOrder(left.name, right.name))
    .map(({ name, usage }) => {
      const available = allocatable.get(name);
      return [
        name,
        cpuText(usage),
        ...(available ? [percent(usage.cpu, available.cpu)] : []),
        memoryText(usage),
        ...(available ? [percent(usage.memory, available.memory)] : []),
      ];
    });
  const known = new Set(measured.map(({ name }) => name));
  const missing = [...allocatable.keys()].filter((name) => !known.has(name)).toSorted(byteOrder);
  return [...rows, ...missing.map((name) => [name, "<unknown>", "<unknown>", "<unknown>", "<unknown>"])];
}

function percent(used: Amount, available: Amount): string {
  const total = quantityMilliValue(available);
  return `${total === 0n ? 0n : (quantityMilliValue(used) * 100n) / total}%`;
}
