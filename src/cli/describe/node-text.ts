import { age } from "../../api/duration-text.ts";
import { podLimits, podRequests, type Amounts } from "../../api/pod-resources.ts";
import {
  addQuantities,
  formatQuantity,
  quantityMilliValue,
  quantityValue,
  ZERO,
  parseQuantity,
} from "../../api/quantity.ts";
import type { Lease } from "../../api/types/coordination-v1.ts";
import type { Event, Node, Pod } from "../../api/types/core-v1.ts";
import { DescribeText } from "./describe-text.ts";
import { eventsSection } from "./events-text.ts";
import { annotations, labelLines, quantities, timeText } from "./values.ts";

export interface NodeFacts {
  /** Undefined when the user may not see them. */
  readonly pods: readonly Pod[] | undefined;
  /** Or why it cannot be had. */
  readonly lease: Lease | string;
}

export function nodeText(node: Node, facts: NodeFacts, events: readonly Event[] | undefined, now: number): string {
  const out = new DescribeText();
  const { metadata, spec, status = {} } = node;
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "Roles:", roles(node));
  out.multiline(0, "Labels:", labelLines(metadata.labels));
  annotations(out, 0, "Annotations", metadata.annotations);
  out.line(0, "CreationTimestamp:", timeText(metadata.creationTimestamp));
  out.multiline(0, "Taints:", taintLines(node));
  out.line(0, "Unschedulable:", spec?.unschedulable ?? false);
  leaseSection(out, facts.lease);
  conditionsSection(out, node);
  out.line(0, "Addresses:");
  for (const { type, address } of status.addresses ?? []) out.line(1, `${type}:`, address);
  if (status.capacity) out.line(0, "Capacity:");
  quantities(out, 1, status.capacity);
  if (status.allocatable) out.line(0, "Allocatable:");
  quantities(out, 1, status.allocatable);
  systemSection(out, node);
  if (spec?.podCIDR) out.line(0, "PodCIDR:", spec.podCIDR);
  if (spec?.podCIDRs && spec.podCIDRs.length > 0) out.line(0, "PodCIDRs:", spec.podCIDRs.join(","));
  if (spec?.providerID) out.line(0, "ProviderID:", spec.providerID);
  if (facts.pods) podsSection(out, facts.pods, node, now);
  else out.line(0, "Pods:", "not authorized");
  eventsSection(out, events, now);
  return out.toString();
}

const ROLE_PREFIX = "node-role.kubernetes.io/";

function roles({ metadata }: Node): string {
  const found = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX)) return [key.slice(ROLE_PREFIX.length)];
    return key === "kubernetes.io/role" ? [value] : [];
  });
  return [...new Set(found.filter((role) => role !== ""))].toSorted().join(",") || "<none>";
}

function taintLines({ spec }: Node): readonly string[] {
  return (spec?.taints ?? [])
    .toSorted((left, right) => (`${left.effect},${left.key}` < `${right.effect},${right.key}` ? -1 : 1))
    .map(({ key, value = "", effect }) => `${key}${value === "" ? "" : `=${value}`}${effect ? `:${effect}` : ""}`);
}

function leaseSection(out: DescribeText, lease: Lease | string): void {
  if (typeof lease === "string") return out.line(0, "Lease:", `Failed to get lease: ${lease}`);
  const { holderIdentity, acquireTime, renewTime } = lease.spec ?? {};
  out.line(0, "Lease:");
  out.line(1, "HolderIdentity:", holderIdentity ?? "<unset>");
  out.line(1, "AcquireTime:", acquireTime ? timeText(acquireTime) : "<unset>");
  out.line(1, "RenewTime:", renewTime ? timeText(renewTime) : "<unset>");
}

