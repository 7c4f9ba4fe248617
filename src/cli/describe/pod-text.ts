import { age } from "../../api/duration-text.ts";
import { podQos } from "../../api/pod-qos.ts";
import type { Event, Pod } from "../../api/types/core-v1.ts";
import { containersSection, resourcesSection } from "./containers-text.ts";
import { DescribeText } from "./describe-text.ts";
import { eventsSection } from "./events-text.ts";
import { topologySection } from "./pod-template-text.ts";
import { annotations, controllerText, labelLines, timeText, tolerationLines } from "./values.ts";
import { volumesSection } from "./volumes-text.ts";

export function podText(pod: Pod, events: readonly Event[] | undefined, now: number): string {
  const out = new DescribeText();
  placement(out, pod);
  statusLines(out, pod, now);
  const { spec, status = {} } = pod;
  if (spec?.resources) {
    out.line(0, "Resources:");
    resourcesSection(out, 1, spec.resources);
  }
  const { initContainers = [], containers = [], ephemeralContainers = [] } = spec ?? {};
  if (initContainers.length > 0)
    containersSection(out, "Init Containers", initContainers, { statuses: status.initContainerStatuses ?? [], pod });
  containersSection(out, "Containers", containers, { statuses: status.containerStatuses ?? [], pod });
  if (ephemeralContainers.length > 0) {
    const statuses = status.ephemeralContainerStatuses ?? [];
    containersSection(out, "Ephemeral Containers", ephemeralContainers, { statuses, pod });
  }
  conditions(out, pod);
  volumesSection(out, spec?.volumes, "");
  out.line(0, "QoS Class:", status.qosClass ?? podQos(pod));
  out.multiline(0, "Node-Selectors:", labelLines(spec?.nodeSelector));
  out.multiline(0, "Tolerations:", tolerationLines(spec?.tolerations));
  topologySection(out, spec?.topologySpreadConstraints, "");
  eventsSection(out, events, now);
  return out.toString();
}

function placement(out: DescribeText, { metadata, spec, status }: Pod): void {
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "Namespace:", metadata.namespace ?? "");
  if (spec?.priority !== undefined) out.line(0, "Priority:", spec.priority);
  if (spec?.priorityClassName) out.line(0, "Priority Class Name:", spec.priorityClassName);
  if (spec?.runtimeClassName) out.line(0, "Runtime Class Name:", spec.runtimeClassName);
  if (spec?.serviceAccountName) out.line(0, "Service Account:", spec.serviceAccountName);
  out.line(0, "Node:", spec?.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ""}` : "<none>");
  if (status?.startTime) out.line(0, "Start Time:", timeText(status.startTime));
  out.multiline(0, "Labels:", labelLines(metadata.labels));
  annotations(out, 0, "Annotations", metadata.annotations);
}

function statusLines(out: DescribeText, { metadata, spec, status }: Pod, now: number): void {
  const phase = status?.phase ?? "";
  if (metadata.deletionTimestamp !== undefined && phase !== "Failed" && phase !== "Succeeded") {
    out.line(0, "Status:", `Terminating (lasts ${age(metadata.deletionTimestamp, now)})`);
    out.line(0, "Termination Grace Period:", `${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else out.line(0, "Status:", phase);
  if (status?.reason) out.line(0, "Reason:", status.reason);
  if (status?.message) out.line(0, "Message:", status.message);
  const seccomp = spec?.securityContext?.seccompProfile;
  if (seccomp) {
    out.line(0, "SeccompProfile:", seccomp.type);
    if (seccomp.type === "Localhost") out.line(0, "LocalhostProfile:", seccomp.localhostProfile ?? "");
  }
  out.line(0, "IP:", status?.podIP ?? "");
  const ips = status?.podIPs ?? [];
  out.line(0, "IPs:", ...(ips.length === 0 ? ["<none>"] : []));
  for (const { ip } of ips) out.line(1, "IP:", ip);
  const controller = controllerText(metadata);
  if (controller !== undefined) out.line(0, "Controlled By:", controller);
  if (status?.nominatedNodeName) out.line(0, "NominatedNodeName:", status.nominatedNodeName);
}

function conditions(out: DescribeText, { spec, status }: Pod): void {
  const all = status?.conditions ?? [];
  const gates = spec?.readinessGates ?? [];
  if (gates.length > 0) {
    out.line(0, "Readiness Gates:");
    out.line(1, "Type", "Status");
    for (const { conditionType } of gates) {
      const found = all.find(({ type }) => type === conditionType);
      out.line(1, `${conditionType} `, `${found?.status ?? "<none>"} `);
    }
  }
  if (all.length === 0) return;
  out.line(0, "Conditions:");
  out.line(1, "Type", "Status");
  for (const condition of all) out.line(1, `${condition.type} `, `${condition.status} `);
}
