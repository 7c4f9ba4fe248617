import { age } from "../../../duration-text.ts";
import type { Column } from "../../../kind.ts";
import { podSummary } from "../../../pod-summary.ts";
import type { Pod } from "../../../types/core-v1.ts";
import { ageColumn, nameColumn, text, wide } from "../../columns.ts";

export const podColumns: readonly Column<Pod>[] = [
  nameColumn,
  text("Ready", (pod) => {
    const { readyContainers, totalContainers } = podSummary(pod);
    return `${readyContainers}/${totalContainers}`;
  }),
  text("Status", (pod) => podSummary(pod).status),
  text("Restarts", (pod, { now }) => {
    const { restarts, lastRestart } = podSummary(pod);
    return restarts === 0 || lastRestart === undefined ? `${restarts}` : `${restarts} (${age(lastRestart, now)} ago)`;
  }),
  ageColumn,
  wide("IP", ({ status }) => status?.podIPs?.[0]?.ip || NONE),
  wide("Node", ({ spec }) => spec?.nodeName || NONE),
  wide("Nominated Node", ({ status }) => status?.nominatedNodeName || NONE),
  wide("Readiness Gates", readinessGates),
];

const NONE = "<none>";

function readinessGates({ spec, status }: Pod): string {
  const gates = spec?.readinessGates ?? [];
  if (gates.length === 0) return NONE;
  const open = gates.filter(
    ({ conditionType }) => status?.conditions?.find(({ type }) => type === conditionType)?.status === "True",
  );
  return `${open.length}/${gates.length}`;
}
