import type { PodTemplateSpec, TopologySpreadConstraint } from "../../api/types/core-v1.ts";
import { containersSection } from "./containers-text.ts";
import type { DescribeText } from "./describe-text.ts";
import { annotations, labelLines, selectorText, tolerationLines } from "./values.ts";
import { volumesSection } from "./volumes-text.ts";

/** What a workload makes its pods from. */
export function podTemplateSection(out: DescribeText, template: PodTemplateSpec | undefined): void {
  out.line(0, "Pod Template:");
  const spec = template?.spec;
  const metadata = template?.metadata;
  out.multiline(0, "  Labels:", labelLines(metadata?.labels));
  if (Object.keys(metadata?.annotations ?? {}).length > 0) annotations(out, 0, "  Annotations", metadata?.annotations);
  if (!spec) return;
  if (spec.serviceAccountName) out.line(1, "Service Account:", spec.serviceAccountName);
  if (spec.initContainers && spec.initContainers.length > 0)
    containersSection(out, "Init Containers", spec.initContainers, "template");
  containersSection(out, "Containers", spec.containers, "template");
  volumesSection(out, spec.volumes, "  ");
  topologySection(out, spec.topologySpreadConstraints, "  ");
  if (spec.priorityClassName) out.line(1, "Priority Class Name:", spec.priorityClassName);
  out.multiline(0, "  Node-Selectors:", labelLines(spec.nodeSelector));
  out.multiline(0, "  Tolerations:", tolerationLines(spec.tolerations));
}

export function topologySection(
  out: DescribeText,
  constraints: readonly TopologySpreadConstraint[] | undefined,
  indent: "" | "  ",
): void {
  if (!constraints || constraints.length === 0) return;
  const lines = constraints
    .toSorted((left, right) => (left.topologyKey < right.topologyKey ? -1 : 1))
    .map(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }) => {
      const selector = labelSelector ? ` for selector ${selectorText(labelSelector)}` : "";
      return `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}`;
    });
  const [first = "", ...rest] = lines;
  out.line(0, `${indent}Topology Spread Constraints:`, first);
  for (const line of rest) out.line(0, indent, line);
}