function conditionsSection(out: DescribeText, { status }: Node): void {
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0) return;
  out.line(0, "Conditions:");
  out.line(1, "Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message");
  out.line(1, "----", "------", "-----------------", "------------------", "------", "-------");
  for (const { type, status: value, lastHeartbeatTime, lastTransitionTime, reason = "", message = "" } of conditions) {
    const times = [`${timeText(lastHeartbeatTime)} `, `${timeText(lastTransitionTime)} `];
    out.line(1, `${type} `, `${value} `, ...times, `${reason} `, message);
  }
}

function systemSection(out: DescribeText, { status }: Node): void {
  const system = status?.nodeInfo;
  out.line(0, "System Info:");
  out.line(1, "Machine ID:", system?.machineID ?? "");
  out.line(1, "System UUID:", system?.systemUUID ?? "");
  out.line(1, "Boot ID:", system?.bootID ?? "");
  out.line(1, "Kernel Version:", system?.kernelVersion ?? "");
  out.line(1, "OS Image:", system?.osImage ?? "");
  out.line(1, "Operating System:", system?.operatingSystem ?? "");
  out.line(1, "Architecture:", system?.architecture ?? "");
  out.line(1, "Container Runtime Version:", system?.containerRuntimeVersion ?? "");
  out.line(1, "Kubelet Version:", system?.kubeletVersion ?? "");
}

/** `cpu` is counted in thousandths, all else in units. */
const valueOf = (name: string, list: Amounts): number => {
  const amount = list[name] ?? ZERO;
  return Number(name === "cpu" ? quantityMilliValue(amount) : quantityValue(amount));
};

const NOT_EXTENDED = new Set(["cpu", "memory", "ephemeral-storage", "pods"]);

function podsSection(out: DescribeText, pods: readonly Pod[], { status }: Node, now: number): void {
  const allocatable: Amounts = Object.fromEntries(
    Object.entries(status?.allocatable ?? status?.capacity ?? {}).map(([name, quantity]) => [
      name,
      parseQuantity(quantity),
    ]),
  );
  const share = (name: string, list: Amounts): string => {
    const whole = valueOf(name, allocatable);
    const percent = whole === 0 ? 0 : Math.trunc((valueOf(name, list) / whole) * 100);
    return `${formatQuantity(list[name] ?? ZERO)} (${percent}%)`;
  };
  out.line(0, "Non-terminated Pods:", `(${pods.length} in total)`);
  out.line(1, "Namespace", "Name", "", "CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits", "Age");
  out.line(1, "---------", "----", "", "------------", "----------", "---------------", "-------------", "---");
  for (const pod of pods) {
    const [requests, limits] = [podRequests(pod), podLimits(pod)];
    const shares = [share("cpu", requests), share("cpu", limits), share("memory", requests), share("memory", limits)];
    const { namespace = "", name = "", creationTimestamp } = pod.metadata;
    out.line(1, namespace, name, "", ...shares, age(creationTimestamp, now));
  }
  const requests = total(pods.map(podRequests));
  const limits = total(pods.map(podLimits));
  out.line(0, "Allocated resources:");
  out.line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)");
  out.line(1, "Resource", "Requests", "Limits");
  out.line(1, "--------", "--------", "------");
  const names = Object.keys(allocatable).toSorted();
  const isHuge = (name: string): boolean => name.startsWith("hugepages-");
  for (const name of ["cpu", "memory", "ephemeral-storage", ...names.filter(isHuge)])
    out.line(1, name, share(name, requests), share(name, limits));
  for (const name of names.filter((each) => !isHuge(each) && !NOT_EXTENDED.has(each)))
    out.line(1, name, formatQuantity(requests[name] ?? ZERO), formatQuantity(limits[name] ?? ZERO));
}

function total(lists: readonly Amounts[]): Amounts {
  const sums: Record<string, Amounts[string]> = {};
  for (const list of lists) {
    for (const [name, amount] of Object.entries(list)) {
      const before = sums[name];
      sums[name] = before ? addQuantities(before, amount) : amount;
    }
  }
  return sums;
}
