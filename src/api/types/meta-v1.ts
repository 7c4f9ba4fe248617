// Written by scripts/update-schema.ts from the facts of Kubernetes v1.36. Do not edit.

export type Quantity = string | number;

export interface APIGroup {
  apiVersion: string;
  kind: string;
  name: string;
  preferredVersion?: GroupVersionForDiscovery | undefined;
  serverAddressByClientCIDRs?: ServerAddressByClientCIDR[] | undefined;
  versions: GroupVersionForDiscovery[];
}

export interface APIGroupList {
  apiVersion: string;
  groups: APIGroup[];
  kind: string;
}

export interface APIResource {
  categories?: string[] | undefined;
  group?: string | undefined;
  kind: string;
  name: string;
  namespaced: boolean;
  shortNames?: string[] | undefined;
  singularName: string;
  storageVersionHash?: string | undefined;
  verbs: string[];
  version?: string | undefined;
}

export interface APIResourceList {
  apiVersion: string;
  groupVersion: string;
  kind: string;
  resources: APIResource[];
}

export interface APIVersions {
  apiVersion: string;
  kind: string;
  serverAddressByClientCIDRs: ServerAddressByClientCIDR[];
  versions: string[];
}

export interface Condition {
  lastTransitionTime: string;
  message: string;
  observedGeneration?: number | undefined;
  reason: string;
  status: "False" | "True" | "Unknown" | (string & {});
  type: string;
}

export interface CreateOptions {
  apiVersion?: string | undefined;
  dryRun?: string[] | undefined;
  fieldManager?: string | undefined;
  fieldValidation?: string | undefined;
  kind?: string | undefined;
}

export interface DeleteOptions {
  apiVersion: string;
  dryRun?: string[] | undefined;
  gracePeriodSeconds?: number | undefined;
  ignoreStoreReadErrorWithClusterBreakingPotential?: boolean | undefined;
  kind: string;
  orphanDependents?: boolean | undefined;
  preconditions?: Preconditions | undefined;
  propagationPolicy?: "Background" | "Foreground" | "Orphan" | (string & {}) | undefined;
}

export interface FieldSelectorRequirement {
  key: string;
  operator: "DoesNotExist" | "Exists" | "In" | "NotIn" | (string & {});
  values?: string[] | undefined;
}

export type FieldsV1 = Record<string, unknown>;

export interface GetOptions {
  apiVersion?: string | undefined;
  kind?: string | undefined;
  resourceVersion?: string | undefined;
}

export interface GroupResource {
  group: string;
  resource: string;
}

export interface GroupVersionForDiscovery {
  groupVersion: string;
  version: string;
}

export interface GroupVersionKind {
  group: string;
  kind: string;
  version: string;
}

export interface GroupVersionResource {
  group: string;
  resource: string;
  version: string;
}

export interface LabelSelector {
  matchExpressions?: LabelSelectorRequirement[] | undefined;
  matchLabels?: Record<string, string> | undefined;
}

export interface LabelSelectorRequirement {
  key: string;
  operator: "DoesNotExist" | "Exists" | "In" | "NotIn" | (string & {});
  values?: string[] | undefined;
}

export interface List {
  apiVersion: string;
  items: unknown[];
  kind: string;
  metadata: ListMeta;
}

export interface ListMeta {
  continue?: string | undefined;
  remainingItemCount?: number | undefined;
  resourceVersion?: string | undefined;
  selfLink?: string | undefined;
  shardInfo?: ShardInfo | undefined;
}

export interface ListOptions {
  allowWatchBookmarks?: boolean | undefined;
  apiVersion?: string | undefined;
  continue?: string | undefined;
  fieldSelector?: string | undefined;
  kind?: string | undefined;
  labelSelector?: string | undefined;
  limit?: number | undefined;
  resourceVersion?: string | undefined;
  resourceVersionMatch?: "Exact" | "NotOlderThan" | (string & {}) | undefined;
  sendInitialEvents?: boolean | undefined;
  shardSelector?: string | undefined;
  timeoutSeconds?: number | undefined;
  watch?: boolean | undefined;
}

