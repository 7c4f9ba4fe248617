import { age } from "../../api/duration-text.ts";
import { canonicalQuantity } from "../../api/quantity.ts";
import type {
  Event,
  NodeSelectorTerm,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  VolumeNodeAffinity,
} from "../../api/types/core-v1.ts";
import type { ObjectMeta } from "../../api/types/meta-v1.ts";
import type { StorageClass } from "../../api/types/storage-v1.ts";
import { DescribeText } from "./describe-text.ts";
import { eventsSection } from "./events-text.ts";
import { annotations, labelLines, labelText, timeText } from "./values.ts";
import { persistentVolumeRows } from "./volumes-text.ts";

const BETA_CLASS = "volume.beta.kubernetes.io/storage-class";
const DEFAULT_CLASS = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

const MODES: readonly (readonly [mode: string, short: string])[] = [
  ["ReadWriteOnce", "RWO"],
  ["ReadOnlyMany", "ROX"],
  ["ReadWriteMany", "RWX"],
  ["ReadWriteOncePod", "RWOP"],
];

const modesText = (modes: readonly string[] | undefined): string =>
  MODES.filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(",");

const finalizersText = ({ finalizers = [] }: ObjectMeta): string => `[${finalizers.join(" ")}]`;

const classText = ({ annotations: notes }: ObjectMeta, name: string | undefined): string =>
  notes?.[BETA_CLASS] ?? name ?? "";

const statusText = ({ deletionTimestamp }: ObjectMeta, phase: string | undefined, now: number): string =>
  deletionTimestamp ? `Terminating (lasts ${age(deletionTimestamp, now)})` : (phase ?? "");

export function persistentVolumeText(
  { metadata, spec, status }: PersistentVolume,
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  const claim = spec?.claimRef;
  out.line(0, "Name:", metadata.name ?? "");
  out.multiline(0, "Labels:", labelLines(metadata.labels));
  annotations(out, 0, "Annotations", metadata.annotations);
  out.line(0, "Finalizers:", finalizersText(metadata));
  out.line(0, "StorageClass:", classText(metadata, spec?.storageClassName));
  out.line(0, "Status:", statusText(metadata, status?.phase, now));
  out.line(0, "Claim:", claim ? `${claim.namespace}/${claim.name}` : "");
  out.line(0, "Reclaim Policy:", spec?.persistentVolumeReclaimPolicy ?? "");
  out.line(0, "Access Modes:", modesText(spec?.accessModes));
  if (spec?.volumeMode) out.line(0, "VolumeMode:", spec.volumeMode);
  out.line(0, "Capacity:", canonicalQuantity(spec?.capacity?.["storage"] ?? "0"));
  nodeAffinity(out, spec?.nodeAffinity);
  out.line(0, "Message:", status?.message ?? "");
  out.line(0, "Source:");
  const rows = persistentVolumeRows(spec);
  if (rows.length === 0) out.line(1, "<unknown>");
  for (const [title, value] of rows) out.line(2, `${title}:`, value);
  eventsSection(out, events, now);
  return out.toString();
}

function nodeAffinity(out: DescribeText, affinity: VolumeNodeAffinity | undefined): void {
  const terms = affinity?.required?.nodeSelectorTerms;
  if (!terms) return out.line(0, "Node Affinity:", "<none>");
  out.line(0, "Node Affinity:", "");
  out.line(1, "Required Terms:", terms.length === 0 ? "<none>" : "");
  for (const [index, term] of terms.entries()) out.multiline(2, `Term ${index}:`, termLines(term));
}

const termLines = ({ matchExpressions = [] }: NodeSelectorTerm): readonly string[] =>
  matchExpressions.map(({ key, operator, values = [] }) =>
    values.length === 0
      ? `${key} ${operator.toLowerCase()}`
      : `${key} ${operator.toLowerCase()} [${values.join(", ")}]`,
  );

export function persistentVolumeClaimText(
  { metadata, spec, status }: PersistentVolumeClaim,
  pods: readonly Pod[],
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  const isBound = Boolean(spec?.volumeName);
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "Namespace:", metadata.namespace ?? "");
  out.line(0, "StorageClass:", classText(metadata, spec?.storageClassName));
  out.line(0, "Status:", statusText(metadata, status?.phase, now));
  out.line(0, "Volume:", spec?.volumeName ?? "");
  out.multiline(0, "Labels:", labelLines(metadata.labels));
  annotations(out, 0, "Annotations", metadata.annotations);
  out.line(0, "Finalizers:", finalizersText(metadata));
  out.line(0, "Capacity:", isBound ? canonicalQuantity(status?.capacity?.["storage"] ?? "0") : "");
  out.line(0, "Access Modes:", isBound ? modesText(status?.accessModes) : "");
  if (spec?.volumeMode) out.line(0, "VolumeMode:", spec.volumeMode);
  if (spec?.dataSource) {
    out.line(0, "DataSource:");
    if (spec.dataSource.apiGroup) out.line(1, "APIGroup:", spec.dataSource.apiGroup);
    out.line(1, "Kind:", spec.dataSource.kind);
    out.line(1, "Name:", spec.dataSource.name);
  }
  out.multiline(
    0,
    "Used By:",
    pods.map((pod) => pod.metadata.name ?? ""),
  );
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0) {
    out.line(0, "Conditions:");
    out.line(1, "Type", "Status", "LastProbeTime", "LastTransitionTime", "Reason", "Message");
    out.line(1, "----", "------", "-----------------", "------------------", "------", "-------");
  }
  for (const { type, status: value, lastProbeTime, lastTransitionTime, reason = "", message = "" } of conditions)
    out.line(
      1,
      `${type} `,
      `${value} `,
      `${timeText(lastProbeTime)} `,
      `${timeText(lastTransitionTime)} `,
      `${reason} `,
      message,
    );
  eventsSection(out, events, now);
  return out.toString();
}

export function storageClassText(
  storageClass: StorageClass,
  events: readonly Event[] | undefined,
  now: number,
): string {
  const { metadata, provisioner, parameters, mountOptions = [], allowedTopologies } = storageClass;
  const out = new DescribeText();
  const isDefault = DEFAULT_CLASS.some((key) => metadata.annotations?.[key] === "true");
  const { allowVolumeExpansion } = storageClass;
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "IsDefaultClass:", isDefault ? "Yes" : "No");
  out.line(0, "Annotations:", labelText(metadata.annotations));
  out.line(0, "Provisioner:", provisioner);
  out.line(0, "Parameters:", labelText(parameters));
  out.line(
    0,
    "AllowVolumeExpansion:",
    allowVolumeExpansion === undefined ? "<unset>" : allowVolumeExpansion ? "True" : "False",
  );
  if (mountOptions.length === 0) out.line(0, "MountOptions:", "<none>");
  else {
    out.line(0, "MountOptions:");
    for (const option of mountOptions) out.line(1, option);
  }
  if (storageClass.reclaimPolicy) out.line(0, "ReclaimPolicy:", storageClass.reclaimPolicy);
  if (storageClass.volumeBindingMode) out.line(0, "VolumeBindingMode:", storageClass.volumeBindingMode);
  if (allowedTopologies) {
    out.line(0, "AllowedTopologies:", allowedTopologies.length === 0 ? "<none>" : "");
    for (const [index, { matchLabelExpressions = [] }] of allowedTopologies.entries())
      out.multiline(
        1,
        `Term ${index}:`,
        matchLabelExpressions.map(({ key, values }) => `${key} in [${values.join(", ")}]`),
      );
  }
  eventsSection(out, events, now);
  return out.toString();
}
