import type { NameReference } from "./default-specs.ts";
import type { FieldSpec } from "./field-spec.ts";
import type { Gvk } from "./resource-id.ts";

const at = (path: string, kind: string, gvk: Partial<Gvk> = {}): FieldSpec => ({ path, kind, ...gvk });

/** Where a pod's spec stands in the kinds that have one. */
const POD_SPECS: readonly (readonly [kind: string, path: string])[] = [
  ["PodTemplate", "template/spec/"],
  ["Deployment", "spec/template/spec/"],
  ["ReplicaSet", "spec/template/spec/"],
  ["DaemonSet", "spec/template/spec/"],
  ["StatefulSet", "spec/template/spec/"],
  ["Job", "spec/template/spec/"],
  ["CronJob", "spec/jobTemplate/spec/template/spec/"],
];

const inPods = (fields: readonly string[]): readonly FieldSpec[] => [
  ...fields.map((field) => at(`spec/${field}`, "Pod", { version: "v1" })),
  ...POD_SPECS.flatMap(([kind, path]) => fields.map((field) => at(`${path}${field}`, kind))),
];

const CONFIG_MAP_FIELDS = [
  "volumes/configMap/name",
  "containers/env/valueFrom/configMapKeyRef/name",
  "initContainers/env/valueFrom/configMapKeyRef/name",
  "containers/envFrom/configMapRef/name",
  "initContainers/envFrom/configMapRef/name",
  "volumes/projected/sources/configMap/name",
];

const SECRET_FIELDS = [
  "volumes/secret/secretName",
  "containers/env/valueFrom/secretKeyRef/name",
  "initContainers/env/valueFrom/secretKeyRef/name",
  "containers/envFrom/secretRef/name",
  "initContainers/envFrom/secretRef/name",
  "imagePullSecrets/name",
  "volumes/projected/sources/secret/name",
];

/** Kinds whose pods name accounts, claims and priorities. */
const POD_OWNERS: readonly (readonly [kind: string, path: string])[] = [
  ["Pod", "spec/"],
  ["StatefulSet", "spec/template/spec/"],
  ["Deployment", "spec/template/spec/"],
  ["ReplicationController", "spec/template/spec/"],
  ["CronJob", "spec/jobTemplate/spec/template/spec/"],
  ["Job", "spec/template/spec/"],
  ["DaemonSet", "spec/template/spec/"],
];

const inOwners = (field: string): readonly FieldSpec[] => POD_OWNERS.map(([kind, path]) => at(`${path}${field}`, kind));

const RBAC = { group: "rbac.authorization.k8s.io" };
const ADMISSION = { group: "admissionregistration.k8s.io" };

const INGRESS_SECRETS = [
  "spec/tls/secretName",
  "metadata/annotations/ingress.kubernetes.io\\/auth-secret",
  "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret",
  "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret",
];

const SERVICE_USERS: readonly FieldSpec[] = [
  at("spec/serviceName", "StatefulSet", { group: "apps" }),
  ...[
    "spec/rules/http/paths/backend/serviceName",
    "spec/backend/serviceName",
    "spec/rules/http/paths/backend/service/name",
    "spec/defaultBackend/service/name",
  ].map((path) => at(path, "Ingress")),
  at("spec/service/name", "APIService", { group: "apiregistration.k8s.io" }),
  at("webhooks/clientConfig/service", "ValidatingWebhookConfiguration", ADMISSION),
  at("webhooks/clientConfig/service", "MutatingWebhookConfiguration", ADMISSION),
];

/** Which fields name which kinds, as kustomize knows them. */
export const REFERENCES: readonly NameReference[] = [
  ...["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map((kind) => ({
    kind,
    fieldSpecs: [at("spec/scaleTargetRef/name", "HorizontalPodAutoscaler")],
  })),
  {
    kind: "ConfigMap",
    version: "v1",
    fieldSpecs: [
      ...inPods(CONFIG_MAP_FIELDS),
      at("spec/configSource/configMap", "Node"),
      at("rules/resourceNames", "Role"),
      at("rules/resourceNames", "ClusterRole"),
      at("metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap", "Ingress"),
    ],
  },
  {
    kind: "Secret",
    version: "v1",
    fieldSpecs: [
      ...inPods(SECRET_FIELDS),
      ...INGRESS_SECRETS.map((path) => at(path, "Ingress")),
      at("imagePullSecrets/name", "ServiceAccount"),
      ...["secretName", "adminSecretName", "userSecretName", "secretRef"].map((field) =>
        at(`parameters/${field}`, "StorageClass"),
      ),
      at("rules/resourceNames", "Role"),
      at("rules/resourceNames", "ClusterRole"),
      at("spec/template/spec/containers/env/valueFrom/secretKeyRef/name", "Service", {
        group: "serving.knative.dev",
        version: "v1",
      }),
      at("spec/azureFile/secretName", "PersistentVolume"),
    ],
  },
  { kind: "Service", version: "v1", fieldSpecs: SERVICE_USERS },
  { kind: "Role", ...RBAC, fieldSpecs: [at("roleRef/name", "RoleBinding", RBAC)] },
  {
    kind: "ClusterRole",
    ...RBAC,
    fieldSpecs: [at("roleRef/name", "RoleBinding", RBAC), at("roleRef/name", "ClusterRoleBinding", RBAC)],
  },
  {
    kind: "ServiceAccount",
    version: "v1",
    fieldSpecs: [
      at("subjects", "RoleBinding", RBAC),
      at("subjects", "ClusterRoleBinding", RBAC),
      ...inOwners("serviceAccountName"),
    ],
  },
  {
    kind: "PersistentVolumeClaim",
    version: "v1",
    fieldSpecs: inOwners("volumes/persistentVolumeClaim/claimName"),
  },
  {
    kind: "PersistentVolume",
    version: "v1",
    fieldSpecs: [at("spec/volumeName", "PersistentVolumeClaim"), at("rules/resourceNames", "ClusterRole")],
  },
  {
    kind: "StorageClass",
    version: "v1",
    group: "storage.k8s.io",
    fieldSpecs: [
      at("spec/storageClassName", "PersistentVolume"),
      at("spec/storageClassName", "PersistentVolumeClaim"),
      at("spec/volumeClaimTemplates/spec/storageClassName", "StatefulSet"),
    ],
  },
  {
    kind: "PriorityClass",
    version: "v1",
    group: "scheduling.k8s.io",
    fieldSpecs: inOwners("priorityClassName"),
  },
  {
    kind: "IngressClass",
    version: "v1",
    // As kustomize has it: no kind is of such a group, so nothing is found.
    group: "networking.k8s.io/v1",
    fieldSpecs: [at("spec/ingressClassName", "Ingress")],
  },
  {
    kind: "ValidatingAdmissionPolicy",
    ...ADMISSION,
    fieldSpecs: [at("spec/policyName", "ValidatingAdmissionPolicyBinding", ADMISSION)],
  },
];
