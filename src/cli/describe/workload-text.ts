import { labelSelectorText } from "../../api/label-selector.ts";
import { canonicalQuantity } from "../../api/quantity.ts";
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from "../../api/types/apps-v1.ts";
import type { Event, PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import { DescribeText } from "./describe-text.ts";
import { eventsSection } from "./events-text.ts";
import { podTemplateSection } from "./pod-template-text.ts";
import { annotations, controllerText, labelLines, labelText, selectorText, timeText } from "./values.ts";

/** How many pods of a controller are in each phase. */
export interface PodCounts {
  readonly running: number;
  readonly waiting: number;
  readonly succeeded: number;
  readonly failed: number;
}

const countsText = ({ running, waiting, succeeded, failed }: PodCounts): string =>
  `${running} Running / ${waiting} Waiting / ${succeeded} Succeeded / ${failed} Failed`;

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
}

function conditionsSection(out: DescribeText, conditions: readonly Condition[] = []): void {
  if (conditions.length === 0) return;
  out.line(0, "Conditions:");
  out.line(1, "Type", "Status", "Reason");
  out.line(1, "----", "------", "------");
  for (const { type, status, reason = "" } of conditions) out.line(1, `${type} `, status, reason);
}

export interface DeploymentReplicaSets {
  readonly old: readonly ReplicaSet[];
  readonly current: ReplicaSet | undefined;
}

export function deploymentText(
  { metadata, spec, status = {} }: Deployment,
  replicaSets: DeploymentReplicaSets,
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "Namespace:", metadata.namespace ?? "");
  out.line(0, "CreationTimestamp:", timeText(metadata.creationTimestamp));
  out.multiline(0, "Labels:", labelLines(metadata.labels));
  annotations(out, 0, "Annotations", metadata.annotations);
  out.line(0, "Selector:", labelSelectorText(spec?.selector));
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status;
  out.line(
    0,
    "Replicas:",
    `${spec?.replicas ?? 0} desired | ${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`,
  );
  out.line(0, "StrategyType:", spec?.strategy?.type ?? "");
  out.line(0, "MinReadySeconds:", spec?.minReadySeconds ?? 0);
  const rolling = spec?.strategy?.rollingUpdate;
  if (rolling)
    out.line(0, "RollingUpdateStrategy:", `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`);
  podTemplateSection(out, spec?.template);
  conditionsSection(out, status.conditions);
  if (replicaSets.old.length > 0 || replicaSets.current) {
    out.line(0, "OldReplicaSets:", replicaSetList(replicaSets.old));
    out.line(0, "NewReplicaSet:", replicaSetList(replicaSets.current ? [replicaSets.current] : []));
  }
  eventsSection(out, events, now);
  return out.toString();
}

function replicaSetList(replicaSets: readonly ReplicaSet[]): string {
  const texts = replicaSets.map(
    ({ metadata, spec, status }) =>
      `${metadata.name} (${status?.replicas ?? 0}/${spec?.replicas ?? 0} replicas created)`,
  );
  return texts.join(", ") || "<none>";
}

export function replicaSetText(
  { metadata, spec, status }: ReplicaSet,
  counts: PodCounts,
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "Namespace:", metadata.namespace ?? "");
  out.line(0, "Selector:", selectorText(spec?.selector));
  out.multiline(0, "Labels:", labelLines(metadata.labels));
  annotations(out, 0, "Annotations", metadata.annotations);
  const controller = controllerText(metadata);
  if (controller !== undefined) out.line(0, "Controlled By:", controller);
  out.line(0, "Replicas:", `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`);
  out.line(0, "Pods Status:", countsText(counts));
  podTemplateSection(out, spec?.template);
  conditionsSection(out, status?.conditions);
  eventsSection(out, events, now);
  return out.toString();
}

export function statefulSetText(
  { metadata, spec, status }: StatefulSet,
  counts: PodCounts,
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "Namespace:", metadata.namespace ?? "");
  out.line(0, "CreationTimestamp:", timeText(metadata.creationTimestamp));
  out.line(0, "Selector:", labelSelectorText(spec?.selector));
  out.multiline(0, "Labels:", labelLines(metadata.labels));
  annotations(out, 0, "Annotations", metadata.annotations);
  out.line(0, "Replicas:", `${spec?.replicas ?? 0} desired | ${status?.replicas ?? 0} total`);
  out.line(0, "Update Strategy:", spec?.updateStrategy?.type ?? "");
  const rolling = spec?.updateStrategy?.rollingUpdate;
  if (rolling?.partition !== undefined) {
    out.line(1, "Partition:", rolling.partition);
    if (rolling.maxUnavailable !== undefined) out.line(1, "MaxUnavailable:", String(rolling.maxUnavailable));
  }
  out.line(0, "Pods Status:", countsText(counts));
  podTemplateSection(out, spec?.template);
  claimTemplates(out, spec?.volumeClaimTemplates ?? []);
  eventsSection(out, events, now);
  return out.toString();
}

function claimTemplates(out: DescribeText, templates: readonly PersistentVolumeClaim[]): void {
  out.line(0, "Volume Claims:", ...(templates.length === 0 ? ["<none>"] : []));
  for (const { metadata, spec } of templates) {
    out.line(1, "Name:", metadata.name ?? "");
    out.line(1, "StorageClass:", spec?.storageClassName ?? "");
    out.multiline(1, "Labels:", labelLines(metadata.labels));
    out.multiline(1, "Annotations:", labelLines(metadata.annotations));
    const storage = spec?.resources?.requests?.["storage"];
    out.line(1, "Capacity:", storage === undefined ? "<default>" : canonicalQuantity(storage));
    out.line(1, "Access Modes:", `[${(spec?.accessModes ?? []).join(" ")}]`);
  }
}

export function daemonSetText(
  { metadata, spec, status }: DaemonSet,
  counts: PodCounts,
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "Namespace:", metadata.namespace ?? "");
  out.line(0, "Selector:", labelSelectorText(spec?.selector));
  out.line(0, "Node-Selector:", labelText(spec?.template.spec?.nodeSelector));
  out.multiline(0, "Labels:", labelLines(metadata.labels));
  annotations(out, 0, "Annotations", metadata.annotations);
  out.line(0, `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}`);
  out.line(0, `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}`);
  out.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}`);
  out.line(0, `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}`);
  out.line(0, `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}`);
  out.line(0, "Pods Status:", countsText(counts));
  podTemplateSection(out, spec?.template);
  eventsSection(out, events, now);
  return out.toString();
}
