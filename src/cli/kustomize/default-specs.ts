import type { FieldSpec } from "./field-spec.ts";
import { REFERENCES } from "./name-reference-specs.ts";
import type { Gvk } from "./resource-id.ts";

/** Which fields the transformers change; `configurations` of a kustomization adds to them. */
export interface TransformerConfig {
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
  readonly varReference: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
}

/** Fields that name objects of a kind. */
export interface NameReference extends Partial<Gvk> {
  readonly fieldSpecs: readonly FieldSpec[];
}

const TEMPLATE_KINDS = ["Deployment", "ReplicaSet", "DaemonSet"];
const replicationController = { version: "v1", kind: "ReplicationController" };
const statefulSet = { group: "apps", kind: "StatefulSet" };
const job = { group: "batch", kind: "Job" };
const cronJob = { group: "batch", kind: "CronJob" };
const made = (path: string, gvk: Partial<Gvk> = {}): FieldSpec => ({ path, create: true, ...gvk });

const metadataLabels: readonly FieldSpec[] = [
  made("metadata/labels"),
  made("spec/template/metadata/labels", replicationController),
  ...TEMPLATE_KINDS.map((kind) => made("spec/template/metadata/labels", { kind })),
  made("spec/template/metadata/labels", statefulSet),
  made("spec/volumeClaimTemplates[]/metadata/labels", statefulSet),
  made("spec/template/metadata/labels", job),
  made("spec/jobTemplate/metadata/labels", cronJob),
  made("spec/jobTemplate/spec/template/metadata/labels", cronJob),
];

const AFFINITIES = ["podAffinity", "podAntiAffinity"].flatMap((affinity) => [
  `${affinity}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm`,
  `${affinity}/requiredDuringSchedulingIgnoredDuringExecution`,
]);

const affinityLabels = [{ group: "apps", kind: "Deployment" }, statefulSet].flatMap((gvk) => [
  ...AFFINITIES.map((term) => ({ path: `spec/template/spec/affinity/${term}/labelSelector/matchLabels`, ...gvk })),
  { path: "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels", ...gvk },
]);

const networkPolicy = { group: "networking.k8s.io", kind: "NetworkPolicy" };

const commonLabels: readonly FieldSpec[] = [
  made("spec/selector", { version: "v1", kind: "Service" }),
  made("spec/selector", replicationController),
  ...TEMPLATE_KINDS.map((kind) => made("spec/selector/matchLabels", { kind })),
  made("spec/selector/matchLabels", statefulSet),
  ...affinityLabels,
  { path: "spec/selector/matchLabels", ...job },
  { path: "spec/jobTemplate/spec/selector/matchLabels", ...cronJob },
  { path: "spec/selector/matchLabels", group: "policy", kind: "PodDisruptionBudget" },
  { path: "spec/podSelector/matchLabels", ...networkPolicy },
  { path: "spec/ingress/from/podSelector/matchLabels", ...networkPolicy },
  { path: "spec/egress/to/podSelector/matchLabels", ...networkPolicy },
  ...metadataLabels,
];

const commonAnnotations: readonly FieldSpec[] = [
  made("metadata/annotations"),
  made("spec/template/metadata/annotations", replicationController),
  ...[...TEMPLATE_KINDS, "StatefulSet"].map((kind) => made("spec/template/metadata/annotations", { kind })),
  made("spec/template/metadata/annotations", job),
  made("spec/jobTemplate/metadata/annotations", cronJob),
  made("spec/jobTemplate/spec/template/metadata/annotations", cronJob),
];

const images = ["spec", "spec/template/spec"].flatMap((spec) => [
  made(`${spec}/containers[]/image`),
  made(`${spec}/initContainers[]/image`),
  made(`${spec}/volumes[]/image/reference`),
]);

const CONTAINER_FIELDS = ["containers", "initContainers"].flatMap((list) =>
  ["args", "command", "env/value", "volumeMounts/mountPath"].map((field) => `${list}/${field}`),
);

const podVars = (path: string, kind: string, nfs = `${path}volumes/nfs/server`): readonly FieldSpec[] => [
  ...CONTAINER_FIELDS.map((field) => ({ path: `${path}${field}`, kind })),
  { path: nfs, kind },
];

const varReference: readonly FieldSpec[] = [
  ...podVars("spec/jobTemplate/spec/template/spec/", "CronJob", "spec/jobTemplate/spec/template/volumes/nfs/server"),
  ...podVars("spec/template/spec/", "DaemonSet"),
  ...podVars("spec/template/spec/", "Deployment"),
  { path: "spec/template/metadata/annotations", kind: "Deployment" },
  ...["spec/rules/host", "spec/tls/hosts", "spec/tls/secretName"].map((path) => ({ path, kind: "Ingress" })),
  ...podVars("spec/template/spec/", "Job"),
  ...podVars("spec/", "Pod"),
  ...podVars("spec/template/spec/", "ReplicaSet"),
  ...["spec/ports/port", "spec/ports/targetPort"].map((path) => ({ path, kind: "Service" })),
  ...podVars("spec/template/spec/", "StatefulSet", "spec/volumeClaimTemplates/spec/nfs/server"),
  { path: "spec/nfs/server", kind: "PersistentVolume" },
  { path: "metadata/labels" },
  { path: "metadata/annotations" },
];

export const DEFAULT_CONFIG: TransformerConfig = {
  namePrefix: [{ path: "metadata/name" }],
  nameSuffix: [{ path: "metadata/name" }],
  namespace: [
    made("metadata/name", { kind: "Namespace" }),
    made("spec/service/namespace", { group: "apiregistration.k8s.io", kind: "APIService" }),
    {
      path: "spec/conversion/webhook/clientConfig/service/namespace",
      group: "apiextensions.k8s.io",
      kind: "CustomResourceDefinition",
    },
  ],
  commonLabels,
  labels: [],
  templateLabels: metadataLabels,
  commonAnnotations,
  nameReference: REFERENCES,
  varReference,
  images,
  replicas: ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map((kind) =>
    made("spec/replicas", { kind }),
  ),
};