export interface ManagedFieldsEntry {
  apiVersion?: string | undefined;
  fieldsType?: string | undefined;
  fieldsV1?: Record<string, unknown> | undefined;
  manager?: string | undefined;
  operation?: "Apply" | "Update" | (string & {}) | undefined;
  subresource?: string | undefined;
  time?: string | undefined;
}

export type MicroTime = string;

export interface ObjectMeta {
  annotations?: Record<string, string> | undefined;
  creationTimestamp?: string | undefined;
  deletionGracePeriodSeconds?: number | undefined;
  deletionTimestamp?: string | undefined;
  finalizers?: string[] | undefined;
  generateName?: string | undefined;
  generation?: number | undefined;
  labels?: Record<string, string> | undefined;
  managedFields?: ManagedFieldsEntry[] | undefined;
  name?: string | undefined;
  namespace?: string | undefined;
  ownerReferences?: OwnerReference[] | undefined;
  resourceVersion?: string | undefined;
  selfLink?: string | undefined;
  uid?: string | undefined;
}

export interface OwnerReference {
  apiVersion: string;
  blockOwnerDeletion?: boolean | undefined;
  controller?: boolean | undefined;
  kind: string;
  name: string;
  uid: string;
}

export interface PartialObjectMetadata {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

export interface PartialObjectMetadataList {
  apiVersion: string;
  items: PartialObjectMetadata[];
  kind: string;
  metadata: ListMeta;
}

export type Patch = unknown;

export interface PatchOptions {
  apiVersion?: string | undefined;
  dryRun?: string[] | undefined;
  fieldManager?: string | undefined;
  fieldValidation?: string | undefined;
  force?: boolean | undefined;
  kind?: string | undefined;
}

export interface Preconditions {
  resourceVersion?: string | undefined;
  uid?: string | undefined;
}

export interface ServerAddressByClientCIDR {
  clientCIDR: string;
  serverAddress: string;
}

export interface ShardInfo {
  selector: string;
}

export interface Status {
  apiVersion: string;
  code?: number | undefined;
  details?: StatusDetails | undefined;
  kind: string;
  message?: string | undefined;
  metadata: ListMeta;
  reason?: string | undefined;
  status?: string | undefined;
}

export interface StatusCause {
  field?: string | undefined;
  message?: string | undefined;
  reason?: string | undefined;
}

export interface StatusDetails {
  causes?: StatusCause[] | undefined;
  group?: string | undefined;
  kind?: string | undefined;
  name?: string | undefined;
  retryAfterSeconds?: number | undefined;
  uid?: string | undefined;
}

export interface Table {
  apiVersion: string;
  columnDefinitions: TableColumnDefinition[];
  kind: string;
  metadata: ListMeta;
  rows: TableRow[];
}

export interface TableColumnDefinition {
  description: string;
  format: string;
  name: string;
  priority: number;
  type: string;
}

export interface TableOptions {
  apiVersion?: string | undefined;
  includeObject?: "Metadata" | "None" | "Object" | (string & {}) | undefined;
  kind?: string | undefined;
}

export interface TableRow {
  cells: unknown[];
  conditions?: TableRowCondition[] | undefined;
  object?: unknown | undefined;
}

export interface TableRowCondition {
  message?: string | undefined;
  reason?: string | undefined;
  status: "False" | "True" | "Unknown" | (string & {});
  type: string;
}

export type Time = string;

export interface UpdateOptions {
  apiVersion?: string | undefined;
  dryRun?: string[] | undefined;
  fieldManager?: string | undefined;
  fieldValidation?: string | undefined;
  kind?: string | undefined;
}

export interface WatchEvent {
  object: unknown;
  type: string;
}

export type RawExtension = unknown;

export interface Unknown {
  apiVersion?: string | undefined;
  kind?: string | undefined;
}

export type IntOrString = string | number;

export interface Info {
  buildDate: string;
  compiler: string;
  emulationMajor?: string | undefined;
  emulationMinor?: string | undefined;
  gitCommit: string;
  gitTreeState: string;
  gitVersion: string;
  goVersion: string;
  major: string;
  minCompatibilityMajor?: string | undefined;
  minCompatibilityMinor?: string | undefined;
  minor: string;
  platform: string;
}
